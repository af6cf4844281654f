using System.Runtime.InteropServices;
using SocketPools.Simulation.Conducting;

#pragma warning disable IDE0130 // It is told by its namespace.
namespace Microsoft.AspNetCore.Server.Kestrel.Later
{
    /// <summary>What a later Kestrel may look like.</summary>
    internal sealed class KestrelServer;
}
#pragma warning restore IDE0130

namespace SocketPools.Simulation.Tests.Conducting
{
    public class UnknownRuntimeTests
    {
        [Fact]
        public async Task A_runtime_with_other_timers_is_refused_at_the_start_and_the_next_simulation_runs()
        {
            ThreadPool.GetMaxThreads(out int before, out _);
            (Type? Queue, Type? Timer, string[] Missing)[] runtimes =
            [
                (null, null, ["_shortTimers", "_scheduledDueTimeMs", "_dueTime", "Fire", "UpdateTimer", "TimerQueue.Instances", "TimerQueue.SharedLock", "TimerQueue.s_timerEventLock"]),
                (typeof(LaterQueue), typeof(LaterTimer), ["_longTimers", "_next", "DeleteTimer", "TimerQueue.Instances"]),
            ];
            foreach ((Type? queue, Type? timer, string[] missing) in runtimes)
            {
                PlatformNotSupportedException e = await Assert.ThrowsAsync<PlatformNotSupportedException>(() => Simulation.RunAsync(
                    1, _ => throw new InvalidOperationException("the body must not begin"), new SimulationOptions { TimerTypes = (queue, timer) }));
                Assert.Contains(RuntimeInformation.FrameworkDescription, e.Message, StringComparison.Ordinal);
                Assert.Contains("SimulationOptions.AdoptRealTimers to false", e.Message, StringComparison.Ordinal);
                Assert.All(missing, name => Assert.Contains(name, e.Message, StringComparison.Ordinal));
            }

            ThreadPool.GetMaxThreads(out int after, out _);
            Assert.Equal(before, after);
            Assert.DoesNotContain("_shortTimers", (await Assert.ThrowsAsync<PlatformNotSupportedException>(() => Simulation.RunAsync(
                1, _ => Task.CompletedTask, new SimulationOptions { TimerTypes = (typeof(LaterQueue), null) }))).Message, StringComparison.Ordinal);

            // What the message says works, and nothing was left behind.
            await Simulation.RunAsync(1, sim => sim.DelayAsync(TimeSpan.FromHours(1)), new SimulationOptions { AdoptRealTimers = false });
            Assert.Equal(3600, await Simulation.RunAsync(1, async sim =>
            {
                await Task.Delay(TimeSpan.FromHours(1));
                return sim.Elapsed.TotalSeconds;
            }));
        }

        [Fact]
        public void A_Kestrel_with_another_clock_is_refused_and_another_server_is_let_be()
        {
            using HostClocks clocks = new(new SimulatedClock(DateTimeOffset.UnixEpoch));
            PlatformNotSupportedException e = Assert.Throws<PlatformNotSupportedException>(() => clocks.SetClock(new Microsoft.AspNetCore.Server.Kestrel.Later.KestrelServer()));
            Assert.Contains("Microsoft.AspNetCore.Server.Kestrel.Later.KestrelServer", e.Message, StringComparison.Ordinal);
            Assert.Contains("AdoptRealTimers to false", e.Message, StringComparison.Ordinal);
            clocks.SetClock(new object());
        }

#pragma warning disable CS0169, CS0414, CS0649, IDE0051, IDE0052, CA1823, CA1812 // Read by reflection.
        private sealed class LaterQueue
        {
            private readonly object? _shortTimers;
        }

        private sealed class LaterTimer;
#pragma warning restore CS0169, CS0414, CS0649, IDE0051, IDE0052, CA1823, CA1812
    }
}
