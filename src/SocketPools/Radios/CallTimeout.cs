using System.Runtime.CompilerServices;

namespace SocketPools.Radios;

/// <summary>
/// The timeouts that calls take: null waits without a limit, 0 does not wait, and a positive time is the deadline of the whole call.
/// </summary>
/// <example><c>new Deadline(radio.TimeProvider, CallTimeout.FromSeconds(2.5))</c></example>
public static class CallTimeout
{
    /// <summary>
    /// The longest timeout: 2147483647 ms, which is 24.8 days. A kernel's <c>timeval</c> and the timers of .NET both hold it.
    /// </summary>
    public static readonly TimeSpan Max = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>Converts seconds. A positive number is rounded up to 100 ns, never down to 0.</summary>
    /// <param name="seconds">Null for no limit, else 0 to the seconds of <see cref="Max"/>.</param>
    /// <returns><see cref="Timeout.InfiniteTimeSpan"/> for null, else the time.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative, not a number, or above <see cref="Max"/>.</exception>
    public static TimeSpan FromSeconds(double? seconds)
    {
        if (seconds is not { } value)
        {
            return Timeout.InfiniteTimeSpan;
        }

        if (double.IsNaN(value) || value < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(seconds), value, "A timeout is 0 or more seconds, or null to block.");
        }

        if (value > Max.TotalSeconds)
        {
            throw new ArgumentOutOfRangeException(nameof(seconds), value, $"A timeout is at most {Max.TotalSeconds} seconds; null blocks without a limit.");
        }

        // Rounded up: a positive timeout never becomes "do not wait".
        return new TimeSpan((long)Math.Ceiling(value * TimeSpan.TicksPerSecond));
    }

    /// <summary>A time of 0 to 24.8 days, where there is no "without a limit".</summary>
    internal static TimeSpan RequireFinite(TimeSpan value, [CallerMemberName] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Max, name);
        return value;
    }

    internal static TimeSpan FromNullable(TimeSpan? timeout)
    {
        if (timeout is not { } value || value == Timeout.InfiniteTimeSpan)
        {
            return Timeout.InfiniteTimeSpan;
        }

        if (value < TimeSpan.Zero || value > Max)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), value, $"A timeout is 0 to {Max.TotalSeconds} seconds; null blocks without a limit.");
        }

        return value;
    }
}
