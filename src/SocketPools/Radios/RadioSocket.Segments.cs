using System.Net.Sockets;

namespace SocketPools.Radios;

/// <summary>
/// Many datagrams in one call, as UDP_SEGMENT and UDP_GRO of udp(7) do it. What stands here sends and receives them one by one, on every
/// radio; a radio overrides it only to be faster.
/// </summary>
public abstract partial class RadioSocket
{
    /// <summary>
    /// The size of a buffer, in bytes, into which <see cref="TryReceiveSegments"/> may put several datagrams. Into a shorter one it puts a
    /// single datagram.
    /// </summary>
    public const int SegmentBufferSize = 65_536;

    /// <summary>The longest segment, in bytes; a protocol or a path may have a lower limit, which is EMSGSIZE.</summary>
    public const int MaxSegmentSize = 65_535;

    /// <summary>
    /// UDP_SEGMENT of udp(7), without waiting: sends the bytes as datagrams of the same size, of which the last may be shorter. A failure
    /// is reported where no datagram was taken; after one it ends the call, and the next call reports it if it is still there.
    /// </summary>
    /// <param name="data">The datagrams, one after the other; empty is one empty datagram. The length has no limit.</param>
    /// <param name="segmentSize">The size of each datagram: 1 to <see cref="MaxSegmentSize"/> bytes; EINVAL outside of that.</param>
    /// <param name="remote">Where to; <c>default</c> is the peer of connect(2), and EDESTADDRREQ without one.</param>
    /// <returns>The bytes taken: all, or a multiple of the size. EOPNOTSUPP on a stream and on a RAW socket.</returns>
    public virtual RadioResult TrySendSegments(ReadOnlySpan<byte> data, int segmentSize, in IPSocketAddress remote)
    {
        Errno refusal = RefusalOfSegments(segmentSize);
        if (refusal != Errno.None)
        {
            return refusal;
        }

        int sent = 0;
        do
        {
            ReadOnlySpan<byte> one = data.Slice(sent, Math.Min(segmentSize, data.Length - sent));
            RadioResult result = remote.HasValue ? TrySendTo(one, remote) : TrySend(one);
            if (result.Failed)
            {
                return sent > 0 ? RadioResult.FromCount(sent) : result;
            }

            sent += one.Length;
        }
        while (sent < data.Length);
        return RadioResult.FromCount(sent);
    }

    /// <summary>
    /// UDP_GRO of udp(7), without waiting: receives datagrams of one sender, all of the same size, of which the last may be shorter. How
    /// many come together is the radio's choice; one is always right.
    /// </summary>
    /// <param name="buffer">
    /// Filled from its start. Shorter than <see cref="SegmentBufferSize"/>: it takes one datagram, which is cut silently where it is longer.
    /// </param>
    /// <param name="segmentSize">The size of each datagram but the last; the count, where it is one; 0 for an empty one.</param>
    /// <param name="remote">Who sent them.</param>
    /// <returns>The bytes of all of them together. EOPNOTSUPP on a stream and on a RAW socket.</returns>
    public virtual RadioResult TryReceiveSegments(Span<byte> buffer, out int segmentSize, out IPSocketAddress remote)
    {
        (segmentSize, remote) = (0, default);
        Errno refusal = RefusalOfSegments(1);
        if (refusal != Errno.None)
        {
            return refusal;
        }

        RadioResult result = TryReceiveFrom(buffer, out remote);
        segmentSize = result.Count;
        return result;
    }

    /// <summary>As <see cref="TrySendSegments"/> with a deadline: waits until all are taken, or until the deadline has passed.</summary>
    /// <param name="data">The datagrams, one after the other; empty is one empty datagram.</param>
    /// <param name="segmentSize">The size of each datagram: 1 to <see cref="MaxSegmentSize"/> bytes.</param>
    /// <param name="remote">Where to; <c>default</c> is the peer.</param>
    /// <param name="deadline">How long to wait.</param>
    /// <returns>The bytes taken; an error, also that of the deadline, where none were.</returns>
    public virtual RadioResult SendSegments(ReadOnlySpan<byte> data, int segmentSize, in IPSocketAddress remote, in Deadline deadline)
    {
        int sent = 0;
        while (true)
        {
            RadioResult result = TrySendSegments(data[sent..], segmentSize, remote);
            sent += result.Count;
            if (ShouldWait(result, deadline))
            {
                result = Wait(Readiness.Writable, deadline);
            }
            else if (!result.Failed && sent == data.Length)
            {
                return RadioResult.FromCount(sent);
            }

            if (result.Failed)
            {
                return sent > 0 ? RadioResult.FromCount(sent) : result;
            }
        }
    }

    /// <summary>As <see cref="TryReceiveSegments"/> with a deadline.</summary>
    /// <param name="buffer">Filled from its start.</param>
    /// <param name="segmentSize">The size of each datagram but the last.</param>
    /// <param name="remote">Who sent them.</param>
    /// <param name="deadline">How long to wait.</param>
    public virtual RadioResult ReceiveSegments(Span<byte> buffer, out int segmentSize, out IPSocketAddress remote, in Deadline deadline)
    {
        RadioResult result;
        while (ShouldWait(result = TryReceiveSegments(buffer, out segmentSize, out remote), deadline))
        {
            RadioResult wait = Wait(Readiness.Readable, deadline);
            if (wait.Failed)
            {
                return wait;
            }
        }

        return result;
    }

    /// <summary>Why no datagrams of a size can be sent or received together; a closed socket says so before all else.</summary>
    private protected Errno RefusalOfSegments(int segmentSize)
    {
        Errno refusal = Type != SocketType.Dgram ? Errno.EOPNOTSUPP
            : segmentSize is < 1 or > MaxSegmentSize ? Errno.EINVAL
            : Errno.None;
        return refusal != Errno.None && GetLocalAddress(out _).Errno == Errno.EBADF ? Errno.EBADF : refusal;
    }
}
