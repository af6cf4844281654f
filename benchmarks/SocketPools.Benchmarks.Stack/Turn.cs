using System.Diagnostics;

namespace SocketPools.Benchmarks.Stack;

/// <summary>
/// What one contender did in its turn, without the first fifth of it: connections are new in each turn, and their windows and queues have
/// to grow.
/// </summary>
/// <param name="Operations">How many operations.</param>
/// <param name="Bytes">How many bytes reached the other end.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Allocated">Bytes allocated by this process meanwhile.</param>
/// <param name="Cpu">The CPU time of this process meanwhile.</param>
internal readonly record struct Turn(long Operations, long Bytes, TimeSpan Time, long Allocated, TimeSpan Cpu = default)
{
    /// <summary>Nanoseconds of an operation.</summary>
    internal double Nanoseconds => Time.TotalNanoseconds / Operations;

    /// <summary>Bits in a nanosecond.</summary>
    internal double Gigabits => Bytes * 8 / Time.TotalNanoseconds;

    /// <summary>Runs a piece of work again and again until the time is up.</summary>
    /// <param name="slice">The time.</param>
    /// <param name="operationBytes">Bytes of an operation.</param>
    /// <param name="work">Answers how many bytes it got through.</param>
    internal static Turn Of(TimeSpan slice, int operationBytes, Func<long> work)
    {
        Run(slice / 5, work);
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = CpuTime;
        long start = Stopwatch.GetTimestamp();
        long bytes = Run(slice, work);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        cpu = CpuTime - cpu;
        return new Turn(bytes / operationBytes, bytes, time, GC.GetTotalAllocatedBytes(precise: true) - allocated, cpu);
    }

    private static TimeSpan CpuTime => OperatingSystem.IsIOS() || OperatingSystem.IsTvOS() ? default : Environment.CpuUsage.TotalTime;

    private static long Run(TimeSpan slice, Func<long> work)
    {
        long start = Stopwatch.GetTimestamp();
        long bytes = 0;
        do
        {
            bytes += work();
        }
        while (Stopwatch.GetElapsedTime(start) < slice);
        return bytes;
    }
}
