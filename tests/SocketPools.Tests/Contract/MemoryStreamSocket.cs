using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Contract;

/// <summary>
/// What a program sees of TCP: connect, listen, windows, both ends, reset. The peer's socket is called across the wire where
/// TCP would send a segment.
/// </summary>
internal sealed class MemoryStreamSocket(MemoryRadio radio) : MemorySocket(radio, SocketType.Stream)
{
    private const int Window = 65_536;

    private readonly Queue<MemoryStreamSocket> _waiting = new();
    private readonly Queue<byte> _received = new();
    private StreamState _state;
    private MemoryStreamSocket? _peer;
    private int _backlog;
    private int _room = Window;
    private bool _sendEnded;
    private bool _receiveEnded;

    private enum StreamState
    {
        Idle,
        Listening,
        Connecting,
        Connected,
        Dead,
    }

    public override RadioResult Listen(int backlog)
    {
        lock (Wire.Gate)
        {
            if (Closed || _state is not (StreamState.Idle or StreamState.Listening))
            {
                return Closed ? Errno.EBADF : Errno.EINVAL;
            }

            if (!EnsureBoundUnsynchronized())
            {
                return Errno.EADDRINUSE;
            }

            _backlog = Math.Max(backlog, 1);
            _state = StreamState.Listening;
            return RadioResult.Ok;
        }
    }

    public override RadioResult Shutdown(SocketShutdown how)
    {
        lock (Wire.Gate)
        {
            if (Closed || _state != StreamState.Connected)
            {
                return Closed ? Errno.EBADF : Errno.ENOTCONN;
            }

            if (how != SocketShutdown.Receive)
            {
                EndSendingUnsynchronized();
            }

            _receiveEnded |= how != SocketShutdown.Send;
            ChangedUnsynchronized();
            return RadioResult.Ok;
        }
    }

    public override RadioResult TryConnect(in IPSocketAddress remote)
    {
        lock (Wire.Gate)
        {
            switch (_state)
            {
                case var _ when Closed:
                    return Errno.EBADF;
                case StreamState.Connecting:
                    return Errno.EALREADY;
                case StreamState.Connected or StreamState.Listening:
                    return Errno.EISCONN;
            }

            if (!EnsureBoundUnsynchronized())
            {
                return Errno.EADDRNOTAVAIL;
            }

            Local = Source;
            _state = StreamState.Connecting;
            IPSocketAddress target = remote;
            Wire.SendUnsynchronized(() => KnockUnsynchronized(target));
            return Errno.EINPROGRESS;
        }
    }

    public override RadioResult FinishConnect()
    {
        lock (Wire.Gate)
        {
            return Closed ? Errno.EBADF : _state == StreamState.Connecting ? Errno.EINPROGRESS : TakeErrorUnsynchronized();
        }
    }

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        lock (Wire.Gate)
        {
            (accepted, remote) = (null, default);
            if (Closed || _state != StreamState.Listening)
            {
                return Closed ? Errno.EBADF : Errno.EINVAL;
            }

            if (!_waiting.TryDequeue(out MemoryStreamSocket? socket))
            {
                return Errno.EAGAIN;
            }

            (accepted, remote) = (socket, socket.Remote);
            return RadioResult.Ok;
        }
    }

    public override RadioResult TrySend(ReadOnlySpan<byte> data)
    {
        lock (Wire.Gate)
        {
            if (Closed || PendingError != Errno.None)
            {
                return Closed ? Errno.EBADF : TakeErrorUnsynchronized();
            }

            if (_state == StreamState.Connecting || (_state == StreamState.Connected && !_sendEnded && _room == 0 && !data.IsEmpty))
            {
                return Errno.EAGAIN;
            }

            if (_state != StreamState.Connected || _sendEnded)
            {
                return Errno.EPIPE;
            }

            byte[] part = data[..Math.Min(data.Length, _room)].ToArray();
            _room -= part.Length;
            MemoryStreamSocket peer = _peer!;
            Wire.SendUnsynchronized(() => peer.ArriveUnsynchronized(part));
            return RadioResult.FromCount(part.Length);
        }
    }

    /// <summary>The address is ignored: a stream has one peer.</summary>
    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote) => TrySend(data);

    public override RadioResult TryReceive(Span<byte> buffer) => TryReceiveFrom(buffer, out _);

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
    {
        lock (Wire.Gate)
        {
            remote = Remote;
            if (Closed || PendingError != Errno.None)
            {
                return Closed ? Errno.EBADF : TakeErrorUnsynchronized();
            }

            if (_state is StreamState.Idle or StreamState.Listening)
            {
                return Errno.ENOTCONN;
            }

            if (_received.Count == 0)
            {
                return _receiveEnded || buffer.IsEmpty || _state == StreamState.Dead ? RadioResult.Ok : Errno.EAGAIN;
            }

            int count = 0;
            while (count < buffer.Length && _received.TryDequeue(out byte next))
            {
                buffer[count++] = next;
            }

            MemoryStreamSocket peer = _peer!;
            Wire.SendUnsynchronized(() => peer.OpenWindowUnsynchronized(count));
            return RadioResult.FromCount(count);
        }
    }

    protected override Readiness AskUnsynchronized(Readiness interest)
    {
        switch (_state)
        {
            case StreamState.Listening:
                return interest & (_waiting.Count > 0 ? Readiness.Readable : Readiness.None);
            case StreamState.Connecting:
                return Readiness.None;
            case StreamState.Idle or StreamState.Dead:
                return interest | Readiness.HangUp | (PendingError != Errno.None ? Readiness.Error : Readiness.None);
        }

        Readiness ready = Readiness.None;
        ready |= _received.Count > 0 || _receiveEnded ? Readiness.Readable : Readiness.None;
        ready |= _room > 0 || _sendEnded ? Readiness.Writable : Readiness.None;
        return (interest & ready) | (_receiveEnded && _sendEnded ? Readiness.HangUp : Readiness.None);
    }

    protected override void EndUnsynchronized()
    {
        while (_waiting.TryDequeue(out MemoryStreamSocket? visitor))
        {
            visitor.Close();
        }

        if (_state == StreamState.Connected && _received.Count > 0)
        {
            ResetPeerUnsynchronized();
        }
        else if (_state == StreamState.Connected)
        {
            EndSendingUnsynchronized();
        }
    }

    private void EndSendingUnsynchronized()
    {
        if (!_sendEnded)
        {
            _sendEnded = true;
            MemoryStreamSocket peer = _peer!;
            Wire.SendUnsynchronized(peer.EndReceivingUnsynchronized);
        }
    }

    /// <summary>A connect has arrived at the other station.</summary>
    private void KnockUnsynchronized(IPSocketAddress target)
    {
        MemoryStreamSocket? listener = Wire.Find(target)?.FindUnsynchronized(SocketType.Stream, target.Port) as MemoryStreamSocket;
        if (listener is null || listener._state != StreamState.Listening)
        {
            Wire.SendUnsynchronized(() => DieUnsynchronized(Errno.ECONNREFUSED));
        }
        else if (listener._waiting.Count < listener._backlog)
        {
            MemoryStreamSocket server = new(listener.Station) { Local = target, Remote = Source, _peer = this, _state = StreamState.Connected };
            listener._waiting.Enqueue(server);
            listener.ChangedUnsynchronized();
            Wire.SendUnsynchronized(() => OpenUnsynchronized(server, target));
        }
    }

    private void OpenUnsynchronized(MemoryStreamSocket server, IPSocketAddress target)
    {
        _peer = server;
        Remote = target;
        _state = StreamState.Connected;
        if (Closed)
        {
            ResetPeerUnsynchronized();
        }

        ChangedUnsynchronized();
    }

    private void ArriveUnsynchronized(byte[] data)
    {
        if (Closed && data.Length > 0)
        {
            ResetPeerUnsynchronized();
            return;
        }

        Array.ForEach(data, _received.Enqueue);
        ChangedUnsynchronized();
    }

    private void EndReceivingUnsynchronized()
    {
        _receiveEnded = true;
        ChangedUnsynchronized();
    }

    private void OpenWindowUnsynchronized(int count)
    {
        _room += count;
        ChangedUnsynchronized();
    }

    private void ResetPeerUnsynchronized()
    {
        MemoryStreamSocket peer = _peer!;
        Wire.SendUnsynchronized(() => peer.DieUnsynchronized(peer._receiveEnded ? Errno.EPIPE : Errno.ECONNRESET));
    }

    private void DieUnsynchronized(Errno reason)
    {
        PendingError = reason;
        // Whoever was refused may try again; a reset connection is over.
        _state = reason == Errno.ECONNREFUSED ? StreamState.Idle : StreamState.Dead;
        _received.Clear();
        ChangedUnsynchronized();
    }
}
