using System.Collections.Concurrent;
using System.Reflection;
using Xunit.v3;

[assembly: SocketPools.Tests.Common.TestWatchdog(600)]

namespace SocketPools.Tests.Common;

/// <summary>
/// Every test has a timeout, also one that blocks its thread: when the time is up the process says which test it was and ends.
/// </summary>
/// <param name="seconds">The most that one test may take.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TestWatchdogAttribute(int seconds) : BeforeAfterTestAttribute
{
    private static readonly ConcurrentDictionary<IXunitTest, Timer> s_timers = new();

    public int Seconds { get; } = seconds;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) =>
        s_timers[test] = new Timer(
            _ =>
            {
                Console.Error.WriteLine($"Test timed out after {Seconds} s: {test.TestDisplayName}");
                Environment.Exit(3);
            },
            null,
            TimeSpan.FromSeconds(Seconds),
            Timeout.InfiniteTimeSpan);

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (s_timers.TryRemove(test, out Timer? timer))
        {
            timer.Dispose();
        }
    }
}
