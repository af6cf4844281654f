namespace SocketPools.Boards;

/// <summary>What is visible on the wire of a board; see <see cref="BoardProfile.Wire"/>.</summary>
public sealed record BoardWire
{
    /// <summary>The maximum segment size, in bytes.</summary>
    public required BoardValue<int> MaxSegmentSize { get; init; }

    /// <summary>The interval between SYNs, which does not grow.</summary>
    public required BoardValue<TimeSpan> SynInterval { get; init; }

    /// <summary>How many SYNs are sent.</summary>
    public required BoardValue<int> SynCount { get; init; }

    /// <summary>The first retransmission timeout of data.</summary>
    public required BoardValue<TimeSpan> RetransmissionTimeout { get; init; }

    /// <summary>How long an acknowledgment is delayed at most.</summary>
    public required BoardValue<TimeSpan> DelayedAckTimeout { get; init; }

    /// <summary>The interval before the first probe of a closed window; it doubles.</summary>
    public required BoardValue<TimeSpan> WindowProbeInterval { get; init; }

    /// <summary>Whether a probe carries one byte of data.</summary>
    public required BoardValue<bool> WindowProbesCarryData { get; init; }

    /// <summary>The tick that sequence numbers are counted in from 6510; null for random numbers.</summary>
    public required BoardValue<TimeSpan?> SequenceTick { get; init; }

    /// <summary>Whether local ports follow one another from a random start in 49152..65535.</summary>
    public required BoardValue<bool> SequentialPorts { get; init; }
}
