using System.Globalization;
using SocketPools.Simulation;

namespace Mistakes;

/// <summary>
/// Two writers share a store; who holds the lease may write. A writer that was suspended for longer than its lease goes on with a write that was decided
/// before, beside its successor. The mend: the lease has a number that grows (a fencing token), and the store refuses an older one.
/// </summary>
internal static class LeaderWithoutFencing
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(2);

    internal static Task MistakenAsync(Simulation sim) => RunAsync(sim, isFenced: false);

    internal static Task MendedAsync(Simulation sim) => RunAsync(sim, isFenced: true);

    private static async Task RunAsync(Simulation sim, bool isFenced)
    {
        SimulatedNode locks = sim.Network.AddNode("locks"), store = sim.Network.AddNode("store");
        SimulatedNode[] writers = [sim.Network.AddNode("one"), sim.Network.AddNode("two")];
        sim.Network.At(locks).Delay(TimeSpan.FromMilliseconds(3));
        string holder = "";
        TimeSpan until = TimeSpan.Zero;
        int term = 0;
        _ = Messages.ServeAsync(locks, name =>
        {
            if (holder != name && sim.Elapsed < until)
            {
                return Task.FromResult("no");
            }

            term += holder == name && sim.Elapsed < until ? 0 : 1;
            (holder, until) = (name, sim.Elapsed + s_lease);
            return Task.FromResult(term.ToString(CultureInfo.InvariantCulture));
        });

        int highest = 0, latestWritten = 0;
        _ = Messages.ServeAsync(store, request =>
        {
            int written = int.Parse(request, CultureInfo.InvariantCulture);
            if (isFenced && written < highest)
            {
                return Task.FromResult("refused");
            }

            highest = Math.Max(highest, written);
            if (written < latestWritten)
            {
                BrokenPromiseException.Report(sim, $"The writer of term {written} wrote after that of term {latestWritten}.");
            }

            latestWritten = written;
            return Task.FromResult("written");
        });

        Task[] programs = [.. writers.Select(writer => writer.Run(async node =>
        {
            while (sim.Elapsed < TimeSpan.FromSeconds(20))
            {
                string answer = await Messages.AskAsync(node, locks, node.Name);
                if (answer != "no")
                {
                    await Messages.AskAsync(node, store, answer);
                }

                await Task.Delay(50);
            }
        }))];

        // A virtual machine is suspended, longer than a lease; when depends on the seed.
        Random random = sim.CreateRandom("suspension");
        for (int i = 0; i < 3; i++)
        {
            await sim.DelayAsync(TimeSpan.FromMilliseconds(random.Next(500, 2500)));
            using (writers.First(w => w.Name == (holder.Length == 0 ? "one" : holder)).Freeze())
            {
                await sim.DelayAsync(TimeSpan.FromSeconds(3));
            }
        }

        await Task.WhenAll(programs);
    }
}
