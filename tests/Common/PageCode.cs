using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace SocketPools.Tests.Common;

/// <summary>The code that a page of the documentation shows is code between marks in a test file, where it runs.</summary>
internal static partial class PageCode
{
    /// <summary>Compares the pieces of code in sections of a page with those between <c>// {</c> and <c>// }</c> in the caller's file.</summary>
    internal static void AssertRunsHere(string page, IEnumerable<string> headings, [CallerFilePath] string here = "")
    {
        string text = Repository.Read(page);
        Compare(here, headings.Select(heading => Section(text, heading)));
    }

    /// <summary>Compares all pieces of code of a page with those between the marks in the caller's file.</summary>
    internal static void AssertRunsHere(string page, [CallerFilePath] string here = "") => Compare(here, [Repository.Read(page)]);

    /// <summary>The headings of a page's sections.</summary>
    internal static string[] Headings(string page) => [.. Heading().Matches(Repository.Read(page)).Select(m => m.Value)];

    private static void Compare(string here, IEnumerable<string> texts)
    {
        string[] shown = [.. texts.SelectMany(text => CSharpBlock().Matches(text)).Select(m => m.Groups[1].Value)];
        string[] run = [.. Marked().Matches(File.ReadAllText(here)).Select(m => Unindent(m.Groups[2].Value, m.Groups[1].Length))];
        Assert.NotEmpty(run);
        Assert.Equal(run, shown);
    }

    private static string Unindent(string code, int depth) =>
        string.Join('\n', code.Split('\n').Select(line => line[Math.Min(depth, line.Length - line.TrimStart(' ').Length)..]));

    private static string Section(string page, string heading)
    {
        int start = page.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"The page has no \"{heading}\".");
        int end = page.IndexOf("\n## ", start + heading.Length, StringComparison.Ordinal);
        return end < 0 ? page[start..] : page[start..end];
    }

    [GeneratedRegex("^## .*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex(@"^( *)// \{\n(.*?)^\1// \}", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Marked();
}
