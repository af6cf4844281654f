using Microsoft.VisualStudio.TestTools.UnitTesting;
using SocketPools.Simulation;

[assembly: DoNotParallelize]

namespace Sweeps;

[TestClass]
public class ShopTests
{
    // {
    [TestMethod, DynamicData(nameof(Seeds))]
    public Task An_order_is_taken_once(int seed) => Simulation.RunAsync(seed, Shop.OrderAsync);

    public static IEnumerable<object[]> Seeds() => SimulationSeeds.Range(1, 100).Select(seed => new object[] { seed });
    // }
}
