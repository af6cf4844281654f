using System.Buffers.Binary;
using System.Net.Sockets;
using SocketPools.Chips.Wiznet;
using SocketPools.Radios;

namespace SocketPools.Chips;

/// <summary>Both ways to a connection.</summary>
internal sealed partial class WiznetStreamSocket
{
    public override RadioResult Listen(int backlog)
    {
        lock (Gate)
        {
            if (IsClosed || _phase is not (Phase.Fresh or Phase.Listening))
            {
                return IsClosed ? Errno.EBADF : Errno.EINVAL;
            }

            if (_phase == Phase.Listening)
            {
                return RadioResult.Ok;
            }

            RadioResult bound = EnsureBoundUnsynchronized();
            if (bound.Failed)
            {
                return bound;
            }

            WiznetListener listener = new(Chip.Hardware, LocalPort, backlog);
            if (!listener.Arm())
            {
                listener.Close();
                return Errno.ENOBUFS;
            }

            Chip.Hardware.Add(listener);
            _listener = listener;
            _phase = Phase.Listening;
            return RadioResult.Ok;
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

            switch (_phase)
            {
                case Phase.Listening or Phase.Connected or Phase.Ended:
                    return Errno.EISCONN;
                case Phase.Connecting or Phase.ConnectEnded:
                    return Errno.EALREADY;
            }

            if (WiznetRadio.IsUnreachable(remote) || remote.Port == 0)
            {
                return remote.Port == 0 ? Errno.ECONNREFUSED : Errno.ENETUNREACH;
            }

            RadioResult bound = EnsureBoundUnsynchronized();
            if (bound.Failed)
            {
                return bound;
            }

            HardwareSocket? socket = Chip.Hardware.Take();
            if (socket is null)
            {
                return Errno.ENOBUFS;
            }

            if (!socket.Open(SocketType.Stream, LocalPort))
            {
                Chip.Hardware.Free(socket);
                return Errno.EIO;
            }

            socket.SetPeer(remote);
            socket.Command(SocketCommand.Connect);
            _hardware = socket;
            _peer = remote;
            _phase = Phase.Connecting;
            IsBoundToAny = false;
            _connectStarted = Chip.TimeProvider.GetTimestamp();
            return Errno.EINPROGRESS;
        }
    }

    public override RadioResult FinishConnect()
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            RefreshUnsynchronized();
            switch (_phase)
            {
                case Phase.Connecting:
                    return Errno.EINPROGRESS;
                case Phase.ConnectEnded when _error != Errno.None:
                    return TakeErrorUnsynchronized();
                case Phase.ConnectEnded:
                    _phase = Phase.Connected;
                    return RadioResult.Ok;
                default:
                    return _phase is Phase.Connected or Phase.Ended ? RadioResult.Ok : Errno.ENOTCONN;
            }
        }
    }

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        lock (Gate)
        {
            accepted = null;
            remote = default;
            if (IsClosed || _phase != Phase.Listening)
            {
                return IsClosed ? Errno.EBADF : Errno.EINVAL;
            }

            RefreshUnsynchronized();
            HardwareSocket? socket = _listener!.Accept();
            if (socket is null)
            {
                return Errno.EAGAIN;
            }

            _listener.Arm();
            remote = socket.Peer;
            accepted = new WiznetStreamSocket(Chip)
            {
                _hardware = socket,
                _peer = remote,
                _phase = Phase.Connected,
                _endSeen = socket.Status == SocketStatus.CloseWait,
                IsBoundToAny = false,
                AcceptedPort = LocalPort,
            };
            return RadioResult.Ok;
        }
    }

    public override RadioResult GetLocalAddress(out IPSocketAddress local)
    {
        RadioResult result = base.GetLocalAddress(out local);
        if (AcceptedPort != 0)
        {
            local = local.WithPort(AcceptedPort);
        }

        return result;
    }

    /// <summary>The listener's port, which is not this socket's to give back.</summary>
    private int AcceptedPort { get; init; }

    /// <summary>Whether the chip gave up before it could send a SYN: its ARP time-out is the shorter one.</summary>
    private bool HasOnlyAskedArp()
    {
        Span<byte> retry = stackalloc byte[3];
        Chip.Bus.ReadCommon(Chip.Bus.RetryRegister, retry);
        RetrySettings settings = new(BinaryPrimitives.ReadUInt16BigEndian(retry), retry[2]);
        return Chip.TimeProvider.GetElapsedTime(_connectStarted) < (settings.ArpTimeout + settings.TcpTimeout) / 2;
    }
}
