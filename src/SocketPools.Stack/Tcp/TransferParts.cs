using System.Diagnostics;
using SocketPools.Stack.Core;

namespace SocketPools.Stack.Tcp;

/// <summary>What a connection needs while it carries something: its queues and two of its timers. One that is idle has none.</summary>
internal sealed class TransferParts
{
    /// <summary>What is to be sent, or was and is not acknowledged.</summary>
    internal SendQueue Sending { get; } = new();

    /// <summary>What has come.</summary>
    internal ReceiveQueue Receiving { get; } = new();

    /// <summary>The retransmission timer, or the persist timer.</summary>
    internal StackTimer SendTimer { get; } = new();

    /// <summary>The timer of the delayed acknowledgment.</summary>
    internal StackTimer AcknowledgmentTimer { get; } = new();

    /// <summary>When the retransmission timer is due, or the persist timer. A probe, or a reordered segment, may be waited for less long.</summary>
    internal long RetransmissionDue { get; set; }

    /// <summary>Behind the last segment that was smaller than it could be (Minshall's variant of Nagle's algorithm, as on Linux).</summary>
    internal long SmallEnd { get; set; }

    /// <summary>Behind the byte that a probe carried.</summary>
    internal long ProbedEnd { get; set; }

    /// <summary>Text that came twice, to be reported once (RFC 2883); empty when there is none.</summary>
    internal SequenceRange Duplicate { get; set; }

    /// <summary>Whether nothing of it is in use.</summary>
    internal bool IsIdle => Duplicate.Length <= 0 && Sending.Length == 0 && Receiving.IsEmpty && SendTimer is { IsSet: false, Place: < 0 } && AcknowledgmentTimer is { IsSet: false, Place: < 0 };

    /// <summary>It belongs to a connection, or is free.</summary>
    internal void SetOwner(ITimerOwner? owner)
    {
        Debug.Assert(IsIdle);
        (SmallEnd, ProbedEnd, Duplicate) = (0, 0, default);
        SendTimer.Owner = AcknowledgmentTimer.Owner = owner;
    }
}
