using SocketPools;
using SocketPools.Simulation;

namespace Mistakes;

/// <summary>
/// A pool of connections gives out one that was good yesterday. The server was started anew meanwhile, and has lost its state: the first request fails,
/// or waits. The mend: a connection that fails before anything was answered is thrown away, and the question, which may be asked twice, goes to a new one.
/// </summary>
internal static class HalfOpenConnections
{
    internal static Task MistakenAsync(Simulation sim) => RunAsync(sim, looksAgain: false);

    internal static Task MendedAsync(Simulation sim) => RunAsync(sim, looksAgain: true);

    private static async Task RunAsync(Simulation sim, bool looksAgain)
    {
        SimulatedNode database = sim.Network.AddNode("database"), web = sim.Network.AddNode("web");
        _ = Messages.ServeAsync(database, Task.FromResult);
        Stack<PoolSocket> idle = new();

        // The database is started anew once in an hour; when depends on the seed.
        sim.In(TimeSpan.FromSeconds(sim.CreateRandom("restart").Next(3600)), database.Restart);
        Random visits = sim.CreateRandom("visits");
        while (sim.Elapsed < TimeSpan.FromHours(1))
        {
            await sim.DelayAsync(TimeSpan.FromSeconds(visits.Next(1, 120)));
            await AskAsync(web, database, idle, looksAgain);
        }
    }

    private static async Task AskAsync(SimulatedNode web, SimulatedNode database, Stack<PoolSocket> idle, bool looksAgain)
    {
        while (true)
        {
            bool isOld = idle.TryPop(out PoolSocket? socket);
            socket ??= await Messages.ConnectAsync(web, database, timeout: 5);
            try
            {
                await Messages.AskAsync(socket, "select 1");
                idle.Push(socket);
                return;
            }
            catch (Exception e) when (e is PoolSocketException or IOException)
            {
                socket.Dispose();
                if (!looksAgain || !isOld)
                {
                    throw new BrokenPromiseException($"A visitor saw an error although the database was there: {e.Message}");
                }
            }
        }
    }
}
