using SocketPools.Radios;

namespace SocketPools.Boards;

/// <summary>The behaviour of a board's <c>send</c>, <c>recv_into</c> and the end of connections; see <see cref="BoardProfile.Transfer"/>.</summary>
public sealed record BoardTransfer
{
    /// <summary>The bytes that are buffered for sending.</summary>
    public required BoardValue<int> SendBuffer { get; init; }

    /// <summary>The bytes that are buffered for receiving.</summary>
    public required BoardValue<int> ReceiveBuffer { get; init; }

    /// <summary>A send on a full buffer.</summary>
    public required BoardValue<FullSend> FullBuffer { get; init; }

    /// <summary>Whether a receive takes one segment at most.</summary>
    public required BoardValue<bool> ReceivesOneSegment { get; init; }

    /// <summary>The end of the stream.</summary>
    public required BoardValue<EndOfStream> End { get; init; }

    /// <summary>The error of a receive at the end of the stream that does not wait; None for the end itself.</summary>
    public required BoardValue<Errno> EndWithoutWaiting { get; init; }

    /// <summary>Whether a send works after the peer has closed its side. Otherwise it fails with EPIPE.</summary>
    public required BoardValue<bool> SendsAfterEnd { get; init; }

    /// <summary>Whether a reset makes the socket unusable (EBADF) and drops unread data. Otherwise receives do not see it.</summary>
    public required BoardValue<bool> ResetEndsSocket { get; init; }

    /// <summary>The error of a receive on a socket that is not connected; None if it waits.</summary>
    public required BoardValue<Errno> ReceiveUnconnected { get; init; }

    /// <summary>The error of sendto on a stream that is not connected.</summary>
    public required BoardValue<Errno> SendToUnconnected { get; init; }

    /// <summary>Whether recvfrom_into and accept on a closed socket wait for their timeout. Otherwise EBADF.</summary>
    public required BoardValue<bool> ClosedSocketWaits { get; init; }

    /// <summary>How long a closed connection may take to end before it is reset; null for no limit.</summary>
    public required BoardValue<TimeSpan?> CloseTimeout { get; init; }
}

/// <summary>What a send does when the buffer is full. See <see cref="BoardTransfer"/>.</summary>
public enum FullSend
{
    /// <summary>It waits as long as the timeout allows.</summary>
    Waits,
    /// <summary>EAGAIN at once, whatever the timeout.</summary>
    FailsAtOnce,
}

/// <summary>When a receive reports the end of the stream. See <see cref="BoardTransfer"/>.</summary>
public enum EndOfStream
{
    /// <summary>A receive returns 0 each time.</summary>
    EveryTime,
    /// <summary>A receive returns 0 once; the next waits for its timeout.</summary>
    Once,
}
