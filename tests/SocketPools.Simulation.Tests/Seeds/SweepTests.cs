using System.Globalization;
using System.Xml.Linq;
using SocketPools.Simulation.Seeds;
using SocketPools.Simulation.Xunit;

namespace SocketPools.Simulation.Tests.Seeds;

public class SweepTests
{
    [Theory, SimulationSeeds(1, 5)]
    public async Task A_theory_has_the_seeds_of_its_attribute(int seed) =>
        await Simulation.RunAsync(seed, async sim =>
        {
            Assert.InRange(sim.Seed, 1, 5);
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
        });

    [Fact]
    public async Task The_attribute_takes_part_in_shards_and_refuses_a_method_without_a_seed()
    {
        SimulationSeedsAttribute attribute = new(10, 12);
        var rows = await attribute.GetData(GetType().GetMethod(nameof(A_theory_has_the_seeds_of_its_attribute))!, new());
        Assert.Equal([10, 11, 12], rows.Select(r => (int)r.GetData()[0]!));
        await Assert.ThrowsAsync<ArgumentException>(() => attribute.GetData(GetType().GetMethod(nameof(The_attribute_takes_part_in_shards_and_refuses_a_method_without_a_seed))!, new()).AsTask());
    }

    [Fact]
    public async Task A_sweep_goes_on_after_a_failure_and_reports_each_seed_as_junit_does()
    {
        using TemporaryDirectory directory = new();
        SimulationSweep sweep = await Simulation.SweepAsync(Enumerable.Range(1, 6), FailAtThreesAsync);
        Assert.Equal([3, 6], sweep.Failures.Select(f => f.Seed));
        Assert.All(sweep.Runs, run => Assert.Equal(TimeSpan.FromSeconds(run.Seed), run.Elapsed));
        Assert.Equal(3, Assert.Throws<SimulationFailedException>(sweep.ThrowIfFailed).Seed);
        Assert.StartsWith("6 seeds, 2 failed, 21 s of simulated time", sweep.ToString(), StringComparison.Ordinal);
        Assert.Contains("seed 3 at 00:00:03: <bad> \u0001 & worse", sweep.ToString(), StringComparison.Ordinal);

        sweep.WriteJUnit(directory["all.xml"], "threes");
        XElement suite = Assert.Single(XDocument.Load(directory["all.xml"]).Root!.Elements());
        Assert.Equal(("threes", "6", "2"), ((string?)suite.Attribute("name"), (string?)suite.Attribute("tests"), (string?)suite.Attribute("failures")));
        Assert.Equal(["seed 1", "seed 2", "seed 3", "seed 4", "seed 5", "seed 6"], suite.Elements("testcase").Select(c => (string?)c.Attribute("name")));
        XElement failure = suite.Elements("testcase").ElementAt(2).Element("failure")!;
        Assert.Equal("<bad> \uFFFD & worse", (string?)failure.Attribute("message"));
        Assert.Equal("System.InvalidOperationException", (string?)failure.Attribute("type"));
        Assert.Contains("SOCKETPOOL_SIMULATION_SEED=3", failure.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_ends_after_as_many_failures_as_it_may_have()
    {
        List<int> told = [];
        SimulationSweep sweep = await Simulation.SweepAsync(Enumerable.Range(1, 100), FailAtThreesAsync, maxFailures: 2, progress: run => told.Add(run.Seed));
        Assert.Equal(6, sweep.Runs.Count);
        Assert.Equal(Enumerable.Range(1, 6), told);
    }

    [Fact]
    public async Task Reports_of_shards_become_one_with_the_sums()
    {
        using TemporaryDirectory directory = new();
        for (int shard = 1; shard <= 3; shard++)
        {
            SimulationSweep sweep = await Simulation.SweepAsync(SimulationSeeds.Range(1, 9, $"{shard}/3"), FailAtThreesAsync);
            sweep.WriteJUnit(directory[$"{shard}.xml"], "threes");
        }

        // One that another runner wrote, with a single suite as the root.
        directory.Write("other.xml", "<testsuite name=\"other\" tests=\"2\" failures=\"0\" errors=\"1\" time=\"1.5\"><testcase name=\"x\"/><testcase name=\"y\"><error/></testcase></testsuite>");
        JUnitReport.Merge([directory["1.xml"], directory["2.xml"], directory["3.xml"], directory["other.xml"]], directory["merged.xml"]);
        XElement root = XDocument.Load(directory["merged.xml"]).Root!;
        Assert.Equal(("11", "3", "1"), ((string?)root.Attribute("tests"), (string?)root.Attribute("failures"), (string?)root.Attribute("errors")));
        Assert.Equal(["threes", "other"], root.Elements().Select(s => (string?)s.Attribute("name")));
        XElement threes = root.Elements().First();
        Assert.Equal("9", (string?)threes.Attribute("tests"));
        Assert.Equal(Enumerable.Range(1, 9), threes.Elements().Select(c => int.Parse(((string)c.Attribute("name")!)[5..], CultureInfo.InvariantCulture)).Order());
        foreach (string bad in (string[])["<html/>", "no xml", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><testsuite>&e;</testsuite>"])
        {
            Assert.Throws<FormatException>(() => JUnitReport.Merge([directory.Write("bad.xml", bad)], directory["no.xml"]));
        }
    }

    [Fact]
    public async Task Reports_in_both_formats_are_read_with_the_seeds_that_failed_and_their_commands()
    {
        using TemporaryDirectory directory = new();
        SimulationSweep sweep = await Simulation.SweepAsync(SimulationSeeds.Range(1, 9, "1/1"), FailAtThreesAsync, new SimulationOptions { ReplayCommand = "run it" });
        sweep.WriteJUnit(directory["1.xml"], "threes");
        directory.Write("2.trx", """
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
              <UnitTestResult testId="a" testName="An_order(7)" outcome="Failed" duration="00:00:01.5000000"><Output><ErrorInfo>
                <Message>  It is wrong.
                The simulation of seed 7 failed at 00:00:01 of simulated time. Capture: none.
                The same run again: SOCKETPOOL_SIMULATION_SEED=7 /x/Tests
                </Message><StackTrace>at X</StackTrace></ErrorInfo></Output></UnitTestResult>
              <UnitTestResult testId="a" testName="An_order(8)" outcome="Passed" duration="00:00:00.5000000" />
              <UnitTestResult testId="b" testName="Another" outcome="NotExecuted" />
              <UnitTestResult testId="b" testName="Lost" outcome="Timeout" />
            </Results><TestDefinitions><UnitTest id="a"><TestMethod className="Shop" codeBase="/x/Tests.dll" /></UnitTest></TestDefinitions></TestRun>
            """);
        JUnitSummary summary = JUnitReport.Read([directory["1.xml"], directory["2.trx"]]);
        Assert.Equal((2, 13, 1), (summary.Reports, summary.Tests, summary.Skipped));
        Assert.Equal([3, 6, 7, 9, null], summary.Failures.Select(f => f.Seed));
        Assert.Equal(("threes.seed 3", "run it"), (summary.Failures[0].Test, summary.Failures[0].ReplayCommand));
        Assert.Equal(("Shop.An_order(7)", "It is wrong.", "SOCKETPOOL_SIMULATION_SEED=7 /x/Tests"), (summary.Failures[2].Test, summary.Failures[2].Message, summary.Failures[2].ReplayCommand));
        Assert.Equal(("Lost", null), (summary.Failures[4].Test, summary.Failures[4].ReplayCommand));
        Assert.Empty(summary.Repeated);

        JUnitReport.Merge([directory["1.xml"], directory["2.trx"]], directory["all.xml"]);
        Assert.Equal(summary.Failures.Select(f => f.Test), JUnitReport.Read([directory["all.xml"]]).Failures.Select(f => f.Test));
        Assert.Equal("/x/Tests.dll", (string?)XDocument.Load(directory["all.xml"]).Root!.Elements().Last().Attribute("name"));
        Assert.Equal(9, JUnitReport.Read([directory["1.xml"], directory["1.xml"]]).Repeated.Count);
        Assert.Throws<FileNotFoundException>(() => JUnitReport.Read([directory["none.xml"]]));
    }

    [Fact]
    public async Task A_failure_says_the_command_that_runs_it_again()
    {
        SimulationFailedException e = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(3, FailAtThreesAsync));
        Assert.EndsWith($"SOCKETPOOL_SIMULATION_SEED=3 {ReplayCommand.Current}{Environment.NewLine}", e.Message, StringComparison.Ordinal);
        e = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(3, FailAtThreesAsync, new SimulationOptions { ReplayCommand = "run it" }));
        Assert.EndsWith("The same run again: run it" + Environment.NewLine, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/x/Tests", new[] { "/x/Tests.dll", "--filter-method", "*An order*" }, "/x/Tests --filter-method '*An order*'")]
    [InlineData("/usr/bin/dotnet", new[] { "/x/Tests.dll", "-v" }, "dotnet /x/Tests.dll -v")]
    [InlineData("/x/Tests", new[] { "/x/Tests.dll", "--server", "dotnettestcli", "--dotnet-test-pipe", "abc" }, "/x/Tests")]
    [InlineData("/usr/bin/dotnet", new[] { "/x/testhost.dll", "--port", "1" }, "dotnet test")]
    [InlineData("/x/Tests", new[] { "/x/Tests.dll", "it's" }, "/x/Tests 'it'\\''s'")]
    public void The_command_is_this_process_without_what_its_runner_added(string process, string[] arguments, string expected) =>
        Assert.Equal(expected, ReplayCommand.Describe(process, arguments));

    private static async Task FailAtThreesAsync(Simulation sim)
    {
        await sim.DelayAsync(TimeSpan.FromSeconds(sim.Seed));
        if (sim.Seed % 3 == 0)
        {
            throw new InvalidOperationException("<bad> \u0001 & worse");
        }
    }
}
