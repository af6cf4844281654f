using SocketPools.Radios;

namespace SocketPools.Boards.Sockets;

/// <summary>recv_into and recvfrom_into.</summary>
internal sealed partial class BoardStreamSocket
{
    public override RadioResult TryReceive(Span<byte> buffer)
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            Refresh();
            return Profile.Transfer.ResetEndsSocket && _state == StreamState.Failed ? ExplainDead() : TakeReceive(buffer, IsNonBlocking, isRepeated: false);
        }
    }

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
    {
        RadioResult result = TryReceive(buffer);
        Inner.GetRemoteAddress(out remote);
        return result;
    }

    /// <summary>No board has it; a program for .NET finds here what a receive would find.</summary>
    public override RadioResult TryPeek(Span<byte> buffer, out IPSocketAddress remote)
    {
        remote = default;
        lock (Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            Refresh();
            Inner.GetRemoteAddress(out remote);
            return !_arrived.IsEmpty ? RadioResult.FromCount(_arrived.Peek(buffer, Profile.Transfer.ReceivesOneSegment))
                : _state != StreamState.Connected ? (_failure != Errno.None ? _failure : Errno.ENOTCONN)
                : _hasEnded ? RadioResult.FromCount(0) : Errno.EAGAIN;
        }
    }

    /// <inheritdoc cref="TryPeek"/>
    public override RadioResult GetAvailable()
    {
        lock (Gate)
        {
            if (IsClosed || _state == StreamState.Listening)
            {
                return IsClosed ? Errno.EBADF : Errno.EINVAL;
            }

            Refresh();
            return RadioResult.FromCount(_arrived.Length);
        }
    }

    public override RadioResult Receive(Span<byte> buffer, in Deadline deadline)
    {
        if (IsClosed)
        {
            return Errno.EBADF;
        }

        lock (Gate)
        {
            Refresh();
            if (Profile.Transfer.ResetEndsSocket && _state == StreamState.Failed)
            {
                return ExplainDead();
            }
        }

        return ReceiveWaiting(buffer, deadline, isFrom: false);
    }

    public override RadioResult ReceiveFrom(Span<byte> buffer, out IPSocketAddress remote, in Deadline deadline)
    {
        remote = default;
        if (IsClosed)
        {
            return Profile.Transfer.ClosedSocketWaits ? WaitForNothing(deadline, "the socket is closed, and recvfrom_into() does not check it") : Errno.EBADF;
        }

        RadioResult result = ReceiveWaiting(buffer, deadline, isFrom: true);
        Inner.GetRemoteAddress(out remote);
        return result;
    }

    private RadioResult ReceiveWaiting(Span<byte> buffer, in Deadline deadline, bool isFrom)
    {
        for (bool isRepeated = false; ; isRepeated = true)
        {
            Task change = Changed.Next;
            RadioResult result;
            lock (Gate)
            {
                if (IsClosed)
                {
                    return Errno.EBADF;
                }

                Refresh();
                result = TakeReceive(buffer, deadline.IsImmediate, isRepeated, isFrom);
            }

            if (result.Errno != Errno.EAGAIN || deadline.IsImmediate)
            {
                return result;
            }

            if (WhyNothingComes() is { } why)
            {
                return WaitForNothing(deadline, why);
            }

            if (deadline.HasExpired)
            {
                return deadline.TimeoutErrno;
            }

            BoardWait.For(change, IsWatched ? deadline.Remaining : Shorter(deadline.Remaining), Board.Radio);
        }
    }

    /// <summary>One look at what has arrived. EAGAIN: the board would go on looking.</summary>
    private RadioResult TakeReceive(Span<byte> buffer, bool isNonBlocking, bool isRepeated, bool isFrom = false)
    {
        BoardTransfer rules = Profile.Transfer;
        if (!_arrived.IsEmpty)
        {
            int count = _arrived.Read(buffer, rules.ReceivesOneSegment);
            Changed.Set();
            if (rules.ReceivesOneSegment && count < buffer.Length && !_arrived.IsEmpty)
            {
                Board.Note($"{Profile.Title} receives one segment a call, {Profile.Wire.MaxSegmentSize.Value} bytes at most: call recv_into() until all has come");
            }

            return RadioResult.FromCount(count);
        }

        if (_hasEnded && _state == StreamState.Connected && !(rules.End.Value == EndOfStream.Once && _isEndTold))
        {
            if (isNonBlocking && rules.EndWithoutWaiting.Value != Errno.None && !isFrom)
            {
                return ExplainEndWithoutWaiting();
            }

            _isEndTold = true;
            return RadioResult.FromCount(0);
        }

        switch (_state)
        {
            case StreamState.Connected when !_hasEnded:
                return Errno.EAGAIN;
            case StreamState.Connected or StreamState.Failed when rules.ReceiveUnconnected.Value == Errno.None:
                return TakeEnded(isNonBlocking, isFrom);
            case StreamState.Failed:
                return isRepeated || isFrom ? _failure : ExplainDead();
            case StreamState.New or StreamState.Connecting when isNonBlocking:
                return Errno.EAGAIN;
            default:
                return rules.ReceiveUnconnected.Value == Errno.None ? Errno.EAGAIN : rules.ReceiveUnconnected.Value;
        }
    }

    // The boards that see neither a reset nor a second end: the error is swallowed once, and is "not connected" from then on.
    private RadioResult TakeEnded(bool isNonBlocking, bool isFrom)
    {
        bool isFirst = _isResetPending;
        _isResetPending = false;
        return isNonBlocking && !isFirst && !isFrom && Profile.Transfer.EndWithoutWaiting.Value != Errno.None ? ExplainEndWithoutWaiting() : Errno.EAGAIN;
    }

    private RadioResult ExplainEndWithoutWaiting()
    {
        _countsAsConnected = false;
        return BoardContext.Explain(
            Profile.Transfer.EndWithoutWaiting,
            $"on {Profile.Title} the end of the stream is ENOTCONN (128) for a receive that does not wait, and not 0; sends fail after it");
    }

    private string? WhyNothingComes()
    {
        lock (Gate)
        {
            return _state switch
            {
                StreamState.New => "the socket is not connected",
                StreamState.Listening => "the socket listens",
                StreamState.Failed => "the connection was reset or failed, which a receive on this board does not see",
                StreamState.Connected when _hasEnded && _isEndTold => "the end of the stream was read already, and this board reports it once",
                _ => null,
            };
        }
    }
}
