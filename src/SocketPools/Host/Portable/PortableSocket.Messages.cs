using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Portable;

// What a receive reports besides its bytes.
internal sealed partial class PortableSocket
{
    private bool _reportsPacketInformation;

    /// <inheritdoc/>
    public override RadioResult GetAvailable()
    {
        int available = 0;
        RadioResult answer = RadioResult.Ok;
        RadioResult result = Run(() =>
        {
            answer = _listening ? Errno.EINVAL : RadioResult.Ok;
            available = _listening ? 0 : _socket.Available;
        });
        return result.Failed ? result : answer.Failed ? answer : RadioResult.FromCount(available);
    }

    /// <inheritdoc/>
    public override RadioResult TryPeek(Span<byte> buffer, out IPSocketAddress remote)
    {
        remote = default;
        if (Type == SocketType.Stream)
        {
            RadioResult result = Attempt(buffer, static (socket, bytes) =>
            {
                int count = socket._socket.Receive(bytes, SocketFlags.Peek, out SocketError error);
                return error == SocketError.Success ? RadioResult.FromCount(count) : PortableErrors.OfReceive(socket.Type, error);
            });
            if (!result.Failed)
            {
                GetRemoteAddress(out remote);
            }

            return result;
        }

        RadioResult peeked = Attempt(buffer, static (socket, bytes) =>
        {
            if (!socket._socket.Poll(0, SelectMode.SelectRead))
            {
                return Errno.EAGAIN;
            }

            Span<byte> one = stackalloc byte[1];
            SocketAddress address = PortableAddress.Rent(socket.Family);
            return RadioResult.FromCount(Math.Min(bytes.Length, socket._socket.ReceiveFrom(bytes.IsEmpty ? one : bytes, SocketFlags.Peek, address)));
        });

        // The thread's address is still what the attempt has written.
        remote = peeked.Failed ? default : PortableAddress.Read(PortableAddress.Rent(Family));
        return peeked;
    }

    /// <inheritdoc/>
    public override RadioResult TryReceiveMessage(Span<byte> buffer, out IPSocketAddress remote, out PacketInformation information)
    {
        (remote, information) = (default, default);
        if (Type == SocketType.Stream)
        {
            return Refuse(Errno.EOPNOTSUPP);
        }

        EndPoint sender = PortableAddress.Any(Family).ToIPEndPoint();
        IPPacketInformation packet = default;
        SocketFlags flags = SocketFlags.None;
        RadioResult result = Attempt(buffer, (socket, bytes) =>
        {
            if (!socket._reportsPacketInformation)
            {
                SocketOptionLevel level = socket.Family == AddressFamily.InterNetwork ? SocketOptionLevel.IP : SocketOptionLevel.IPv6;
                socket._socket.SetSocketOption(level, SocketOptionName.PacketInformation, true);
                socket._reportsPacketInformation = true;
            }

            // Asked first because the BCL answers "would block" with an exception.
            return socket._socket.Poll(0, SelectMode.SelectRead)
                ? RadioResult.FromCount(socket._socket.ReceiveMessageFrom(bytes, ref flags, ref sender, out packet))
                : Errno.EAGAIN;
        });
        if (!result.Failed)
        {
            remote = (IPEndPoint)sender;
            information = new PacketInformation
            {
                Destination = packet.Address is null ? default : new IPSocketAddress(packet.Address, 0),
                InterfaceIndex = packet.Interface,
                IsTruncated = (flags & SocketFlags.Truncated) != 0,
            };
        }

        return result;
    }

    private delegate RadioResult Receiving(PortableSocket socket, Span<byte> buffer);

    /// <summary>One attempt to receive, with its errors mapped.</summary>
    private RadioResult Attempt(Span<byte> buffer, Receiving receive)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        try
        {
            return TakeError() is not Errno.None and var pending ? pending : receive(this, buffer);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
        {
            return RadioResult.FromCount(buffer.Length);
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
}
