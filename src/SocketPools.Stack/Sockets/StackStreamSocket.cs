using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;
using TcpListener = SocketPools.Stack.Tcp.TcpListener;

namespace SocketPools.Stack.Sockets;

/// <summary>
/// A TCP socket of a stack: tcp(7). It is nothing yet, then holds a port, then listens or is one end of a connection; what it is
/// then is a part of TCP's, and this translates.
/// </summary>
internal sealed partial class StackStreamSocket : StackSocket, ITcpObserver
{
    private TcpPort? _port;
    private TcpListener? _listener;
    private TcpConnection? _connection;

    // Once an option was set.
    private StrongBox<TcpSocketOptions>? _chosen;
    private bool _reuseAddress;
    private int _linger = -1;

    internal StackStreamSocket(StackTransports stack, AddressFamily family)
        : base(stack, family)
    {
    }

    private StackStreamSocket(StackTransports stack, AddressFamily family, TcpConnection connection)
        : base(stack, family)
    {
        _connection = connection;
        connection.Observer = this;
    }

    public override SocketType Type => SocketType.Stream;

    public override ProtocolType Protocol => ProtocolType.Tcp;

    void ITcpObserver.Changed() => ChangedUnsynchronized();

    public override RadioResult Bind(in IPSocketAddress local)
    {
        IPAddressValue address = Unmap(local);
        using (Network.Gate.EnterScope())
        {
            return IsClosed ? Errno.EBADF
                : _port is not null || _connection is not null || RefusalOf(address) != Errno.None ? Errno.EINVAL
                : Stack.Tcp.Bind(address, local.Port, _reuseAddress, IsDual, out _port);
        }
    }

    public override RadioResult Listen(int backlog)
    {
        using (Network.Gate.EnterScope())
        {
            if (IsClosed || _connection is not null)
            {
                return IsClosed ? Errno.EBADF : Errno.EINVAL;
            }

            if (_listener is not null)
            {
                _listener.Backlog = backlog;
                return RadioResult.Ok;
            }

            Errno errno = _port is null ? Stack.Tcp.Bind(IPAddressValue.Any(Family), 0, _reuseAddress, IsDual, out _port) : Errno.None;
            errno = errno != Errno.None ? errno : Stack.Tcp.Listen(_port!, backlog, Options, this, out _listener);
            ShowUnsynchronized();
            return errno;
        }
    }

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        (accepted, remote) = (null, default);
        using (Network.Gate.EnterScope())
        {
            if (IsClosed || _listener is null)
            {
                return IsClosed ? Errno.EBADF : Errno.EINVAL;
            }

            if (!_listener.TryAccept(out TcpConnection? connection))
            {
                return Errno.EAGAIN;
            }

            ShowUnsynchronized();
            accepted = new StackStreamSocket(Stack, Family, connection);
            remote = AddressOf(connection.Tuple.Remote, connection.Tuple.RemotePort, connection);
            return RadioResult.Ok;
        }
    }

    /// <summary>connect(2). After a connect that failed the socket may try again, as on Linux.</summary>
    public override RadioResult TryConnect(in IPSocketAddress remote)
    {
        Errno errno;
        using (Network.Gate.EnterScope())
        {
            if (IsClosed || _listener is not null)
            {
                return IsClosed ? Errno.EBADF : Errno.EISCONN;
            }

            if (_connection is { State: not TcpState.Closed } before)
            {
                return before.State is TcpState.SynSent or TcpState.SynReceived ? Errno.EALREADY : Errno.EISCONN;
            }

            IPAddressValue peer = Unmap(remote);
            errno = RefusalOf(peer);
            errno = errno != Errno.None ? errno : Stack.Tcp.Connect(
                _port, _port?.Address ?? IPAddressValue.Any(Family), peer, (ushort)remote.Port, _reuseAddress, Options, this, out _connection);
            ShowUnsynchronized();
        }

        Network.DriveIfNeeded();
        return errno == Errno.None ? Errno.EINPROGRESS : errno;
    }

    public override RadioResult FinishConnect()
    {
        using (Network.Gate.EnterScope())
        {
            if (IsClosed || _connection is null)
            {
                return IsClosed ? Errno.EBADF : Errno.ENOTCONN;
            }

            Errno error = _connection.TakeError();
            ShowUnsynchronized();
            return error != Errno.None ? error
                : _connection.State is TcpState.SynSent or TcpState.SynReceived ? Errno.EINPROGRESS
                : RadioResult.Ok;
        }
    }

    public override RadioResult Shutdown(SocketShutdown how)
    {
        Errno errno;
        using (Network.Gate.EnterScope())
        {
            if (IsClosed || _connection is null)
            {
                return IsClosed ? Errno.EBADF : Errno.ENOTCONN;
            }

            errno = _connection.Shutdown(how != SocketShutdown.Send, how != SocketShutdown.Receive);
            ShowUnsynchronized();
        }

        Network.DriveIfNeeded();
        return errno;
    }

    public override RadioResult TrySend(ReadOnlySpan<byte> data)
    {
        RadioResult result;
        bool drives;
        bool isWhole;
        StackShard shard;
        using (ShardScope scope = EnterTransfer(out shard))
        {
            isWhole = scope.HasOthers;
            shard.Timers.Freeze();
            result = IsClosed ? Errno.EBADF : _connection?.Send(data) ?? Errno.EPIPE;
            ShowUnsynchronized();
            drives = Network.EndCallUnsynchronized(shard);
        }

        FinishTransfer(shard, drives, isWhole);
        return result;
    }

    /// <summary>Sends on a stream: sendto(2). With a peer the address is ignored; without one the call fails.</summary>
    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote) => TrySend(data);

    public override RadioResult TryReceive(Span<byte> buffer) => Receive(buffer, peek: false);

    public override RadioResult TryPeek(Span<byte> buffer, out IPSocketAddress remote) => WithPeer(Receive(buffer, peek: true), out remote);

    public override RadioResult GetAvailable()
    {
        using (Network.Gate.EnterScope())
        {
            return IsClosed ? Errno.EBADF : _listener is not null ? Errno.EINVAL : RadioResult.FromCount(_connection?.Available ?? 0);
        }
    }

    private RadioResult Receive(Span<byte> buffer, bool peek)
    {
        RadioResult result;
        bool drives;
        bool isWhole;
        StackShard shard;
        using (ShardScope scope = EnterTransfer(out shard))
        {
            isWhole = scope.HasOthers;
            shard.Timers.Freeze();
            result = IsClosed ? Errno.EBADF : _connection is null or { State: TcpState.SynSent } && !HasFailed ? Errno.ENOTCONN : _connection!.Receive(buffer, peek);
            ShowUnsynchronized();
            drives = Network.EndCallUnsynchronized(shard);
        }

        FinishTransfer(shard, drives, isWhole);
        return result;
    }

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote) => WithPeer(TryReceive(buffer), out remote);

    private RadioResult WithPeer(RadioResult result, out IPSocketAddress remote)
    {
        remote = default;
        if (!result.Failed)
        {
            GetRemoteAddress(out remote);
        }

        return result;
    }

    public override RadioResult GetLocalAddress(out IPSocketAddress local)
    {
        using (Network.Gate.EnterScope())
        {
            local = IsClosed ? default
                : _connection is { } connection ? AddressOf(connection.Tuple.Local, connection.Tuple.LocalPort, connection)
                : Map(_port?.Address ?? IPAddressValue.Any(Family), _port?.Number ?? 0);
            return IsClosed ? Errno.EBADF : RadioResult.Ok;
        }
    }

    public override RadioResult GetRemoteAddress(out IPSocketAddress remote)
    {
        using (Network.Gate.EnterScope())
        {
            bool has = !IsClosed && _connection is { State: not (TcpState.SynSent or TcpState.SynReceived or TcpState.Closed) };
            remote = has ? AddressOf(_connection!.Tuple.Remote, _connection.Tuple.RemotePort, _connection) : default;
            return IsClosed ? Errno.EBADF : has ? RadioResult.Ok : Errno.ENOTCONN;
        }
    }

    protected override Readiness AskUnsynchronized(Readiness interest)
    {
        // tcp_poll of Linux: a socket that is nothing yet is writable and hung up.
        Readiness ready = _connection is not null ? _connection.Poll()
            : _listener is not null ? (_listener.AcceptableCount > 0 ? Readiness.Readable : Readiness.None)
            : Readiness.Writable | Readiness.HangUp;
        return ready & (interest | Readiness.Error | Readiness.HangUp);
    }

    protected override void EndUnsynchronized()
    {
        _listener?.Close();
        if (_linger == 0)
        {
            _connection?.Abort();
        }
        else
        {
            _connection?.Close();
        }

        if (_port is not null)
        {
            Stack.Tcp.Unbind(_port);
        }
    }

    private bool HasFailed => _connection is { State: TcpState.Closed };

    private IPSocketAddress AddressOf(in IPAddressValue address, ushort port, TcpConnection connection) =>
        Map(address, port, address.IsIPv6 && address.IsLinkLocal ? (uint)connection.Path.Interface.Index : 0);
}
