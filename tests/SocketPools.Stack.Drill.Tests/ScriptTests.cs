using SocketPools.Stack.Drill.Tests.Parsing;
using SocketPools.Stack.Drill.Tests.Playing;

namespace SocketPools.Stack.Drill.Tests;

/// <summary>
/// Scripts in packetdrill's language, one behaviour of TCP each. With SOCKETPOOL_DRILL_SCRIPTS, folders separated by colons, scripts from
/// elsewhere are played too; of those only contradictions fail.
/// </summary>
public sealed class ScriptTests
{
    private const int Seed = 17;

    // What a script of ours may leave as it comes: how large a window is, where timestamps begin, PSH.
    private static readonly string[] s_open = ["win", "wscale", "ts-val", "psh", "option", "buffer"];

    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "SocketPools.Stack.Drill.Tests", "Scripts");

    // Names of ours below the folder, whole paths of others.
    public static TheoryData<string> Scripts => [.. ScriptsIn(s_folder).Select(path => Path.GetRelativePath(s_folder, path)),
        .. (Environment.GetEnvironmentVariable("SOCKETPOOL_DRILL_SCRIPTS") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).SelectMany(ScriptsIn)];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void The_stack_does_what_the_script_says(string script)
    {
        bool isOurs = !Path.IsPathRooted(script);
        Script parsed = Load(Path.Combine(s_folder, script), isOurs);
        using ScriptPlayer player = new(parsed, Seed);
        ScriptOutcome outcome = player.Play();
        Assert.SkipWhen(outcome.Unsupported is not null && !isOurs, outcome.Unsupported ?? "");
        string[] open = [.. s_open, .. parsed.Option("open", "").Split(',')];
        Difference? difference = isOurs ? outcome.Differences.Find(one => !open.Contains(one.Kind)) : null;
        string? wrong = outcome.Unsupported ?? outcome.Failure ?? difference?.ToString();
        Assert.True(wrong is null, $"{script}, {wrong}, seed {Seed}\n{outcome.Trace}");
    }

    private static Script Load(string path, bool isOurs)
    {
        try
        {
            return Script.Load(path);
        }
        catch (Exception e) when (!isOurs && e is UnsupportedException or FormatException)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    private static IEnumerable<string> ScriptsIn(string folder) =>
        Directory.EnumerateFiles(folder, "*.pkt", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
}
