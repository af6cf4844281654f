using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Udp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Sockets;

/// <summary>A UDP socket of a stack: udp(7).</summary>
internal sealed class StackDatagramSocket : StackPacketSocket
{
    private readonly UdpEndpoint _end;
    private bool _sendEnded;
    private bool _receiveEnded;

    internal StackDatagramSocket(StackRadio radio, AddressFamily family)
        : base(radio, family) => _end = new UdpEndpoint(radio.Udp, family, ChangedUnsynchronized);

    protected override PacketEnd End => _end;

    public override SocketType Type => SocketType.Dgram;

    public override ProtocolType Protocol => ProtocolType.Udp;

    public override RadioResult Bind(in IPSocketAddress local)
    {
        IPNumber address = IPNumber.From(local);
        lock (Network.Gate)
        {
            if (IsClosed || _end.IsBound)
            {
                return IsClosed ? Errno.EBADF : Errno.EINVAL;
            }

            bool isOurs = Network.IsLocal(address) || address.IsMulticast || address.IsLimitedBroadcast;
            return isOurs ? Station.Udp.Bind(_end, address, (ushort)local.Port) : Errno.EADDRNOTAVAIL;
        }
    }

    public override RadioResult Listen(int backlog) => Refused(Errno.EOPNOTSUPP);

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        (accepted, remote) = (null, default);
        return Refused(Errno.EOPNOTSUPP);
    }

    public override RadioResult TryConnect(in IPSocketAddress remote)
    {
        lock (Network.Gate)
        {
            return IsClosed ? Errno.EBADF : _end.Connect(IPNumber.From(remote), (ushort)remote.Port, ScopeOf(remote));
        }
    }

    public override RadioResult FinishConnect()
    {
        lock (Network.Gate)
        {
            Errno error = IsClosed ? Errno.EBADF : _end.TakeError();
            ShowUnsynchronized();
            return error;
        }
    }

    public override RadioResult Shutdown(SocketShutdown how)
    {
        lock (Network.Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            _receiveEnded |= how != SocketShutdown.Send;
            _sendEnded |= how != SocketShutdown.Receive;
            ChangedUnsynchronized();
            return _end.IsConnected ? RadioResult.Ok : Errno.ENOTCONN;
        }
    }

    public override RadioResult TrySend(ReadOnlySpan<byte> data)
    {
        RadioResult result;
        lock (Network.Gate)
        {
            if (IsClosed || _sendEnded || !_end.IsConnected)
            {
                return IsClosed ? Errno.EBADF : _sendEnded ? Errno.EPIPE : Errno.EDESTADDRREQ;
            }

            Errno pending = _end.TakeError();
            ShowUnsynchronized();
            result = pending != Errno.None ? pending : _end.Send(data, _end.RemoteAddress, _end.RemotePort, null);
        }

        Network.DriveIfNeeded();
        return result;
    }

    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote)
    {
        RadioResult result;
        lock (Network.Gate)
        {
            if (IsClosed || _sendEnded || remote.Port == 0)
            {
                return IsClosed ? Errno.EBADF : _sendEnded ? Errno.EPIPE : Errno.EINVAL;
            }

            Errno pending = _end.TakeError();
            ShowUnsynchronized();
            result = pending != Errno.None ? pending : _end.Send(data, IPNumber.From(remote), (ushort)remote.Port, ScopeOf(remote));
        }

        Network.DriveIfNeeded();
        return result;
    }

    public override RadioResult TryReceive(Span<byte> buffer) => TryReceiveFrom(buffer, out _);

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
    {
        remote = default;
        lock (Network.Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            Errno pending = _end.TakeError();
            RadioResult result = pending != Errno.None ? pending : _end.Receive(buffer, out remote);
            ShowUnsynchronized();
            return result.Errno == Errno.EAGAIN && _receiveEnded ? RadioResult.FromCount(0) : result;
        }
    }

    public override RadioResult GetLocalAddress(out IPSocketAddress local)
    {
        lock (Network.Gate)
        {
            local = IsClosed ? default : _end.LocalAddress.ToSocketAddress(_end.LocalPort);
            return IsClosed ? Errno.EBADF : RadioResult.Ok;
        }
    }

    public override RadioResult GetRemoteAddress(out IPSocketAddress remote)
    {
        lock (Network.Gate)
        {
            bool has = !IsClosed && _end.IsConnected;
            remote = has ? _end.RemoteAddress.ToSocketAddress(_end.RemotePort) : default;
            return IsClosed ? Errno.EBADF : has ? RadioResult.Ok : Errno.ENOTCONN;
        }
    }

    protected override Readiness AskUnsynchronized(Readiness interest)
    {
        Readiness ready = Readiness.Writable & interest;
        if (_end.HasPacket || _receiveEnded || _end.PendingError != Errno.None)
        {
            ready |= Readiness.Readable & interest;
        }

        return ready
            | (_end.PendingError != Errno.None ? Readiness.Error : 0)
            | (_receiveEnded && _sendEnded ? Readiness.HangUp : 0);
    }

    protected override void EndUnsynchronized() => _end.Close();

    private Errno Refused(Errno errno)
    {
        lock (Network.Gate)
        {
            return IsClosed ? Errno.EBADF : errno;
        }
    }
}
