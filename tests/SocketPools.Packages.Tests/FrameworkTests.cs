using System.Text.RegularExpressions;

namespace SocketPools.Packages.Tests;

/// <summary>The sweeps of docs/sweeps.md in xUnit.net, NUnit and MSTest, as executables of their own.</summary>
[Trait("Speed", "Slow")]
public sealed partial class FrameworkTests(SweepFixture fixture) : IClassFixture<SweepFixture>
{
    [Fact]
    public void The_code_of_the_page_is_the_code_of_the_samples()
    {
        string[] page = [.. Block().Matches(Repository.Read("docs/sweeps.md")).Select(m => m.Groups[1].Value)];
        foreach ((int number, string framework) in (string[])["xunit", "nunit", "mstest"] is var all ? all.Index() : [])
        {
            string code = Marked().Match(Repository.Read($"samples/sweeps/{framework}/ShopTests.cs")).Groups[1].Value;
            Assert.Equal(string.Join('\n', code.Split('\n').Select(line => line.Length >= 4 ? line[4..] : line)), page[number]);
        }
    }

    [Theory(Timeout = 300_000)]
    [InlineData("xunit", "--report-xunit-junit")]
    [InlineData("nunit", "--report-trx")]
    [InlineData("mstest", "--report-trx")]
    public async Task A_sweep_says_seed_time_capture_and_the_command_that_fails_in_the_same_way(string framework, string report)
    {
        using TemporaryDirectory directory = new();
        string program = SweepFixture.Programs[framework];
        ProgramRun.Result run = await fixture.RunAsync(
            directory.Root, $"{program} {report} --results-directory reports", ("SOCKETPOOL_SIMULATION_CAPTURES", directory["captures"]));
        Assert.True(run.ExitCode == 2, run.Output + run.Error);
        Match failure = Failure().Match(run.Output);
        Assert.True(failure.Success, run.Output);
        Assert.True(File.Exists(failure.Groups["capture"].Value), failure.Value);
        Assert.True(File.Exists(failure.Groups["timeline"].Value), failure.Value);
        string command = failure.Groups["command"].Value.TrimEnd();
        Assert.StartsWith($"SOCKETPOOL_SIMULATION_SEED={failure.Groups["seed"].Value} {program}", command, StringComparison.Ordinal);

        ProgramRun.Result again = await fixture.RunAsync(directory.Root, command);
        Assert.Equal((2, failure.Groups["seed"].Value, failure.Groups["time"].Value), (again.ExitCode, Seed().Match(again.Output).Groups[1].Value, Time().Match(again.Output).Groups[1].Value));
        Assert.Contains("total: 1\n", again.Output, StringComparison.Ordinal);

        // The reports of all frameworks are read, and the command is in them.
        ProgramRun.Result summary = await fixture.RunAsync(directory.Root, "rm -f reports/*; " + command + "; socketpool report reports -o all.xml");
        Assert.Contains($"seed {failure.Groups["seed"].Value}, ", summary.Output, StringComparison.Ordinal);
        Assert.Contains("1 reports, 1 tests, 1 failed", summary.Output, StringComparison.Ordinal);
        Assert.Equal([int.Parse(failure.Groups["seed"].Value, System.Globalization.CultureInfo.InvariantCulture)], SweepFixture.SeedsIn(directory["all.xml"]));
    }

    [Theory(Timeout = 300_000)]
    [InlineData("xunit", "--report-xunit-junit --report-xunit-junit-filename")]
    [InlineData("nunit", "--report-trx --report-trx-filename")]
    [InlineData("mstest", "--report-trx --report-trx-filename")]
    public async Task Shards_of_a_framework_run_each_seed_once(string framework, string report)
    {
        using TemporaryDirectory directory = new();
        string ending = framework == "xunit" ? "xml" : "trx";
        for (int shard = 1; shard <= 3; shard++)
        {
            await fixture.RunAsync(
                directory.Root, $"{SweepFixture.Programs[framework]} {report} {shard}.{ending} --results-directory reports", ("SOCKETPOOL_SIMULATION_SHARD", $"{shard}/3"));
        }

        ProgramRun.Result summary = await fixture.RunAsync(directory.Root, "socketpool report reports -o all.xml --expect 3");
        Assert.Equal(1, summary.ExitCode);
        Assert.Contains("3 reports, 100 tests, ", summary.Output, StringComparison.Ordinal);
        Assert.Empty(summary.Error);
        Assert.Equal(Enumerable.Range(1, 100), SweepFixture.SeedsIn(directory["all.xml"]));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(" *// \\{\n(.*?) *// \\}", RegexOptions.Singleline)]
    private static partial Regex Marked();

    [GeneratedRegex("The shop has 2 orders, not 1\\.\\s+The simulation of seed (?<seed>[0-9]+) failed at (?<time>[0-9:.]+) of simulated time\\. Capture: (?<capture>\\S+)\\.\\s+"
        + "Timeline: (?<timeline>\\S+)\\.\\s+The same run again: (?<command>[^\n]+)")]
    private static partial Regex Failure();

    [GeneratedRegex("The simulation of seed ([0-9]+) failed")]
    private static partial Regex Seed();

    [GeneratedRegex("failed at ([0-9:.]+) of simulated time")]
    private static partial Regex Time();
}
