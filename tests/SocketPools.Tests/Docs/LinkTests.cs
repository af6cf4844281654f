using System.Text.RegularExpressions;

namespace SocketPools.Tests.Docs;

/// <summary>Every link between pages of this repository has a target: the file, and the heading in it.</summary>
public sealed partial class LinkTests
{
    // Packages show their pages elsewhere, so that links to this repository are absolute in them.
    private const string Repositorys = "https://github.com/socketpool/socketpool/blob/main/";

    [Fact]
    public void Every_link_of_a_page_leads_to_a_file_and_to_a_heading_in_it()
    {
        string[] pages = [.. Pages()];
        Assert.True(pages.Length > 40, $"only {pages.Length} pages");
        int seen = 0;
        List<string> broken = [];
        foreach (string page in pages)
        {
            foreach (string link in LinksOf(Repository.Read(page)))
            {
                seen++;
                if (!HasTarget(page, link))
                {
                    broken.Add($"{page}: {link}");
                }
            }
        }

        Assert.True(seen > 120, $"only {seen} links");
        Assert.True(broken.Count == 0, "These links lead nowhere:\n" + string.Join("\n", broken));
    }

    [Theory]
    [InlineData("## The orderly close", "the-orderly-close")]
    [InlineData("### `ReceiveInto(buffer)`, twice", "receiveintobuffer-twice")]
    [InlineData("# 64 KiB & more: [a link](x.md)", "64-kib--more-a-link")]
    public void A_headings_anchor_is_GitHubs(string heading, string anchor) => Assert.Equal(anchor, AnchorOf(heading));

    [Fact]
    public void A_wrong_file_and_a_wrong_heading_are_found()
    {
        Assert.True(HasTarget("docs/dotnet.md", "differences.md#streams"));
        Assert.False(HasTarget("docs/dotnet.md", "differences.md#rivers"));
        Assert.False(HasTarget("docs/dotnet.md", "no-such-page.md"));
        Assert.False(HasTarget("docs/dotnet.md", "#no-such-heading"));
        Assert.True(HasTarget("docs/dotnet.md", "../samples"));
        Assert.True(HasTarget("src/SocketPools/README.md", Repositorys + "docs/dotnet.md#kestrel"));
        Assert.False(HasTarget("src/SocketPools/README.md", Repositorys + "docs/dotnet.md#falcon"));
        Assert.Contains(Repositorys + "docs/dotnet.md", LinksOf(Repository.Read("src/SocketPools/README.md")));
        Assert.Contains(Repositorys[..^"/blob/main/".Length], Repository.Read("Directory.Build.props"), StringComparison.Ordinal);
    }

    /// <summary>The pages of the repository, without what builds and tools have made.</summary>
    private static IEnumerable<string> Pages() => new[] { "docs", "src", "python", "findings", "samples", "tests", ".github" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories))
        .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"))
        .Select(file => Path.GetRelativePath(Repository.Root, file))
        .Where(page => !page.Split('/', '\\').Any(part => part is "bin" or "obj" or "node_modules" or "site-packages" or ".venv" or "venv" or "artifacts"));

    private static bool HasTarget(string page, string link)
    {
        bool isAbsolute = link.StartsWith(Repositorys, StringComparison.Ordinal);
        string[] parts = (isAbsolute ? link[Repositorys.Length..] : link).Split('#', 2);
        string target = isAbsolute ? parts[0] : parts[0].Length == 0
            ? page
            : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, Uri.UnescapeDataString(parts[0]))));
        string path = Path.Combine(Repository.Root, target);
        return parts.Length == 2 && target.EndsWith(".md", StringComparison.Ordinal)
            ? File.Exists(path) && AnchorsOf(Repository.Read(target)).Contains(parts[1])
            : File.Exists(path) || Directory.Exists(path);
    }

    /// <summary>The links to files and headings of this repository, without those in code.</summary>
    private static IEnumerable<string> LinksOf(string text) => Link().Matches(Code().Replace(text, ""))
        .Select(m => m.Groups[1].Value)
        .Where(link => (!link.Contains("://", StringComparison.Ordinal) || link.StartsWith(Repositorys, StringComparison.Ordinal)) && !link.StartsWith("mailto:", StringComparison.Ordinal));

    private static HashSet<string> AnchorsOf(string text)
    {
        HashSet<string> anchors = [];
        foreach (Match heading in Heading().Matches(Fence().Replace(text, "")))
        {
            string anchor = AnchorOf(heading.Value);
            for (int i = 0; !anchors.Add(i == 0 ? anchor : $"{anchor}-{i}"); i++)
            {
                // The second heading of a name has a number.
            }
        }

        return anchors;
    }

    /// <summary>As GitHub makes it: small letters, digits, hyphens for spaces; the text of links and code without their marks.</summary>
    private static string AnchorOf(string heading)
    {
        string text = LinkText().Replace(heading.TrimStart('#').Trim(), "$1");
        return string.Concat(text.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex("^#{1,6} .*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("^\\s*```.*?^\\s*```|`[^`\n]*`", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();
}
