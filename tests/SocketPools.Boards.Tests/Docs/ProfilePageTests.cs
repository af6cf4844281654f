using System.Text.RegularExpressions;

namespace SocketPools.Boards.Tests.Docs;

/// <summary>docs/boards.md says what the profiles say. With <c>UPDATE_PAGES=1</c> in the environment its tables are written anew.</summary>
public sealed partial class ProfilePageTests
{
    private const string Page = "docs/boards.md";

    [Fact]
    public void The_page_has_the_values_of_the_profiles_and_their_sources()
    {
        string expected = ProfilePage.Render();
        string page = Repository.Read(Page);
        if (Environment.GetEnvironmentVariable("UPDATE_PAGES") == "1")
        {
            page = Tables().Replace(page, match => $"{match.Groups[1].Value}{expected}{match.Groups[3].Value}");
            File.WriteAllText(Path.Combine(Repository.Root, Page), page);
        }

        Assert.Equal(expected, Tables().Match(page).Groups[2].Value);
    }

    [Fact]
    public void Every_profile_is_found_by_each_of_its_names()
    {
        foreach (BoardProfile profile in BoardProfiles.All)
        {
            foreach (string name in profile.OtherNames.Append(profile.Name))
            {
                Assert.True(BoardProfiles.TryFind(name.ToUpperInvariant(), out BoardProfile? found));
                Assert.Same(profile, found);
            }
        }

        Assert.False(BoardProfiles.TryFind("toaster", out _));
    }

    [Fact]
    public void Every_value_has_a_source()
    {
        string tables = ProfilePage.Render();
        Assert.DoesNotContain(" O0 ", tables, StringComparison.Ordinal);
        Assert.All(tables.Split("### Sources\n\n")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(@"^\d+\. \S.{10,}$", line));
    }

    [GeneratedRegex(@"(<!-- profiles -->\n)(.*)(<!-- end of profiles -->)", RegexOptions.Singleline)]
    private static partial Regex Tables();
}
