using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Portable;

internal sealed partial class PortableSocket
{
    /// <inheritdoc/>
    public override RadioResult TrySend(ReadOnlySpan<byte> data)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        try
        {
            if (TakeError() is not Errno.None and var pending)
            {
                return pending;
            }

            int count = _socket.Send(data, SocketFlags.None, out SocketError error);
            return error == SocketError.Success ? RadioResult.FromCount(count) : PortableErrors.OfSend(Type, error);
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

    /// <inheritdoc/>
    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote)
    {
        if (Type == SocketType.Stream)
        {
            // sendto(2) on a stream ignores the address; without a connection it fails as send does.
            return TrySend(data);
        }

        if (!Enter())
        {
            return Errno.EBADF;
        }

        try
        {
            if (remote.Family != Family)
            {
                return Errno.EAFNOSUPPORT;
            }

            if (TakeError() is not Errno.None and var pending)
            {
                return pending;
            }

            EnsureBound();
            return RadioResult.FromCount(_socket.SendTo(data, SocketFlags.None, PortableAddress.Write(remote)));
        }
        catch (SocketException e)
        {
            return PortableErrors.OfSend(Type, e.SocketErrorCode);
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

    /// <inheritdoc/>
    public override RadioResult TryReceive(Span<byte> buffer)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        try
        {
            if (TakeError() is not Errno.None and var pending)
            {
                return pending;
            }

            if (buffer.IsEmpty)
            {
                return ReceiveNothing();
            }

            int count = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
            return error switch
            {
                SocketError.Success => RadioResult.FromCount(count),
                SocketError.MessageSize => RadioResult.FromCount(buffer.Length),
                _ => PortableErrors.OfReceive(Type, error),
            };
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

    /// <inheritdoc/>
    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
    {
        remote = default;
        if (Type == SocketType.Stream)
        {
            RadioResult result = TryReceive(buffer);
            if (!result.Failed)
            {
                GetRemoteAddress(out remote);
            }

            return result;
        }

        if (!Enter())
        {
            return Errno.EBADF;
        }

        try
        {
            if (TakeError() is not Errno.None and var pending)
            {
                return pending;
            }

            // Asked first because the BCL answers "would block" with an exception.
            if (!_socket.Poll(0, SelectMode.SelectRead))
            {
                return Errno.EAGAIN;
            }

            SocketAddress address = PortableAddress.Rent(Family);
            Span<byte> one = stackalloc byte[1];
            int count;
            try
            {
                count = _socket.ReceiveFrom(buffer.IsEmpty ? one : buffer, SocketFlags.None, address);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
            {
                count = buffer.Length;
            }

            remote = PortableAddress.Read(address);
            return RadioResult.FromCount(Math.Min(count, buffer.Length));
        }
        catch (SocketException e)
        {
            return PortableErrors.OfReceive(Type, e.SocketErrorCode);
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

    /// <summary>
    /// An empty buffer: a stream gives nothing and says 0, a datagram is taken and cut to nothing. The BCL would only peek.
    /// </summary>
    private RadioResult ReceiveNothing()
    {
        if (Type == SocketType.Stream)
        {
            return RadioResult.Ok;
        }

        Span<byte> one = stackalloc byte[1];
        _socket.Receive(one, SocketFlags.None, out SocketError error);
        return error is SocketError.Success or SocketError.MessageSize ? RadioResult.Ok : PortableErrors.OfReceive(Type, error);
    }
}
