using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Portable;

internal sealed partial class PortableSocket
{
    /// <inheritdoc/>
    public override RadioResult Bind(in IPSocketAddress local)
    {
        IPSocketAddress address = local;
        return address.Family != Family
            ? Refuse(Errno.EAFNOSUPPORT)
            : Run(() => _socket.Bind(address.ToIPEndPoint()));
    }

    /// <inheritdoc/>
    public override RadioResult Listen(int backlog) => Type != SocketType.Stream
        ? Refuse(Errno.EOPNOTSUPP)
        : Run(() =>
        {
            EnsureBound();
            _socket.Listen(Math.Max(backlog, 0));
            _listening = true;
        });

    /// <inheritdoc/>
    public override RadioResult Shutdown(SocketShutdown how)
    {
        // The BCL forgets the peer once a side is shut down.
        GetRemoteAddress(out _);
        return Run(() =>
        {
            _socket.Shutdown(how);
            _sendEnded |= how != SocketShutdown.Receive && Type == SocketType.Stream;
        });
    }

    /// <inheritdoc/>
    public override RadioResult GetLocalAddress(out IPSocketAddress local)
    {
        IPSocketAddress address = PortableAddress.Any(Family);
        RadioResult result = Run(() =>
        {
            if (_socket.LocalEndPoint is IPEndPoint endPoint)
            {
                address = endPoint;
            }
        });
        local = result.Failed ? default : address;
        return result;
    }

    /// <inheritdoc/>
    public override RadioResult GetRemoteAddress(out IPSocketAddress remote)
    {
        // Asked of the system once, and not with every datagram's sender or look at a stream.
        RadioResult result = _remote is not null ? Refuse(Errno.None) : Run(() => _remote ??= _socket.RemoteEndPoint as IPEndPoint);
        remote = default;
        if (result.Errno == Errno.EBADF)
        {
            return result;
        }

        if (_remote is not { } known)
        {
            return Errno.ENOTCONN;
        }

        remote = known;
        return RadioResult.Ok;
    }

    /// <inheritdoc/>
    public override RadioResult TryConnect(in IPSocketAddress remote)
    {
        if (remote.Family != Family)
        {
            return Refuse(Errno.EAFNOSUPPORT);
        }

        if (_listening || _connected)
        {
            // Linux answers the first connect after a connect that did not block with success once more.
            return Refuse(Errno.EISCONN);
        }

        IPSocketAddress address = remote;
        RadioResult result = Run(() =>
        {
            _remote = null;
            _socket.Connect(address.ToIPEndPoint());
            _connected = Type == SocketType.Stream;
        });
        return result.Errno is Errno.EAGAIN ? Errno.EINPROGRESS : result;
    }

    /// <inheritdoc/>
    public override RadioResult FinishConnect()
    {
        RadioResult answer = RadioResult.Ok;
        RadioResult result = Run(() =>
        {
            if (TakeError() is not Errno.None and var pending)
            {
                answer = pending;
            }
            else
            {
                // Windows tells a failure as "error" only, the others as "writable".
                bool ended = _socket.Poll(0, SelectMode.SelectWrite) || _socket.Poll(0, SelectMode.SelectError);
                answer = ended ? ReadError() : Errno.EINPROGRESS;
                _connected |= !answer.Failed && _socket.Connected;
            }
        });
        return result.Failed ? result : answer;
    }

    /// <inheritdoc/>
    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        PortableSocket? made = null;
        IPSocketAddress peer = default;
        RadioResult answer = RadioResult.Ok;
        RadioResult result = Run(() =>
        {
            if (!_listening)
            {
                answer = Type == SocketType.Stream ? Errno.EINVAL : Errno.EOPNOTSUPP;
            }
            else if (!_socket.Poll(0, SelectMode.SelectRead))
            {
                // Asked first because the BCL answers "would block" with an exception.
                answer = Errno.EAGAIN;
            }
            else
            {
                Socket socket = _socket.Accept();
                IPEndPoint? endPoint = socket.RemoteEndPoint as IPEndPoint;
                peer = endPoint is null ? default : IPSocketAddress.FromIPEndPoint(endPoint);
                made = new PortableSocket(_radio, socket, Protocol, endPoint);
            }
        });
        accepted = made;
        remote = peer;
        return result.Failed ? result : answer;
    }

    /// <summary>What the system does at the first send; done here because only the BCL's own bind makes it tell the address.</summary>
    private void EnsureBound()
    {
        if (!_socket.IsBound)
        {
            _socket.Bind(PortableAddress.Any(Family).ToIPEndPoint());
        }
    }

    private Errno Refuse(Errno errno) => IsClosed ? Errno.EBADF : errno;

    /// <summary>A call that is not made a million times a second, with its errors mapped.</summary>
    private RadioResult Run(Action call)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        try
        {
            call();
            return RadioResult.Ok;
        }
        catch (Exception e) when (PortableErrors.TryMap(e, out Errno errno))
        {
            return errno;
        }
        finally
        {
            Leave();
        }
    }
}
