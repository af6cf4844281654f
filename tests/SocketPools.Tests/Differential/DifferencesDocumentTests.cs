using System.Text.RegularExpressions;

namespace SocketPools.Tests.Differential;

/// <summary>docs/differences.md tells every difference that the cases declare, and no other.</summary>
public sealed partial class DifferencesDocumentTests
{
    private static readonly string s_document = File.ReadAllText(Path.Combine(Oracle.Folder, "differences.md"));

    [Fact]
    public void Every_declared_difference_has_its_line_and_every_mark_its_case()
    {
        string[] marks = [.. MarkPattern().Matches(s_document).Select(m => m.Groups[1].Value)];
        Assert.Equal(marks.Order().Distinct(), marks.Order());
        Assert.Equal(FindKeys().Order(), marks.Order());
    }

    [Fact]
    public void Every_case_with_a_declared_answer_has_a_key()
    {
        IEnumerable<Case> unnamed = CaseFile.ReadAll(Path.Combine(Oracle.Folder, "cases"))
            .Where(c => c.Steps.Any(s => s.Ours is not null) != c.Difference is not null);
        Assert.Empty(unnamed.Select(c => c.Name));
    }

    [Fact]
    public void Names_of_cases_are_unique()
    {
        IEnumerable<string> names = CaseFile.ReadAll(Path.Combine(Oracle.Folder, "cases")).Select(c => c.Name);
        Assert.Empty(names.GroupBy(n => n).Where(g => g.Count() > 1).Select(g => g.Key));
    }

    private static HashSet<string> FindKeys()
    {
        string addresses = File.ReadAllText(Path.Combine(Oracle.Folder, "addresses.py"));
        return
        [
            .. CaseFile.ReadAll(Path.Combine(Oracle.Folder, "cases")).Select(c => c.Difference).OfType<string>(),
            .. AddressPattern().Matches(addresses).Select(m => m.Groups[1].Value),
        ];
    }

    [GeneratedRegex("`case:([a-z0-9-]+)`")]
    private static partial Regex MarkPattern();

    [GeneratedRegex("differs=\"([a-z0-9-]+)\"")]
    private static partial Regex AddressPattern();
}
