using SocketPools.Radios;

namespace SocketPools.Boards;

/// <summary>The behaviour of a board's <c>connect</c>; see <see cref="BoardProfile.Connecting"/>.</summary>
public sealed record BoardConnecting
{
    /// <summary>The step in which connect looks whether it is done, in time.</summary>
    public required BoardValue<TimeSpan> Step { get; init; }

    /// <summary>How connect's time-out is rounded to the step.</summary>
    public required BoardValue<StepRounding> Rounding { get; init; }

    /// <summary>Whether connect waits as long as the board does, whatever the timeout.</summary>
    public required BoardValue<bool> IgnoresTimeout { get; init; }

    /// <summary>Whether a connect with a time-out takes at least one step, also when the answer comes earlier.</summary>
    public required BoardValue<bool> TakesWholeSteps { get; init; }

    /// <summary>The error when the time is up.</summary>
    public required BoardValue<Errno> TimedOut { get; init; }

    /// <summary>The error of a connect that does not wait.</summary>
    public required BoardValue<Errno> NonBlocking { get; init; }

    /// <summary>Whether a connection that comes up after connect has given up can be sent on.</summary>
    public required BoardValue<bool> CountsWhenLate { get; init; }

    /// <summary>The error when the peer refuses.</summary>
    public required BoardValue<Errno> Refused { get; init; }

    /// <summary>How long the board repeats its SYN without an answer.</summary>
    public required BoardValue<TimeSpan> ConnectTimeout { get; init; }

    /// <summary>The error when nothing answers and there is no time-out.</summary>
    public required BoardValue<Errno> Unanswered { get; init; }

    /// <summary>The error of a second connect while the first goes on.</summary>
    public required BoardValue<Errno> AgainWhileConnecting { get; init; }

    /// <summary>The error of a connect on a connected socket.</summary>
    public required BoardValue<Errno> AgainWhenConnected { get; init; }

    /// <summary>The error of a connect after the peer has closed its side.</summary>
    public required BoardValue<Errno> AgainAfterEnd { get; init; }

    /// <summary>The error of a connect after one that failed.</summary>
    public required BoardValue<Errno> AgainAfterFailure { get; init; }

    /// <summary>The error of a connect on a listening socket.</summary>
    public required BoardValue<Errno> OnListener { get; init; }

    /// <summary>Whether a connect that finds the peer closed already fails with a number that means nothing.</summary>
    public required BoardValue<bool> FailsOnEarlyEnd { get; init; }

    /// <summary>The result of a connection to 127.0.0.1.</summary>
    public required BoardValue<SelfConnect> Loopback { get; init; }

    /// <summary>A connection to the board's own address.</summary>
    public required BoardValue<SelfConnect> OwnAddress { get; init; }
}

/// <summary>How a time-out is rounded to steps. See <see cref="BoardConnecting"/>.</summary>
public enum StepRounding
{
    /// <summary>The time-out is not rounded.</summary>
    Exact,
    /// <summary>It is rounded down to whole steps; less than a step does not wait.</summary>
    Down,
    /// <summary>It is rounded up to whole steps.</summary>
    Up,
}

/// <summary>What happens to a connection to an address of the board itself. See <see cref="BoardConnecting"/>.</summary>
public enum SelfConnect
{
    /// <summary>It reaches the board's own listeners.</summary>
    Reaches,
    /// <summary>The connect is not answered and times out.</summary>
    Silent,
    /// <summary>The connect fails with EHOSTUNREACH at once.</summary>
    Unreachable,
}
