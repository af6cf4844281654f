using System.Buffers.Binary;
using System.Net.Sockets;
using SocketPools.Chips.Wiznet;
using SocketPools.Radios;

namespace SocketPools.Chips;

/// <summary>UDP on one hardware socket, which it takes when it is bound or sends for the first time.</summary>
internal sealed class WiznetDatagramSocket(WiznetRadio radio) : WiznetSocket(radio)
{
    private const int HeaderLength = 8;
    private const int MostPayload = 1472;

    private readonly byte[] _header = new byte[HeaderLength];
    private HardwareSocket? _hardware;
    private IPSocketAddress _peer;
    private Errno _error;

    public override SocketType Type => SocketType.Dgram;

    public override ProtocolType Protocol => ProtocolType.Udp;

    internal override Readiness ReadinessUnsynchronized =>
        _hardware is null ? Readiness.Writable
        : (_hardware.Received >= HeaderLength ? Readiness.Readable : Readiness.None) | (_hardware.IsSending ? Readiness.None : Readiness.Writable);

    internal override void RefreshUnsynchronized()
    {
        if (_hardware is null)
        {
            return;
        }

        _hardware.Refresh();
        if (_hardware.TimedOut)
        {
            _hardware.ClearInterrupts(SocketInterrupt.Timeout);
            _error = Errno.EHOSTUNREACH;
        }

        DropStrangers();
    }

    public override RadioResult Listen(int backlog) => ForStreams();

    public override RadioResult Shutdown(SocketShutdown how)
    {
        lock (Gate)
        {
            return IsClosed ? Errno.EBADF : _peer.HasValue ? RadioResult.Ok : Errno.ENOTCONN;
        }
    }

    public override RadioResult GetRemoteAddress(out IPSocketAddress remote)
    {
        lock (Gate)
        {
            remote = _peer;
            return IsClosed ? Errno.EBADF : _peer.HasValue ? RadioResult.Ok : Errno.ENOTCONN;
        }
    }

    public override RadioResult TryConnect(in IPSocketAddress remote)
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            RadioResult result = EnsureBoundUnsynchronized();
            if (!result.Failed)
            {
                _peer = remote;
                IsBoundToAny = false;
            }

            return result;
        }
    }

    public override RadioResult FinishConnect()
    {
        lock (Gate)
        {
            return IsClosed ? Errno.EBADF : RadioResult.Ok;
        }
    }

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        accepted = null;
        remote = default;
        return ForStreams();
    }

    public override RadioResult TrySend(ReadOnlySpan<byte> data)
    {
        lock (Gate)
        {
            return IsClosed ? Errno.EBADF : _peer.HasValue ? TrySendTo(data, _peer) : Errno.EDESTADDRREQ;
        }
    }

    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote)
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            if (data.Length > MostPayload)
            {
                return Errno.EMSGSIZE;
            }

            if (WiznetRadio.IsUnreachable(remote))
            {
                return Errno.ENETUNREACH;
            }

            RadioResult bound = EnsureBoundUnsynchronized();
            if (bound.Failed)
            {
                return bound;
            }

            RefreshUnsynchronized();
            if (TakeErrorUnsynchronized() is var error and not Errno.None)
            {
                return error;
            }

            if (_hardware!.IsSending || _hardware.Free < data.Length)
            {
                return Errno.EAGAIN;
            }

            _hardware.SetPeer(remote);
            _hardware.Send(data);
            return RadioResult.FromCount(data.Length);
        }
    }

    public override RadioResult TryReceive(Span<byte> buffer) => TryReceiveFrom(buffer, out _);

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote) => Receive(buffer, isPeek: false, out remote);

    public override RadioResult TryPeek(Span<byte> buffer, out IPSocketAddress remote) => Receive(buffer, isPeek: true, out remote);

    public override RadioResult GetAvailable()
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            RefreshUnsynchronized();
            return RadioResult.FromCount(_hardware is not null && ReadHeader(out _, out int length) ? length : 0);
        }
    }

    private RadioResult Receive(Span<byte> buffer, bool isPeek, out IPSocketAddress remote)
    {
        lock (Gate)
        {
            remote = default;
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            RefreshUnsynchronized();
            if (_hardware is null || !ReadHeader(out remote, out int length))
            {
                return TakeErrorUnsynchronized() is var error and not Errno.None ? error : Errno.EAGAIN;
            }

            int count = Math.Min(length, buffer.Length);
            _hardware.Peek(HeaderLength, buffer[..count]);
            if (!isPeek)
            {
                _hardware.Take(HeaderLength + length);
            }

            return RadioResult.FromCount(count);
        }
    }

    private protected override RadioResult BoundUnsynchronized()
    {
        HardwareSocket? socket = Chip.Hardware.Take();
        if (socket is null)
        {
            return Errno.ENOBUFS;
        }

        if (!socket.Open(SocketType.Dgram, LocalPort))
        {
            Chip.Hardware.Free(socket);
            return Errno.EIO;
        }

        _hardware = socket;
        return RadioResult.Ok;
    }

    private protected override void ReleaseUnsynchronized()
    {
        if (_hardware is not null)
        {
            Chip.Hardware.Free(_hardware);
            _hardware = null;
        }
    }

    private protected override Errno TakeErrorUnsynchronized()
    {
        Errno error = _error;
        _error = Errno.None;
        return error;
    }

    /// <summary>A socket with a peer receives from no other peer.</summary>
    private void DropStrangers()
    {
        while (_peer.HasValue && ReadHeader(out IPSocketAddress sender, out int length) && sender != _peer)
        {
            _hardware!.Take(HeaderLength + length);
            _hardware.Refresh();
        }
    }

    private bool ReadHeader(out IPSocketAddress sender, out int length)
    {
        sender = default;
        length = 0;
        if (_hardware!.Received < HeaderLength)
        {
            return false;
        }

        _hardware.Peek(0, _header);
        sender = new IPSocketAddress(_header.AsSpan(0, 4), BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(4)));
        length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(6)), _hardware.Received - HeaderLength);
        return true;
    }

    private RadioResult ForStreams()
    {
        lock (Gate)
        {
            return IsClosed ? Errno.EBADF : Errno.EOPNOTSUPP;
        }
    }
}
