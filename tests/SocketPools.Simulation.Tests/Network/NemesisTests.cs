using SocketPools.Simulation.Tests.Routing;

namespace SocketPools.Simulation.Tests.Network;

public class NemesisTests
{
    [Fact]
    public async Task A_plan_is_the_seeds_bounded_in_the_log_and_healed_at_the_end()
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            string[] first = await PlanAsync(seed);
            Assert.Equal(first, await PlanAsync(seed));
            Assert.NotEqual(first, await PlanAsync(seed + 100));
        }
    }

    [Fact]
    public async Task Everything_works_again_when_all_is_healed()
    {
        foreach (int seed in SimulationSeeds.Range(1, 20))
        {
            await Simulation.RunAsync(seed, async sim =>
            {
                SimulatedInternet internet = sim.Network.AddInternet();
                SimulatedSite home = sim.Network.AddSite("home", internet);
                SimulatedNode desk = sim.Network.AddNode("desk", home.Switch), shop = sim.Network.AddNode("shop", internet.Switch);
                await desk.WaitForAddressAsync();
                await sim.StartNemesis(new NemesisOptions { Faults = 30 }).Healed;
                Assert.All(sim.Network.Nodes, node => Assert.True(node.IsRunning));
                Assert.All(sim.Network.Routers, router => Assert.True(router.IsRunning));

                // A clock that was wrong, and addresses that were asked for during an outage, need a while.
                await sim.DelayAsync(TimeSpan.FromMinutes(3));
                await Probe.TransferAsync(desk, shop, shop.Address, 100_000);
                Assert.Contains(await desk.Pool.GetAddressInfoAsync("shop", 80), r => r.Address.ToIPAddress().Equals(shop.Address));
            });
        }
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_under_a_nemesis()
    {
        await Simulation.CheckTwiceAsync(7, async sim =>
        {
            SimulatedNode[] nodes = [.. Enumerable.Range(0, 4).Select(i => sim.Network.AddNode($"n{i}"))];
            SimulatedNemesis nemesis = sim.StartNemesis(new NemesisOptions { Faults = 20, Duration = TimeSpan.FromSeconds(30), Crashes = false });
            await Task.WhenAll(Probe.TransferAsync(nodes[0], nodes[1], nodes[1].Address, 300_000), Probe.TransferAsync(nodes[2], nodes[3], nodes[3].Address, 300_000));
            await nemesis.Healed;
        });
    }

    [Fact]
    public async Task A_failure_under_a_nemesis_is_reduced_to_the_faults_that_it_needs()
    {
        (SimulationFailedException? failure, IReadOnlySet<int> notNeeded) = await Simulation.ShrinkAsync(3, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a");
            sim.Network.AddNode("b");
            SimulatedNemesis nemesis = sim.StartNemesis(new NemesisOptions { Faults = 25 });
            bool hasCrashed = false;
            for (int i = 0; i < 60; i++)
            {
                await sim.DelayAsync(TimeSpan.FromSeconds(1));
                hasCrashed |= !a.IsRunning;
            }

            await nemesis.Healed;
            Assert.False(hasCrashed, "a crashed");
        });
        Assert.NotNull(failure);
        Assert.True(25 - notNeeded.Count is 1 or 2, $"{25 - notNeeded.Count} faults are left");
    }

    [Fact]
    public async Task Without_devices_and_outside_of_the_bounds_there_is_no_nemesis()
    {
        await Simulation.RunAsync(1, sim =>
        {
            Assert.Throws<InvalidOperationException>(() => sim.StartNemesis());
            Assert.Throws<ArgumentOutOfRangeException>(() => new NemesisOptions { Faults = 0 });
            Assert.Throws<ArgumentOutOfRangeException>(() => new NemesisOptions { Duration = TimeSpan.Zero });
            Assert.Throws<ArgumentOutOfRangeException>(() => new NemesisOptions { MaxFaultDuration = TimeSpan.Zero });
            return Task.CompletedTask;
        });
    }

    private static Task<string[]> PlanAsync(int seed) => Simulation.RunAsync(seed, async sim =>
    {
        for (int i = 0; i < 3; i++)
        {
            sim.Network.AddNode($"n{i}");
        }

        NemesisOptions options = new() { Faults = 40, Duration = TimeSpan.FromSeconds(50), MaxFaultDuration = TimeSpan.FromSeconds(4) };
        SimulatedNemesis nemesis = sim.StartNemesis(options);
        Assert.Equal(40, nemesis.Plan.Count);
        Assert.All(nemesis.Plan, fault =>
        {
            Assert.InRange(fault.Duration, TimeSpan.FromMilliseconds(1), options.MaxFaultDuration);
            Assert.InRange(fault.Start + fault.Duration, TimeSpan.Zero, options.Duration);
        });
        await nemesis.Healed;
        Assert.Equal(options.Duration, sim.Elapsed);
        Assert.Equal(40, sim.Network.RulesCreated);
        Assert.All(nemesis.Plan, fault => Assert.Contains(sim.Log.Events, e => e.Text == $"nemesis: {fault}"));
        return nemesis.Plan.Select(f => f.ToString()).ToArray();
    });
}
