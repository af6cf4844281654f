using System.Net;
using SocketPools.Radios;

namespace SocketPools;

public sealed partial class PoolSocket
{
    /// <summary>Sends bytes: <c>send(bytes)</c>. Takes what fits, at least one byte; without a timeout it waits until all are taken.</summary>
    /// <param name="data">The bytes; an empty datagram is sent as such.</param>
    /// <returns>How many bytes were taken.</returns>
    /// <exception cref="PoolSocketException">
    /// EPIPE (not connected, or the peer is gone; there is no SIGPIPE), ECONNRESET, ETIMEDOUT, EAGAIN (timeout 0),
    /// EDESTADDRREQ (datagram without a peer), EMSGSIZE; send(2).
    /// </exception>
    public int Send(ReadOnlySpan<byte> data)
    {
        if (TrySendFirst(data, isAll: IsUnlimited, "send", out int sent))
        {
            return sent;
        }

        if (sent > 0)
        {
            return sent + SendRest(data[sent..]);
        }

        Deadline deadline = StartCall();
        RadioResult result = Sent(_socket.Send(data, deadline));
        Check(result, "send", deadline);
        return result.Count;
    }

    /// <summary>Sends all the bytes: <c>sendall(bytes)</c>. The timeout is for the whole.</summary>
    /// <param name="data">The bytes.</param>
    /// <exception cref="PoolSocketException">As for <see cref="Send"/>. Some of the bytes may have gone out by then; how many is not reported.</exception>
    public void SendAll(ReadOnlySpan<byte> data)
    {
        if (!TrySendFirst(data, isAll: true, "sendall", out int sent))
        {
            SendAll(data[sent..], StartCall());
        }
    }

    /// <summary>Sends a datagram to an address: <c>sendto(bytes, address)</c>. Allocates nothing.</summary>
    /// <param name="data">The datagram; may be empty.</param>
    /// <param name="remote">Where to, in the socket's family.</param>
    /// <returns>How many bytes were taken: all of them.</returns>
    /// <exception cref="PoolSocketException">EMSGSIZE, EACCES (broadcast without the option), ENETUNREACH, ETIMEDOUT, EAGAIN; sendto(2).</exception>
    public int SendTo(ReadOnlySpan<byte> data, IPSocketAddress remote)
    {
        if (_attemptsFirst && remote.Family == Family)
        {
            RadioResult first = Sent(_socket.TrySendTo(data, remote));
            if (IsFinal(first, "sendto", remote))
            {
                return first.Count;
            }
        }

        Deadline deadline = StartCall();
        return SendTo(data, remote, deadline);
    }

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, IPSocketAddress)"/>
    public int SendTo(ReadOnlySpan<byte> data, IPEndPoint remote) => SendTo(data, (IPSocketAddress)remote);

    /// <summary>Sends a datagram to a host. The timeout covers the lookup of the name and the sending together.</summary>
    /// <param name="data">The datagram; may be empty.</param>
    /// <param name="host">A name, an address in digits, <c>"&lt;broadcast&gt;"</c>.</param>
    /// <param name="port">0..65535.</param>
    /// <returns>How many bytes were taken: all of them.</returns>
    /// <exception cref="PoolSocketException">As for the other overload.</exception>
    /// <exception cref="AddressInfoException">The name does not resolve.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is out of range.</exception>
    public int SendTo(ReadOnlySpan<byte> data, string host, int port)
    {
        Deadline deadline = StartCall();
        return SendTo(data, _pool.ResolveHost(host, port, Family, deadline), deadline);
    }

    /// <summary>
    /// Receives into a buffer: <c>recv_into(buffer)</c>. Fills it from its start; bytes past the count stay as they are. A
    /// datagram too long for the buffer is cut silently. Allocates nothing.
    /// </summary>
    /// <param name="buffer">Takes the bytes. Empty: 0 at once.</param>
    /// <returns>How many bytes came: 0 at the end of the stream, as often as asked.</returns>
    /// <exception cref="PoolSocketException">ENOTCONN, ECONNRESET, ETIMEDOUT, EAGAIN (timeout 0); recv(2).</exception>
    public int ReceiveInto(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        if (_attemptsFirst)
        {
            RadioResult result = Received(_socket.TryReceive(buffer));
            if (IsFinal(result, "recv_into"))
            {
                return result.Count;
            }
        }

        return ReceiveInto(buffer, StartCall());
    }

    /// <summary>Receives at most so many bytes into a buffer: <c>recv_into(buffer, bufsize)</c>.</summary>
    /// <param name="buffer">Takes the bytes.</param>
    /// <param name="size">0 (meaning all of the buffer) to the buffer's length.</param>
    /// <returns>How many bytes came: 0 at the end of the stream.</returns>
    /// <exception cref="PoolSocketException">As for the other overload.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative or more than the buffer has.</exception>
    public int ReceiveInto(Span<byte> buffer, int size) => ReceiveInto(buffer[..SizeOf(buffer.Length, size)]);

    /// <summary>Receives a datagram and returns the sender's address: <c>recvfrom_into(buffer)</c>. Allocates nothing.</summary>
    /// <param name="buffer">Takes the bytes; a longer datagram is cut silently.</param>
    /// <param name="remote">Who sent it; on a stream the peer.</param>
    /// <returns>How many bytes came; 0 for an empty datagram.</returns>
    /// <exception cref="PoolSocketException">ETIMEDOUT, EAGAIN (timeout 0), ENOTCONN; recvfrom(2).</exception>
    public int ReceiveFromInto(Span<byte> buffer, out IPSocketAddress remote)
    {
        if (_attemptsFirst)
        {
            RadioResult first = Received(_socket.TryReceiveFrom(buffer, out remote));
            if (IsFinal(first, "recvfrom_into"))
            {
                return first.Count;
            }
        }

        Deadline deadline = StartCall();
        RadioResult result = Received(_socket.ReceiveFrom(buffer, out remote, deadline));
        Check(result, "recvfrom_into", deadline);
        return result.Count;
    }

    /// <summary>Receives at most so many bytes of a datagram: <c>recvfrom_into(buffer, bufsize)</c>.</summary>
    /// <param name="buffer">Takes the bytes.</param>
    /// <param name="size">0 (meaning all of the buffer) to the buffer's length.</param>
    /// <param name="remote">Who sent it; on a stream the peer.</param>
    /// <returns>How many bytes came.</returns>
    /// <exception cref="PoolSocketException">As for the other overload.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative or more than the buffer has.</exception>
    public int ReceiveFromInto(Span<byte> buffer, int size, out IPSocketAddress remote) =>
        ReceiveFromInto(buffer[..SizeOf(buffer.Length, size)], out remote);

    internal int ReceiveInto(Span<byte> buffer, in Deadline deadline)
    {
        RadioResult result = Received(_socket.Receive(buffer, deadline));
        Check(result, "recv_into", deadline);
        return result.Count;
    }

    internal void SendAll(ReadOnlySpan<byte> data, in Deadline deadline)
    {
        RadioResult result = _socket.SendAll(data, deadline, out int sent);
        Sent(RadioResult.FromCount(sent));
        Check(result, "sendall", deadline);
    }

    private int SendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote, in Deadline deadline)
    {
        ThrowIfOtherFamily(remote, "sendto", deadline);
        RadioResult result = Sent(_socket.SendTo(data, remote, deadline));
        Check(result, "sendto", deadline, remote);
        return result.Count;
    }

    /// <summary>How much of a buffer is asked for.</summary>
    private static int SizeOf(int length, int size)
    {
        if (size < 0 || size > length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(size), size, $"The buffer has {length} bytes; 0 (all of it) to that many can be asked for.");
        }

        return size == 0 ? length : size;
    }
}
