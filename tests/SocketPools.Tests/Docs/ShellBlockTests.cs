using System.Text.RegularExpressions;

namespace SocketPools.Tests.Docs;

/// <summary>Commands in the pages name files of the repository that are there, and radios that the command takes.</summary>
public sealed partial class ShellBlockTests
{
    [Fact]
    public void Every_path_of_the_repository_in_a_command_is_there()
    {
        (string Page, string Path)[] paths = [.. Commands().SelectMany(c => PathsIn(c.Line), (c, path) => (c.Page, path))];
        Assert.True(paths.Length > 12, $"only {paths.Length} paths");
        string[] missing = [.. paths.Where(p => !Exists(p.Path)).Select(p => $"{p.Page}: {p.Path}")];
        Assert.True(missing.Length == 0, string.Join('\n', missing));
    }

    [Fact]
    public void Every_radio_in_a_command_is_one_that_the_command_takes()
    {
        (string Page, string Radio)[] radios = [.. Commands().SelectMany(c => Radio().Matches(c.Line), (c, m) => (c.Page, m.Groups[1].Value))];
        Assert.NotEmpty(radios);
        string[] wrong = [.. radios.Where(r => !RadioName().IsMatch(r.Radio)).Select(r => $"{r.Page}: --radio {r.Radio}")];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Every_option_of_the_command_in_a_command_is_on_its_page()
    {
        string page = Repository.Read("docs/command.md");
        string[] wrong = [.. Commands().Select(c => (c.Page, Match: OwnCommand().Match(c.Line))).Where(c => c.Match.Success)
            .SelectMany(c => Option().Matches(c.Match.Value), (c, m) => (c.Page, Option: m.Value))
            .Where(o => !page.Contains($"`{o.Option}", StringComparison.Ordinal) && !page.Contains($" {o.Option}`", StringComparison.Ordinal))
            .Select(o => $"{o.Page}: {o.Option}").Distinct()];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void A_wrong_path_and_a_wrong_radio_are_found()
    {
        Assert.Equal(["samples/none.cs", "./python"], PathsIn("dotnet run samples/none.cs && pip install ./python"));
        Assert.False(Exists("samples/none.cs"));
        Assert.True(Exists("./python"));
        Assert.DoesNotMatch(RadioName(), "host:eth1");
    }

    private static bool Exists(string path) =>
        Path.Combine(Repository.Root, path) is var full && (File.Exists(full) || Directory.Exists(full) || File.Exists(full + ".csproj"));

    /// <summary>The lines of shell blocks without comments, and what follows a prompt in blocks without a language.</summary>
    private static IEnumerable<(string Page, string Line)> Commands() => new[] { "README.md", "CONTRIBUTING.md" }
        .Concat(new[] { "docs", "python", "src", "samples" }.SelectMany(folder => Directory
            .EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file))))
        .Where(page => !page.Split('/', '\\').Any(part => part is "bin" or "obj" or "site-packages" or ".venv" or "venv" or "env" or "artifacts"))
        .SelectMany(page => Block().Matches(Repository.Read(page)), (page, block) => (page, block))
        .SelectMany(
            b => b.block.Groups[2].Value.Split('\n').Where(line => b.block.Groups[1].Value.Length > 0 || Prompt().IsMatch(line)),
            (b, line) => (b.page, Comment().Replace(Prompt().Replace(line, ""), "")));

    private static string[] PathsIn(string line) => [.. RepositoryPath().Matches(line).Select(m => m.Value)];

    [GeneratedRegex(@"^```(sh|bash|console|)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^[$#] ")]
    private static partial Regex Prompt();

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<=^|\s)(?:(?:samples|src|scripts|benchmarks|tests|findings)/[\w./-]+|\./python\b)(?=\s|$|&|;)")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"--radio[ =](\S+)")]
    private static partial Regex Radio();

    [GeneratedRegex(@"^(host|host/\S+|stack|(tap|tun):\S+)$")]
    private static partial Regex RadioName();

    [GeneratedRegex(@"(?<=^|\s)socketpool (demo|radios|resolve|get|serve|ping|nc|forward|netstat|sim|report)\b[^&|;]*")]
    private static partial Regex OwnCommand();

    [GeneratedRegex(@"(?<=\s)--?[a-z0-9][a-z-]*")]
    private static partial Regex Option();
}
