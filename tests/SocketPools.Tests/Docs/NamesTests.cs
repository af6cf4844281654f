using System.Text.RegularExpressions;

namespace SocketPools.Tests.Docs;

public sealed partial class NamesTests
{
    [Fact]
    public void Every_name_of_the_table_is_in_the_library()
    {
        string[] rows = [.. Repository.Read("docs/names.md").Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Skip(1)];
        Assert.True(rows.Length > 20);
        string[] missing = [.. rows.SelectMany(row => Code().Matches(row.Split('|')[2]).Select(m => m.Groups[1].Value)).Where(n => !Exists(n))];
        Assert.Empty(missing);
    }

    private static bool Exists(string name)
    {
        if (name is "using" or "Socket" or "System.Net.Sockets")
        {
            return true; // words of the text
        }

        string[] parts = name.Split('.');
        Type? type = Find(parts[0]);
        return type is not null && (parts.Length == 1 || type.GetMember(parts[1]).Length > 0);
    }

    private static Type? Find(string name) =>
        Array.Find(typeof(SocketPool).Assembly.GetExportedTypes(), type => type.Name == name);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
