using SocketPools;
using SocketPools.Simulation;

namespace Mistakes;

/// <summary>
/// A time-out of 150 ms, for answers that take 3 ms. TCP repeats what was lost after 200 ms at least, and an unanswered SYN after 1 s. So each loss
/// is a failure, and three of them are an outage. The mend: a time-out that leaves time for repetitions.
/// </summary>
internal static class ImpatientTimeout
{
    internal static Task MistakenAsync(Simulation sim) => RunAsync(sim, timeout: 0.15);

    internal static Task MendedAsync(Simulation sim) => RunAsync(sim, timeout: 10);

    private static async Task RunAsync(Simulation sim, double timeout)
    {
        SimulatedNode sensor = sim.Network.AddNode("sensor"), monitor = sim.Network.AddNode("monitor");
        sim.Network.Between(sensor, monitor).Loss(0.03);
        _ = Messages.ServeAsync(sensor, _ => Task.FromResult("21.5"));
        int failures = 0;
        for (int i = 0; i < 200; i++)
        {
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            try
            {
                await Messages.AskAsync(monitor, sensor, "temperature", timeout);
                failures = 0;
            }
            catch (PoolSocketException)
            {
                failures++;
            }

            if (failures == 3)
            {
                throw new BrokenPromiseException("The sensor is reported as failed, and it answers.");
            }
        }
    }
}
