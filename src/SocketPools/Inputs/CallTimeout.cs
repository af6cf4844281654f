using System.Runtime.CompilerServices;

namespace SocketPools.Inputs;

/// <summary>Timeouts as the API takes them: null blocks, 0 does not wait, a positive time is the deadline of a call.</summary>
internal static class CallTimeout
{
    // The longest that a kernel's timeval and .NET's timers both hold without care: 24.8 days (2^31 - 1 ms).
    internal static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    internal static TimeSpan FromSeconds(double? seconds)
    {
        if (seconds is not { } value)
        {
            return Timeout.InfiniteTimeSpan;
        }

        if (double.IsNaN(value) || value < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(seconds), value, "A timeout is 0 or more seconds, or null to block.");
        }

        if (value > Longest.TotalSeconds)
        {
            throw new ArgumentOutOfRangeException(nameof(seconds), value, $"A timeout is at most {Longest.TotalSeconds} seconds; null blocks without a limit.");
        }

        // Rounded up: a positive timeout never becomes "do not wait".
        return new TimeSpan((long)Math.Ceiling(value * TimeSpan.TicksPerSecond));
    }

    /// <summary>A time of 0 to 24.8 days, where there is no "without a limit".</summary>
    internal static TimeSpan RequireFinite(TimeSpan value, [CallerMemberName] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Longest, name);
        return value;
    }

    internal static TimeSpan FromNullable(TimeSpan? timeout)
    {
        if (timeout is not { } value || value == Timeout.InfiniteTimeSpan)
        {
            return Timeout.InfiniteTimeSpan;
        }

        if (value < TimeSpan.Zero || value > Longest)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), value, $"A timeout is 0 to {Longest.TotalSeconds} seconds; null blocks without a limit.");
        }

        return value;
    }
}
