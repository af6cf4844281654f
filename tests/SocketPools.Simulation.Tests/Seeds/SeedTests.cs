using System.Net;
using System.Net.Sockets;

namespace SocketPools.Simulation.Tests.Seeds;

public class SeedTests
{
    [Fact]
    public async Task Two_runs_of_a_seed_are_the_same_and_one_that_depends_on_chance_is_found_with_its_packet()
    {
        await Simulation.CheckTwiceAsync(1, sim => SendAsync(sim, 5));
        int run = 0;
        SimulationDivergenceException e = await Assert.ThrowsAsync<SimulationDivergenceException>(() => Simulation.CheckTwiceAsync(1, sim => SendAsync(sim, 5 + run++)));
        Assert.Contains("UDP", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_is_reduced_to_the_rules_that_it_needs()
    {
        (SimulationFailedException? failure, IReadOnlySet<int> notNeeded) = await Simulation.ShrinkAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
            sim.Network.Between(a, b).Delay(TimeSpan.FromMilliseconds(5));
            sim.Network.Between(a, b).Duplicate(0.5);
            sim.Network.From(a, b).Where(p => p.DestinationPort == 9).Cut(); // the third is the one
            sim.Network.Everywhere.Loss(0.01);
            using PoolSocket receiver = b.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
            receiver.Bind(new IPEndPoint(IPAddress.Any, 9));
            receiver.SetTimeout(1);
            using PoolSocket sender = a.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
            await sender.SendToAsync(new byte[4], new IPEndPoint(b.Address, 9));
            await receiver.ReceiveFromIntoAsync(new byte[4]);
        });
        Assert.IsType<PoolSocketException>(failure!.InnerException);
        Assert.Equal([1, 2, 4], notNeeded.Order());
    }

    [Fact]
    public void Shards_have_all_seeds_together_and_none_twice()
    {
        foreach (int count in new[] { 1, 3, 7 })
        {
            IEnumerable<int> all = Enumerable.Range(1, count).SelectMany(k => SimulationSeeds.Range(1, 100, Variables(("SOCKETPOOL_SIMULATION_SHARD", $"{k}/{count}"))));
            Assert.Equal(Enumerable.Range(1, 100), all.Order());
            IEnumerable<int> slurm = Enumerable.Range(5, count).SelectMany(k => SimulationSeeds.Range(
                1, 100, Variables(("SLURM_ARRAY_TASK_ID", $"{k}"), ("SLURM_ARRAY_TASK_MIN", "5"), ("SLURM_ARRAY_TASK_COUNT", $"{count}"))));
            Assert.Equal(Enumerable.Range(1, 100), slurm.Order());
            IEnumerable<int> job = Enumerable.Range(0, count).SelectMany(k => SimulationSeeds.Range(
                1, 100, Variables(("JOB_COMPLETION_INDEX", $"{k}"), ("SOCKETPOOL_SIMULATION_SHARDS", $"{count}"))));
            Assert.Equal(Enumerable.Range(1, 100), job.Order());
        }

        // --array=1-21:10 has the tasks 1, 11 and 21.
        IEnumerable<int> steps = new[] { 1, 11, 21 }.SelectMany(k => SimulationSeeds.Range(1, 100, Slurm(k, 1, 10, 3)));
        Assert.Equal(Enumerable.Range(1, 100), steps.Order());
        IEnumerable<int> github = Enumerable.Range(0, 8).SelectMany(k => SimulationSeeds.Range(
            1, 100, Variables(("SOCKETPOOL_SIMULATION_SHARD_INDEX", $"{k}"), ("SOCKETPOOL_SIMULATION_SHARDS", "8"))));
        Assert.Equal(Enumerable.Range(1, 100), github.Order());
        Assert.Equal([77], SimulationSeeds.Range(1, 100, Variables(("SOCKETPOOL_SIMULATION_SEED", "77"))));
        Assert.Throws<FormatException>(() => SimulationSeeds.Range(1, 100, Variables(("SOCKETPOOL_SIMULATION_SHARD", "4/3"))));
        Assert.Throws<FormatException>(() => SimulationSeeds.Range(1, 100, Variables(("SOCKETPOOL_SIMULATION_SHARD", "x"))));
    }

    [Fact]
    public void A_shard_that_is_not_known_is_an_error_and_never_all_seeds()
    {
        string Refused(params (string, string)[] variables) => Assert.Throws<FormatException>(() => SimulationSeeds.Range(1, 100, Variables(variables))).Message;
        Assert.Contains("SOCKETPOOL_SIMULATION_SHARDS is not", Refused(("JOB_COMPLETION_INDEX", "3")), StringComparison.Ordinal);
        Assert.Contains("SOCKETPOOL_SIMULATION_SHARDS is not", Refused(("SOCKETPOOL_SIMULATION_SHARD_INDEX", "3")), StringComparison.Ordinal);
        Assert.Contains("SHARD_INDEX", Refused(("SOCKETPOOL_SIMULATION_SHARDS", "3")), StringComparison.Ordinal);
        Assert.Contains("no shard 4 of 3", Refused(("JOB_COMPLETION_INDEX", "3"), ("SOCKETPOOL_SIMULATION_SHARDS", "3")), StringComparison.Ordinal);
        Assert.Contains("\"x\" in SLURM_ARRAY_TASK_ID", Refused(("SLURM_ARRAY_TASK_ID", "x"), ("SLURM_ARRAY_TASK_COUNT", "2")), StringComparison.Ordinal);
        Assert.Contains("\"1_0\" in SOCKETPOOL_SIMULATION_SEED", Refused(("SOCKETPOOL_SIMULATION_SEED", "1_0")), StringComparison.Ordinal);
        Assert.Contains("\"x\" in the shard x/2", Refused(("SOCKETPOOL_SIMULATION_SHARD", "x/2")), StringComparison.Ordinal);
        Refused(("SOCKETPOOL_SIMULATION_SHARD", "0/3"));
        Refused(("SOCKETPOOL_SIMULATION_SHARD", "1/0"));
        Refused(("SOCKETPOOL_SIMULATION_SHARD", "1/2/3"));
        Refused(("SOCKETPOOL_SIMULATION_SHARD_INDEX", "-1"), ("SOCKETPOOL_SIMULATION_SHARDS", "3"));

        // --array=1,3,7 has gaps, and a task alone has another count than before.
        Assert.Contains("SOCKETPOOL_SIMULATION_SHARD", Assert.Throws<FormatException>(() => SimulationSeeds.Range(1, 100, Slurm(7, 1, 1, 3))).Message, StringComparison.Ordinal);

        // What is said by hand is stronger than what an engine says.
        Assert.Equal([2, 4], SimulationSeeds.Range(1, 4, Variables(("SOCKETPOOL_SIMULATION_SHARD", "2/2"), ("JOB_COMPLETION_INDEX", "3"))));
        Assert.Equal(4, SimulationSeeds.Range(1, 4, Variables(("SOCKETPOOL_SIMULATION_SHARD", "1/1"), ("JOB_COMPLETION_INDEX", "3"))).Count());
        Assert.Equal([2, 4], SimulationSeeds.Range(1, 4, "2/2"));
    }

    [Fact]
    public async Task The_log_has_what_happened_in_simulated_time_as_text_and_as_json()
    {
        (string text, string json) = await Simulation.RunAsync(1, async sim =>
        {
            sim.Network.Everywhere.Where(p => p.DestinationPort == 9).Loss(1);
            await SendAsync(sim, 5);
            sim.Log.Note("done");
            using StringWriter writer = new();
            sim.Log.WriteText(writer);
            using MemoryStream stream = new();
            sim.Log.WriteJson(stream);
            return (writer.ToString(), System.Text.Encoding.UTF8.GetString(stream.ToArray()));
        });
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Assert.Contains("0.0010000 lost   a > b: UDP 10.0.1.", text, StringComparison.Ordinal);
        Assert.Contains("rule 1 begins: everywhere where: loss 1", text, StringComparison.Ordinal);
        Assert.Contains("note   done", text, StringComparison.Ordinal);
        string[] lines = json.TrimEnd().Split('\n');
        Assert.Equal(text.TrimEnd().Split('\n').Length, lines.Length);
        Assert.All(lines, line => Assert.True(System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("time").GetDouble() >= 0));
    }

    private static Func<string, string?> Slurm(int task, int first, int step, int count) => Variables(
        ("SLURM_ARRAY_TASK_ID", $"{task}"), ("SLURM_ARRAY_TASK_MIN", $"{first}"), ("SLURM_ARRAY_TASK_STEP", $"{step}"), ("SLURM_ARRAY_TASK_COUNT", $"{count}"));

    private static Func<string, string?> Variables(params (string Name, string Value)[] all) => name => all.FirstOrDefault(v => v.Name == name).Value;

    private static async Task SendAsync(Simulation sim, int bytes)
    {
        SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
        using PoolSocket sender = a.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        await sender.SendToAsync(new byte[bytes], new IPEndPoint(b.Address, 9));
        await sim.DelayAsync(TimeSpan.FromSeconds(1));
    }
}
