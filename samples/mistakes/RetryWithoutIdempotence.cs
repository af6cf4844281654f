using SocketPools;
using SocketPools.Simulation;

namespace Mistakes;

/// <summary>
/// A client repeats a payment that was not answered. The request had arrived and the answer was lost: the money goes twice. The mend: the client names
/// each payment, and the server does each name once.
/// </summary>
internal static class RetryWithoutIdempotence
{
    internal static Task MistakenAsync(Simulation sim) => RunAsync(sim, hasNames: false);

    internal static Task MendedAsync(Simulation sim) => RunAsync(sim, hasNames: true);

    private static async Task RunAsync(Simulation sim, bool hasNames)
    {
        SimulatedNode bank = sim.Network.AddNode("bank"), shop = sim.Network.AddNode("shop");
        sim.Network.Between(bank, shop).Delay(TimeSpan.FromMilliseconds(5));
        int paid = 0;
        HashSet<string> done = [];
        _ = Messages.ServeAsync(bank, request =>
        {
            paid += !hasNames || done.Add(request) ? 10 : 0;
            return Task.FromResult("paid");
        });

        // The network fails for 5 s; when depends on the seed.
        sim.In(TimeSpan.FromMilliseconds(sim.CreateRandom("cut").Next(60)), () => sim.Network.Partition(bank, shop).For(TimeSpan.FromSeconds(5)));
        for (bool isPaid = false; !isPaid;)
        {
            try
            {
                isPaid = await Messages.AskAsync(shop, bank, "pay 10, order 4711", timeout: 2) == "paid";
            }
            catch (PoolSocketException)
            {
                // No answer: once more.
            }
        }

        if (paid != 10)
        {
            throw new BrokenPromiseException($"An order of 10 was paid with {paid}.");
        }
    }
}
