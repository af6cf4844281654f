using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Reflection;
using System.Text.RegularExpressions;

namespace SocketPools.Tests.Docs;

/// <summary>docs/from-system-net-sockets.md names what is there, on both sides, and leaves out no member of the BCL's types.</summary>
public sealed partial class FromSystemNetSocketsTests
{
    private const string Page = "docs/from-system-net-sockets.md";

    private static readonly Type[] s_theirs =
    [
        typeof(Socket), typeof(TcpClient), typeof(TcpListener), typeof(UdpClient), typeof(NetworkStream), typeof(Dns), typeof(Ping),
    ];

    // APM and EAP twins of calls that the page has, and members whose names say all: events, equality, finalizers.
    private static readonly string[] s_leftOut =
    [
        "Begin*", "End*", "*TaskAsync", "Equals", "GetHashCode", "GetType", "ToString", "GetLifetimeService", "InitializeLifetimeService", "CreateObjRef",
        "get_*", "set_*", "add_*", "remove_*",
    ];

    // Static switches of the process, and helpers of overloads.
    private static readonly string[] s_noCounterpart = ["SupportsIPv4", "SupportsIPv6", "OSSupportsUnixDomainSockets", "UseOnlyOverlappedIO", "SetIPProtectionLevel", "AllowNatTraversal"];

    [Fact]
    public void Each_member_that_the_page_names_of_ours_exists()
    {
        int checkedNames = 0;
        foreach (string[] row in Rows())
        {
            foreach (Match name in OurName().Matches(row[1]))
            {
                Type[] types = [.. typeof(PoolSocket).Assembly.GetExportedTypes().Where(t => t.Name == name.Groups[1].Value)];
                Assert.True(types.Length == 1, $"{name.Value} of {Page}: there is no type {name.Groups[1].Value}");
                Assert.True(types[0].GetMember(name.Groups[2].Value).Length > 0, $"{name.Value} of {Page} does not exist");
                checkedNames++;
            }
        }

        Assert.InRange(checkedNames, 80, 1000);
    }

    [Fact]
    public void Each_public_member_of_theirs_is_on_the_page()
    {
        List<string> missing = [];
        foreach (Type type in s_theirs)
        {
            string section = SectionOf(type.Name);
            foreach (string name in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(m => m is not ConstructorInfo).Select(m => m.Name).Distinct().Where(IsAsked))
            {
                if (!Names(section, name))
                {
                    missing.Add($"{type.Name}.{name}");
                }
            }
        }

        Assert.True(missing.Count == 0, $"{Page} has no row for: {string.Join(", ", missing)}");
    }

    private static bool Names(string section, string name) =>
        section.Split('\n').Any(line => line.StartsWith("| ", StringComparison.Ordinal) && Regex.IsMatch(line.Split('|')[1], $"[`.]{name}[`(]"));

    private static bool IsAsked(string name) => !s_leftOut.Concat(s_noCounterpart).Any(pattern => pattern switch
    {
        ['*', ..] => name.EndsWith(pattern[1..], StringComparison.Ordinal),
        [.., '*'] => name.StartsWith(pattern[..^1], StringComparison.Ordinal),
        _ => name == pattern,
    });

    private static string SectionOf(string title)
    {
        string text = Repository.Read(Page);
        int start = text.IndexOf($"\n## {title}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{Page} has no section {title}");
        int end = text.IndexOf("\n## ", start + 4, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    private static IEnumerable<string[]> Rows() => Repository.Read(Page).Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]);

    [GeneratedRegex("`([A-Z][A-Za-z]+)\\.([A-Z][A-Za-z]+)`")]
    private static partial Regex OurName();
}
