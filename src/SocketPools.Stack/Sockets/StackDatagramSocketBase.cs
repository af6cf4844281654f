using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Endpoints;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Sockets;

/// <summary>A socket of packets: the calls that UDP and RAW have in common. Kinds fill in what they bind, connect and send.</summary>
internal abstract partial class StackDatagramSocketBase(StackTransports stack, AddressFamily family) : StackSocket(stack, family)
{
    private bool _sendEnded;
    private bool _receiveEnded;

    protected abstract DatagramEndpoint End { get; }

    public override RadioResult Listen(int backlog) => Refused(Errno.EOPNOTSUPP);

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        (accepted, remote) = (null, default);
        return Refused(Errno.EOPNOTSUPP);
    }

    public override RadioResult TryConnect(in IPSocketAddress remote)
    {
        using (Network.Gate.EnterScope())
        {
            IPAddressValue peer = Unmap(remote);
            return IsClosed ? Errno.EBADF
                : RefusalOf(peer) is var refusal && refusal != Errno.None ? refusal
                : End.Connect(peer, (ushort)remote.Port, ScopeOf(remote));
        }
    }

    public override RadioResult FinishConnect()
    {
        using (Network.Gate.EnterScope())
        {
            Errno error = IsClosed ? Errno.EBADF : End.TakeError();
            ShowUnsynchronized();
            return error;
        }
    }

    public override RadioResult Shutdown(SocketShutdown how)
    {
        using (Network.Gate.EnterScope())
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            _receiveEnded |= how != SocketShutdown.Send;
            _sendEnded |= how != SocketShutdown.Receive;
            ChangedUnsynchronized();
            return End.IsConnected ? RadioResult.Ok : Errno.ENOTCONN;
        }
    }

    public override RadioResult TrySend(ReadOnlySpan<byte> data)
    {
        RadioResult result;
        bool drives;
        using (Network.Gate.EnterScope())
        {
            Network.Timers.Freeze();
            Errno refusal = PeerRefusalUnsynchronized();
            result = refusal != Errno.None ? refusal : End.Send(data, End.RemoteAddress, End.RemotePort, null);
            ShowUnsynchronized();
            drives = Network.EndCallUnsynchronized(Network.Shards.Main);
        }

        Network.FinishCall(Network.Shards.Main, drives);
        return result;
    }

    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote)
    {
        RadioResult result;
        bool drives;
        using (Network.Gate.EnterScope())
        {
            Network.Timers.Freeze();
            IPAddressValue peer = Unmap(remote);
            Errno refusal = RemoteRefusalUnsynchronized(remote, peer);
            result = refusal != Errno.None ? refusal : End.Send(data, peer, (ushort)remote.Port, ScopeOf(remote));
            ShowUnsynchronized();
            drives = Network.EndCallUnsynchronized(Network.Shards.Main);
        }

        Network.FinishCall(Network.Shards.Main, drives);
        return result;
    }

    public override RadioResult TryReceive(Span<byte> buffer) => TryReceiveFrom(buffer, out _);

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote) => Receive(buffer, peek: false, out remote);

    public override RadioResult TryPeek(Span<byte> buffer, out IPSocketAddress remote) => Receive(buffer, peek: true, out remote);

    public override RadioResult TryReceiveMessage(Span<byte> buffer, out IPSocketAddress remote, out PacketInformation information)
    {
        (remote, information) = (default, default);
        using (Network.Gate.EnterScope())
        {
            Errno pending = IsClosed ? Errno.EBADF : End.TakeError();
            return ReceivedUnsynchronized(pending != Errno.None ? pending : End.ReceiveMessage(buffer, out remote, out information));
        }
    }

    public override RadioResult GetAvailable()
    {
        using (Network.Gate.EnterScope())
        {
            return IsClosed ? Errno.EBADF : RadioResult.FromCount(End.NextLength);
        }
    }

    private RadioResult Receive(Span<byte> buffer, bool peek, out IPSocketAddress remote)
    {
        remote = default;
        using (Network.Gate.EnterScope())
        {
            Errno pending = IsClosed ? Errno.EBADF : End.TakeError();
            return ReceivedUnsynchronized(pending != Errno.None ? pending : End.Receive(buffer, peek, out remote));
        }
    }

    public override RadioResult GetLocalAddress(out IPSocketAddress local)
    {
        using (Network.Gate.EnterScope())
        {
            local = IsClosed ? default : Map(End.LocalAddress, End.LocalPort);
            return IsClosed ? Errno.EBADF : RadioResult.Ok;
        }
    }

    public override RadioResult GetRemoteAddress(out IPSocketAddress remote)
    {
        using (Network.Gate.EnterScope())
        {
            bool has = !IsClosed && End.IsConnected;
            remote = has ? Map(End.RemoteAddress, End.RemotePort) : default;
            return IsClosed ? Errno.EBADF : has ? RadioResult.Ok : Errno.ENOTCONN;
        }
    }

    protected override Readiness AskUnsynchronized(Readiness interest)
    {
        Readiness ready = Readiness.Writable & interest;
        if (End.HasPacket || _receiveEnded || End.PendingError != Errno.None)
        {
            ready |= Readiness.Readable & interest;
        }

        return ready
            | (End.PendingError != Errno.None ? Readiness.Error : 0)
            | (_receiveEnded && _sendEnded ? Readiness.HangUp : 0);
    }

    protected override void EndUnsynchronized() => End.Close();

    /// <summary>The answer of a receive: after a shutdown nothing is the end.</summary>
    protected RadioResult ReceivedUnsynchronized(RadioResult result)
    {
        ShowUnsynchronized();
        return result.Errno == Errno.EAGAIN && _receiveEnded ? RadioResult.FromCount(0) : result;
    }

    /// <summary>Why nothing can be sent to the peer.</summary>
    /// <param name="isGoingOn">Whether the call has sent something: an error that has come meanwhile is for the next one.</param>
    protected Errno PeerRefusalUnsynchronized(bool isGoingOn = false) =>
        RefusalUnsynchronized(End.IsConnected ? Errno.None : Errno.EDESTADDRREQ, isGoingOn);

    /// <summary>Why nothing can be sent to an address.</summary>
    protected Errno RemoteRefusalUnsynchronized(in IPSocketAddress remote, in IPAddressValue peer, bool isGoingOn = false) =>
        RefusalUnsynchronized(End.HasPorts && remote.Port == 0 ? Errno.EINVAL : RefusalOf(peer), isGoingOn);

    /// <summary>Why nothing can be sent: the socket's state first, then the arguments, then an error that was not reported yet.</summary>
    private Errno RefusalUnsynchronized(Errno arguments, bool isGoingOn) =>
        IsClosed ? Errno.EBADF : _sendEnded ? Errno.EPIPE : arguments != Errno.None ? arguments : isGoingOn ? Errno.None : End.TakeError();

    private Errno Refused(Errno errno)
    {
        using (Network.Gate.EnterScope())
        {
            return IsClosed ? Errno.EBADF : errno;
        }
    }
}
