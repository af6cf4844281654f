using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace SocketPools.Radios;

/// <summary>
/// Several buffers in one call: readv(2) and writev(2). What stands here works on every radio; a radio overrides it only to be faster.
/// </summary>
public abstract partial class RadioSocket
{
    /// <summary>
    /// Receives into several buffers without waiting: recvmsg(2). A datagram goes on from one buffer to the next and is cut after the last.
    /// The inherited one receives once and copies.
    /// </summary>
    /// <param name="buffers">Filled one after the other.</param>
    /// <returns>The bytes of all of them together; a stream may give fewer than there are.</returns>
    [OverloadResolutionPriority(-1)]
    public virtual RadioResult TryReceive(IList<ArraySegment<byte>> buffers)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        if (buffers.Count == 1)
        {
            return TryReceive(buffers[0].AsSpan());
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(SegmentBufferSize);
        try
        {
            RadioResult result = TryReceive(rented.AsSpan(0, LengthOf(buffers)));
            ReadOnlySpan<byte> received = rented.AsSpan(0, result.Count);
            for (int i = 0; !received.IsEmpty; i++)
            {
                Span<byte> buffer = buffers[i].AsSpan();
                int count = Math.Min(received.Length, buffer.Length);
                received[..count].CopyTo(buffer);
                received = received[count..];
            }

            return result;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Receives into several buffers with a deadline.</summary>
    /// <param name="buffers">Filled one after the other.</param>
    /// <param name="deadline">How long to wait.</param>
    public virtual RadioResult Receive(IList<ArraySegment<byte>> buffers, in Deadline deadline)
    {
        RadioResult result;
        while (ShouldWait(result = TryReceive(buffers), deadline))
        {
            RadioResult wait = Wait(Readiness.Readable, deadline);
            if (wait.Failed)
            {
                return wait;
            }
        }

        return result;
    }

    /// <summary>Sends several pieces whole within one deadline. On a stream only.</summary>
    /// <param name="data">The pieces, in order.</param>
    /// <param name="deadline">How long the whole may take.</param>
    /// <param name="sent">How many bytes were taken, also after a failure.</param>
    public virtual RadioResult SendAll(in ReadOnlySequence<byte> data, in Deadline deadline, out long sent)
    {
        sent = 0;
        if (Type != SocketType.Stream)
        {
            return ClosedOr(Errno.EOPNOTSUPP);
        }

        ReadOnlySequence<byte> left = data;
        while (true)
        {
            RadioResult result = TrySend(left);
            if (ShouldWait(result, deadline))
            {
                result = Wait(Readiness.Writable, deadline);
            }
            else if (!result.Failed)
            {
                sent += result.Count;
                left = left.Slice(result.Count);
                if (left.IsEmpty)
                {
                    return RadioResult.Ok;
                }
            }

            if (result.Failed)
            {
                return result;
            }
        }
    }

    /// <summary>How many bytes fit into buffers, at most as many as a datagram may have.</summary>
    private static int LengthOf(IList<ArraySegment<byte>> buffers)
    {
        long length = 0;
        for (int i = 0; i < buffers.Count; i++)
        {
            length += buffers[i].Count;
        }

        return (int)Math.Min(length, SegmentBufferSize);
    }
}
