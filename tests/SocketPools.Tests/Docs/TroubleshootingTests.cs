using System.Text.RegularExpressions;
using SocketPools.Radios;

namespace SocketPools.Tests.Docs;

/// <summary>docs/troubleshooting.md has every text with which the library fails.</summary>
public sealed partial class TroubleshootingTests
{
    private const string Page = "docs/troubleshooting.md";

    // Shorter pieces of a text say nothing.
    private const int TellingLength = 12;

    private static readonly string[] s_packages =
    [
        "SocketPools", "SocketPools.AspNetCore", "SocketPools.Extensions", "SocketPools.MqttNet", "SocketPools.Stack", "SocketPools.Boards",
        "SocketPools.Chips", "SocketPools.Simulation",
    ];

    [Fact]
    public void Every_error_number_is_on_the_page_with_its_text()
    {
        string page = Repository.Read(Page);
        string[] missing = [.. Enum.GetValues<Errno>().Where(e => e != Errno.None).Select(e => $"{ErrnoTable.Describe(e)} ({ErrnoTable.NameOf(e)})")
            .Where(text => !page.Contains(text, StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_reason_of_a_lookup_is_on_the_page()
    {
        string page = Repository.Read(Page);
        foreach (AddressInfoError error in Enum.GetValues<AddressInfoError>().Where(e => e is not (AddressInfoError.None or AddressInfoError.System)))
        {
            string message = new AddressInfoException(error, new AddressQuery("host"), Errno.None, "host", TimeSpan.Zero).Message;
            string reason = Reason().Match(message).Groups[1].Value;
            Assert.True(reason.Length > 0 && page.Contains(reason, StringComparison.Ordinal), $"{error}: {message}");
        }
    }

    [Fact]
    public void Every_other_text_of_an_exception_is_on_the_page()
    {
        string page = Repository.Read(Page);
        int seen = 0;
        List<string> missing = [];
        foreach (string file in s_packages.SelectMany(package => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", package), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)))
        {
            foreach (Match thrown in Thrown().Matches(File.ReadAllText(file)))
            {
                // Between the values there are pieces of the text; one of them is on the page.
                string[] pieces = [.. Value().Split(thrown.Groups[1].Value).SelectMany(piece => piece.Split('\\')).Select(piece => piece.Trim()).Where(piece => piece.Length >= TellingLength)];
                seen++;
                if (pieces.Length > 0 && !pieces.Any(piece => HasBeginning(page, piece)))
                {
                    missing.Add($"{Path.GetFileName(file)}: {thrown.Groups[1].Value}");
                }
            }
        }

        Assert.True(seen > 20, $"only {seen} texts");
        Assert.True(missing.Count == 0, $"{Page} has no row for:\n" + string.Join("\n", missing));
    }

    /// <summary>The page may have the first words of a piece only.</summary>
    private static bool HasBeginning(string page, string piece)
    {
        string[] words = piece.Split(' ');
        return Enumerable.Range(Math.Min(4, words.Length), Math.Max(words.Length - 3, 1)).Any(count =>
            page.Contains(string.Join(' ', words.Take(count)), StringComparison.Ordinal));
    }

    [GeneratedRegex("new (?:InvalidOperationException|NotSupportedException|IOException|PlatformNotSupportedException|HttpRequestException)\\(\\s*\\$?\"([^\"]*)\"")]
    private static partial Regex Thrown();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Value();

    [GeneratedRegex(": (.*? \\(EAI_[A-Z]+\\))")]
    private static partial Regex Reason();
}
