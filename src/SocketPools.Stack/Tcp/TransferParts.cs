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

    /// <summary>Whether nothing of it is in use.</summary>
    internal bool IsIdle => Sending.Length == 0 && Receiving.IsEmpty && SendTimer is { IsSet: false, Place: < 0 } && AcknowledgmentTimer is { IsSet: false, Place: < 0 };

    /// <summary>It is a connection's, or nobody's.</summary>
    internal void SetOwner(ITimerOwner? owner)
    {
        Debug.Assert(IsIdle);
        SendTimer.Owner = AcknowledgmentTimer.Owner = owner;
    }
}
