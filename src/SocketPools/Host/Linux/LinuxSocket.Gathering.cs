using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

// Several pieces in one system call: sendmsg(2), recvmsg(2).
internal sealed unsafe partial class LinuxSocket
{
    // 16 pages of Kestrel's are 64 KiB, as much as a socket's buffer takes at once.
    private const int PiecesAtOnce = 16;

    public override RadioResult TrySend(in ReadOnlySequence<byte> data)
    {
        if (data.IsSingleSegment)
        {
            return TrySend(data.FirstSpan);
        }

        int reports = Reports;
        Pins pins = default;
        try
        {
            return NoteFull(TrySend(data, ref pins), reports);
        }
        finally
        {
            foreach (ref MemoryHandle pin in (Span<MemoryHandle>)pins)
            {
                pin.Dispose();
            }
        }
    }

    [SkipLocalsInit]
    private RadioResult TrySend(in ReadOnlySequence<byte> data, ref Pins pins)
    {
        Libc.IOVector* vectors = stackalloc Libc.IOVector[PiecesAtOnce];
        int count = 0;
        foreach (ReadOnlyMemory<byte> piece in data)
        {
            if (piece.IsEmpty)
            {
                continue; // sixteen of them would look like a socket that takes nothing
            }

            if (count == PiecesAtOnce)
            {
                break;
            }

            pins[count] = piece.Pin();
            vectors[count] = new Libc.IOVector { Base = pins[count].Pointer, Length = (nuint)piece.Length };
            count++;
        }

        if (!Enter())
        {
            return Errno.EBADF;
        }

        Libc.MessageHeader message = new() { Vectors = vectors, VectorCount = (nuint)count };
        while (true)
        {
            nint sent = Libc.sendmsg(_fd, &message, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT);
            if (sent >= 0)
            {
                Leave();
                return RadioResult.FromCount((int)sent);
            }

            Errno errno = Libc.LastError;
            if (!MayRetry(ref errno, Libc.POLLOUT, s_attempt))
            {
                return errno;
            }
        }
    }

    public override RadioResult TryReceive(IList<ArraySegment<byte>> buffers)
    {
        ArgumentNullException.ThrowIfNull(buffers);

        // A stream may give less than there is; a datagram that did not find all its buffers would be cut.
        if (buffers.Count == 1 || _coalesces || (buffers.Count > PiecesAtOnce && Type != SocketType.Stream))
        {
            return base.TryReceive(buffers);
        }

        int reports = Reports;
        Pins pins = default;
        try
        {
            return EndOrNote(Receive(buffers, ref pins, s_attempt), reports);
        }
        finally
        {
            foreach (ref MemoryHandle pin in (Span<MemoryHandle>)pins)
            {
                pin.Dispose();
            }
        }
    }

    [SkipLocalsInit]
    private RadioResult Receive(IList<ArraySegment<byte>> buffers, ref Pins pins, in Deadline deadline)
    {
        Libc.IOVector* vectors = stackalloc Libc.IOVector[PiecesAtOnce];
        int count = 0;
        for (int i = 0; i < buffers.Count && count < PiecesAtOnce; i++)
        {
            Memory<byte> buffer = buffers[i];
            if (buffer.IsEmpty)
            {
                continue; // sixteen of them would look like the end of the stream
            }

            pins[count] = buffer.Pin();
            vectors[count] = new Libc.IOVector { Base = pins[count].Pointer, Length = (nuint)buffer.Length };
            count++;
        }

        if (!Enter())
        {
            return Errno.EBADF;
        }

        Libc.MessageHeader message = new() { Vectors = vectors, VectorCount = (nuint)count };
        while (true)
        {
            nint received = Libc.recvmsg(_fd, &message, Libc.MSG_DONTWAIT);
            if (received >= 0)
            {
                return LeaveReceive(received);
            }

            Errno errno = Libc.LastError;
            if (IsEnd(errno, deadline))
            {
                return LeaveReceive(0);
            }

            if (!MayRetry(ref errno, Libc.POLLIN, deadline))
            {
                return errno;
            }
        }
    }

    [InlineArray(PiecesAtOnce)]
    private struct Pins
    {
        private MemoryHandle _first;
    }
}
