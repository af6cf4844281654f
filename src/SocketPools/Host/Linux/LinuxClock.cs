using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary>
/// The beginning of a call, from the clock of the kernel's ticks: a quarter of the cost of the exact one, which is most of what
/// this library adds to a call. It lags by up to one tick, and so one is added: a deadline is never early, and up to one tick
/// late, which is what the kernel's own time-outs are.
/// </summary>
internal static unsafe class LinuxClock
{
    private static readonly long s_tick = Resolution();

    /// <summary>Starts a call's time, in the unit and from the epoch of <see cref="TimeProvider.System"/>: nanoseconds of CLOCK_MONOTONIC.</summary>
    internal static Deadline StartCall(TimeSpan timeout)
    {
        Libc.TimeSpec now;
        _ = Libc.clock_gettime(Libc.CLOCK_MONOTONIC_COARSE, &now);
        return new Deadline(TimeProvider.System, timeout, ToNanoseconds(now) + s_tick);
    }

    private static long Resolution()
    {
        Libc.TimeSpec resolution;
        _ = Libc.clock_getres(Libc.CLOCK_MONOTONIC_COARSE, &resolution);
        return ToNanoseconds(resolution);
    }

    private static long ToNanoseconds(in Libc.TimeSpec time) => (time.Seconds * 1_000_000_000L) + time.Nanoseconds;
}
