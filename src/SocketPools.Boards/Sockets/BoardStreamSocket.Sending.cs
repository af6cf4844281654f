using SocketPools.Radios;

namespace SocketPools.Boards.Sockets;

/// <summary>send, sendall and sendto.</summary>
internal sealed partial class BoardStreamSocket
{
    // Boards do not begin a small segment: a wait for room is over when so many bytes fit.
    private const int LeastRoom = 16;

    private readonly SendMeter _sendMeter;

    private bool HasRoom => _sendMeter.Room > 0 && (Inner.Poll(Readiness.Writable) & Readiness.Writable) != 0;

    public override RadioResult TrySend(ReadOnlySpan<byte> data)
    {
        lock (Gate)
        {
            Errno refusal = RefusalOfSend();
            return refusal != Errno.None ? refusal : TakeSend(data, 1);
        }
    }

    /// <summary>sendto on a stream ignores the address. Some boards do not look at CircuitPython's flag here, but at lwIP's state.</summary>
    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote)
    {
        lock (Gate)
        {
            Errno refusal = RefusalOfSendTo();
            return refusal != Errno.None ? refusal : TakeSend(data, 1);
        }
    }

    public override RadioResult Send(ReadOnlySpan<byte> data, in Deadline deadline) => SendWaiting(data, deadline, isSendTo: false);

    public override RadioResult SendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote, in Deadline deadline) => SendWaiting(data, deadline, isSendTo: true);

    public override RadioResult SendAll(ReadOnlySpan<byte> data, in Deadline deadline, out int sent)
    {
        // CircuitPython's sendall() gives each send the whole time-out.
        sent = 0;
        bool isOnce = Profile.Transfer.FullBuffer.Value == FullSend.FailsAtOnce;
        do
        {
            Deadline each = deadline.IsInfinite || deadline.IsImmediate ? deadline : new Deadline(Board.TimeProvider, deadline.Timeout);
            RadioResult result = isOnce && sent > 0 ? ExplainFull() : Send(data[sent..], each);
            if (result.Failed)
            {
                return result;
            }

            sent += result.Count;
        }
        while (sent < data.Length);

        return RadioResult.FromCount(sent);
    }

    private RadioResult SendWaiting(ReadOnlySpan<byte> data, in Deadline deadline, bool isSendTo)
    {
        for (int least = 1; ; least = LeastRoom)
        {
            RadioResult result;
            lock (Gate)
            {
                Errno refusal = isSendTo ? RefusalOfSendTo() : RefusalOfSend();
                result = refusal != Errno.None ? refusal : TakeSend(data, least);
            }

            if (result.Errno != Errno.EAGAIN || deadline.IsImmediate)
            {
                return result;
            }

            if (Profile.Transfer.FullBuffer.Value == FullSend.FailsAtOnce)
            {
                return ExplainFull();
            }

            if (deadline.HasExpired)
            {
                return deadline.TimeoutErrno;
            }

            BoardWait.For(Changed.Next, Shorter(deadline.Remaining), Board.Radio);
        }
    }

    private RadioResult TakeSend(ReadOnlySpan<byte> data, int least)
    {
        if (data.IsEmpty)
        {
            return RadioResult.FromCount(0);
        }

        int room = _sendMeter.Room;
        if (room < Math.Min(least, data.Length))
        {
            return Errno.EAGAIN;
        }

        RadioResult result = Inner.TrySend(data[..Math.Min(data.Length, room)]);
        if (!result.Failed)
        {
            _sendMeter.Add(result.Count);
            return result;
        }

        if (result.Errno != Errno.EAGAIN)
        {
            NoteReset();
            return RefusalOfSend();
        }

        return result;
    }

    private Errno RefusalOfSend()
    {
        if (IsClosed)
        {
            return Errno.EBADF;
        }

        Refresh();
        if (Profile.Transfer.ResetEndsSocket)
        {
            return _state switch
            {
                StreamState.Failed => ExplainDead().Errno,
                StreamState.Connected when _hasEnded => BoardContext.Explain(
                    Errno.EPIPE, $"{Profile.Title} does not send after the peer has closed its side: answer before the peer's end, or let the peer wait with it").Errno,
                StreamState.Connected => Errno.None,
                _ => Errno.EPIPE,
            };
        }

        if (!_countsAsConnected)
        {
            return _state == StreamState.Connected
                ? BoardContext.Explain(Errno.EPIPE, $"{Profile.Title} never counts this socket as connected: its connect() did not wait, or a receive that did not wait saw the end").Errno
                : Errno.EPIPE;
        }

        return _state == StreamState.Failed ? SendOnReset() : Errno.None;
    }

    // The reset is reported once, to the first call.
    private Errno SendOnReset()
    {
        Errno errno = _isResetPending ? Errno.ECONNRESET : Errno.ENOTCONN;
        _isResetPending = _countsAsConnected = false;
        return errno;
    }

    private Errno RefusalOfSendTo()
    {
        if (!Profile.Transfer.ResetEndsSocket)
        {
            Errno errno = RefusalOfSend();
            return errno == Errno.None ? Errno.None : Errno.EPIPE;
        }

        if (IsClosed)
        {
            return Errno.EBADF;
        }

        Refresh();
        return _state switch
        {
            StreamState.Failed => _failure,
            StreamState.Connecting => Errno.EAGAIN,
            StreamState.Connected => Errno.None,
            _ => Profile.Transfer.SendToUnconnected,
        };
    }

    private RadioResult ExplainDead() => BoardContext.Explain(
        Errno.EBADF, $"on {Profile.Title} a connection that was reset or refused is a closed socket (EBADF, 9), and unread data is lost");

    private RadioResult ExplainFull() => BoardContext.Explain(
        Errno.EAGAIN,
        $"{Profile.Title} has {Profile.Transfer.SendBuffer.Value} bytes to send from, and EAGAIN (11) at once when they are in use, whatever the time-out. Send in pieces, and again after EAGAIN");
}
