using System.Diagnostics;

namespace SocketPools.Benchmarks.Stack;

/// <summary>What one contender did in its turn.</summary>
/// <param name="Operations">How many operations.</param>
/// <param name="Bytes">How many bytes reached the other end.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Allocated">Bytes allocated by this process meanwhile.</param>
internal readonly record struct Turn(long Operations, long Bytes, TimeSpan Time, long Allocated)
{
    /// <summary>Nanoseconds of an operation.</summary>
    internal double Nanoseconds => Time.TotalNanoseconds / Operations;

    /// <summary>Bits in a nanosecond.</summary>
    internal double Gigabits => Bytes * 8 / Time.TotalNanoseconds;

    /// <summary>Runs a piece of work again and again until the time is up. It answers how many bytes arrived.</summary>
    internal static Turn Of(TimeSpan slice, int operationsAtOnce, Func<int, long> work)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        long operations = 0;
        long bytes = 0;
        do
        {
            bytes += work(operationsAtOnce);
            operations += operationsAtOnce;
        }
        while (Stopwatch.GetElapsedTime(start) < slice);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        return new Turn(operations, bytes, time, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }
}
