using NUnit.Framework;
using SocketPools.Simulation;

namespace Sweeps;

public class ShopTests
{
    // {
    [TestCaseSource(nameof(Seeds))]
    public Task An_order_is_taken_once(int seed) => Simulation.RunAsync(seed, Shop.OrderAsync);

    private static IEnumerable<int> Seeds() => SimulationSeeds.Range(1, 100);
    // }
}
