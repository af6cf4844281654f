using SocketPools.Simulation;
using SocketPools.Simulation.Xunit;
using Xunit;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Sweeps;

public class ShopTests
{
    // {
    [Theory, SimulationSeeds(1, 100)]
    public Task An_order_is_taken_once(int seed) => Simulation.RunAsync(seed, Shop.OrderAsync);
    // }
}
