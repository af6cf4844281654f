using System.Net;
using System.Runtime.CompilerServices;
using SocketPools.Radios;

namespace SocketPools;

/// <summary>The result of a receive of several datagrams: how many bytes, and the size of each datagram.</summary>
public readonly record struct ReceiveSegmentsResult
{
    /// <summary>Gets the number of bytes of all datagrams together; 0 for an empty datagram.</summary>
    public int Count { get; init; }

    /// <summary>Gets the size of each datagram but the last, which may be shorter; <see cref="Count"/> where only one came.</summary>
    public int SegmentSize { get; init; }

    /// <summary>Gets the address of the sender.</summary>
    public IPSocketAddress Remote { get; init; }
}

// Many datagrams in one call: UDP_SEGMENT and UDP_GRO of udp(7). A radio that has neither sends and receives them one by one.
public sealed partial class PoolSocket
{
    /// <summary>
    /// The size of a buffer, 65,536 bytes, into which <see cref="ReceiveSegmentsInto"/> may put several datagrams. Into a shorter one it
    /// puts a single datagram.
    /// </summary>
    public const int SegmentBufferSize = RadioSocket.SegmentBufferSize;

    /// <summary>
    /// Sends datagrams of the same size to the peer, in as few system calls as the radio can. The timeout is for the whole. Allocates
    /// nothing.
    /// </summary>
    /// <param name="data">
    /// The datagrams, one after the other; the last may be shorter. Empty is one empty datagram. The length has no limit.
    /// </param>
    /// <param name="segmentSize">The size of each datagram, 1 to 65,535 bytes. Above the MTU of the path, IP cuts each into fragments.</param>
    /// <returns>
    /// How many bytes were taken: all, or, where the timeout or an error came after the first datagram, a multiple of
    /// <paramref name="segmentSize"/>. A call with the rest reports the error if it is still there.
    /// </returns>
    /// <exception cref="PoolSocketException">
    /// No datagram was taken: EDESTADDRREQ (no peer), EMSGSIZE (the size is too long for the protocol, or must not be fragmented),
    /// ECONNREFUSED, ETIMEDOUT, EAGAIN (timeout 0), EOPNOTSUPP (a stream or a RAW socket); send(2), udp(7).
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="segmentSize"/> is out of range.</exception>
    public int SendSegments(ReadOnlySpan<byte> data, int segmentSize)
    {
        ThrowIfNoSegmentSize(segmentSize);
        Deadline deadline = StartCall();
        RadioResult result = Sent(_socket.SendSegments(data, segmentSize, default, deadline));
        Check(result, "send", deadline);
        return result.Count;
    }

    /// <summary>Sends datagrams of the same size to an address, in as few system calls as the radio can. Allocates nothing.</summary>
    /// <param name="data">The datagrams, one after the other; the last may be shorter. Empty is one empty datagram.</param>
    /// <param name="segmentSize">The size of each datagram, 1 to 65,535 bytes.</param>
    /// <param name="remote">Where to, in the socket's family.</param>
    /// <returns>As for <see cref="SendSegments"/>.</returns>
    /// <exception cref="PoolSocketException">
    /// No datagram was taken: as for <see cref="SendSegments"/>, EACCES (broadcast without the option), ENETUNREACH, EAFNOSUPPORT; sendto(2).
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="segmentSize"/> is out of range.</exception>
    public int SendSegmentsTo(ReadOnlySpan<byte> data, int segmentSize, IPSocketAddress remote)
    {
        ThrowIfNoSegmentSize(segmentSize);
        Deadline deadline = StartCall();
        ThrowIfOtherFamily(remote, "sendto", deadline);
        RadioResult result = Sent(_socket.SendSegments(data, segmentSize, remote, deadline));
        Check(result, "sendto", deadline, remote);
        return result.Count;
    }

    /// <inheritdoc cref="SendSegmentsTo(ReadOnlySpan{byte}, int, IPSocketAddress)"/>
    public int SendSegmentsTo(ReadOnlySpan<byte> data, int segmentSize, IPEndPoint remote) =>
        SendSegmentsTo(data, segmentSize, (IPSocketAddress)remote);

    /// <summary>
    /// Receives datagrams that came together: of one sender, all of the same size, of which the last may be shorter. How many come in one
    /// call is the radio's choice, at least one. Allocates nothing.
    /// </summary>
    /// <remarks>
    /// A socket should receive either with this call or with <see cref="ReceiveFromInto(Span{byte}, out IPSocketAddress)"/>. Both may be
    /// mixed: a receive of one datagram then leaves the others to the next receives, and takes longer.
    /// </remarks>
    /// <param name="buffer">
    /// Takes the bytes. With <see cref="SegmentBufferSize"/> bytes or more it takes many datagrams, each of them whole; a shorter one takes
    /// a single datagram, which is cut silently where it is longer.
    /// </param>
    /// <param name="segmentSize">
    /// The size of each datagram but the last: they begin at 0, <paramref name="segmentSize"/>, twice that, and so on. 0 for an empty datagram.
    /// </param>
    /// <param name="remote">Who sent them.</param>
    /// <returns>How many bytes came, of all of them together; 0 for an empty datagram.</returns>
    /// <exception cref="PoolSocketException">ETIMEDOUT, EAGAIN (timeout 0), ECONNREFUSED, EOPNOTSUPP (a stream or a RAW socket); recvmsg(2).</exception>
    public int ReceiveSegmentsInto(Span<byte> buffer, out int segmentSize, out IPSocketAddress remote)
    {
        Deadline deadline = StartCall();
        RadioResult result = Received(_socket.ReceiveSegments(buffer, out segmentSize, out remote, deadline));
        Check(result, "recvfrom_into", deadline);
        return result.Count;
    }

    private static void ThrowIfNoSegmentSize(int segmentSize, [CallerArgumentExpression(nameof(segmentSize))] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(segmentSize, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(segmentSize, RadioSocket.MaxSegmentSize, name);
    }
}
