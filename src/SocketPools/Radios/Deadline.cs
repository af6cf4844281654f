namespace SocketPools.Radios;

/// <summary>
/// The time one call may take, from its first moment: name lookup, connect and every retry draw on the same deadline.
/// It is measured on the radio's own clock.
/// </summary>
/// <example><code>Deadline deadline = new(radio.TimeProvider, TimeSpan.FromSeconds(5));</code></example>
public readonly struct Deadline
{
    private readonly TimeProvider? _clock;
    private readonly long _start;
    private readonly TimeSpan _timeout;

    /// <summary>Creates a deadline that starts now and ends after a timeout.</summary>
    /// <param name="clock">The radio's clock.</param>
    /// <param name="timeout">
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no limit, <see cref="TimeSpan.Zero"/> for "do not wait", else a positive time.
    /// </param>
    public Deadline(TimeProvider clock, TimeSpan timeout)
    {
        _clock = clock;
        _timeout = timeout;
        _start = clock.GetTimestamp();
    }

    private Deadline(TimeSpan timeout) => _timeout = timeout;

    /// <summary>No limit. It does not read a clock, and <see cref="Elapsed"/> stays 0.</summary>
    public static Deadline Never { get; } = new(System.Threading.Timeout.InfiniteTimeSpan);

    /// <summary>What was allowed from the start.</summary>
    public TimeSpan Timeout => _timeout;

    /// <summary>The clock that measures it.</summary>
    public TimeProvider TimeProvider => _clock ?? TimeProvider.System;

    /// <summary>Whether there is no limit.</summary>
    public bool IsInfinite => _timeout == System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>Whether the call must not wait at all: it fails with EAGAIN (connect: EINPROGRESS), never with ETIMEDOUT.</summary>
    public bool IsImmediate => _timeout == TimeSpan.Zero;

    /// <summary>How long the call has taken so far.</summary>
    public TimeSpan Elapsed => _clock is null ? TimeSpan.Zero : _clock.GetElapsedTime(_start);

    /// <summary>What is left, never negative; <see cref="Timeout.InfiniteTimeSpan"/> without a limit.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (IsInfinite)
            {
                return _timeout;
            }

            TimeSpan left = _timeout - Elapsed;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>The one of several that is up first.</summary>
    internal static Deadline Earliest(params ReadOnlySpan<Deadline> deadlines)
    {
        Deadline earliest = Never;
        foreach (Deadline deadline in deadlines)
        {
            earliest = !deadline.IsInfinite && (earliest.IsInfinite || deadline.Remaining < earliest.Remaining) ? deadline : earliest;
        }

        return earliest;
    }

    /// <summary>The moment at which the time is up, on the clock's own count. Only where there is a limit.</summary>
    internal long EndTimestamp => _start + (long)(_timeout.TotalSeconds * TimeProvider.TimestampFrequency);

    /// <summary>Whether the time is up.</summary>
    public bool HasExpired => Remaining == TimeSpan.Zero;

    /// <summary>How a call that could not wait any longer fails: EAGAIN if it was not to wait at all, else ETIMEDOUT.</summary>
    public Errno TimeoutErrno => IsImmediate ? Errno.EAGAIN : Errno.ETIMEDOUT;
}
