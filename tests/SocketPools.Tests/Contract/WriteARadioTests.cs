using System.Text.RegularExpressions;

namespace SocketPools.Tests.Contract;

/// <summary>The page for authors of radios shows code that compiles.</summary>
public sealed partial class WriteARadioTests
{
    private static string Page => Repository.Read("docs/write-a-radio.md");

    [Fact]
    public void Each_piece_of_code_is_in_the_file_that_it_names()
    {
        MatchCollection pieces = Piece().Matches(Page);
        Assert.Equal(Regex.Count(Page, "```csharp"), pieces.Count);
        Assert.True(pieces.Count >= 8);
        foreach (Match piece in pieces)
        {
            Assert.Contains(Bare(piece.Groups["code"].Value), Bare(Repository.Read(piece.Groups["file"].Value)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_link_leads_to_something()
    {
        string[] missing = [.. Link().Matches(Page).Select(m => m.Groups[1].Value)
            .Where(link => !Path.Exists(Path.Combine(Repository.Root, "docs", link)))];
        Assert.Empty(missing);
    }

    /// <summary>The lines without their indentation, which a list in the page adds.</summary>
    private static string Bare(string code) =>
        string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex(@"<!-- (?<file>\S+) -->\s*```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Piece();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();
}
