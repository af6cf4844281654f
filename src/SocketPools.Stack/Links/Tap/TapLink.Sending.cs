using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Links;

// A short frame is one write(2), whose text is copied behind its headers: writev(2) of two pieces takes the kernel an eighth longer. A long one
// is one writev(2) of the vnet header, the head and the slices, each where it is.
public sealed unsafe partial class TapLink
{
    // The vnet header, the head, and all the slices a frame may have.
    private const int MaxPieces = 2 + Frame.MaxSlices;

    private long _sentFrames;
    private long _sentBytes;
    private long _refusedFull;
    private long _refusedInvalid;
    private long _refusedDown;

    /// <summary>Sends a frame. The kernel has copied it, or not taken it, when this returns.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>False when the kernel did not take it: the counters and <see cref="LastError"/> say why.</returns>
    public bool TrySend(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        VirtioHeader header = default;
        if (!IsShortEnough(frame) || !Describe(frame, ref header))
        {
            _refusedInvalid++;
            return false;
        }

        if (!_gate.TryEnter())
        {
            _refusedDown++;
            return false;
        }

        Errno errno = Write(frame, &header);
        _gate.Leave();
        if (errno != Errno.None)
        {
            Count(Note(errno));
            return false;
        }

        _sentFrames++;
        _sentBytes += frame.Length;
        frame.Release();
        return true;
    }

    private bool IsShortEnough(Frame frame) => frame.Length <= _maxFrame
        || (frame.SegmentSize > 0 && (Offloads & (IsUdp(frame) ? LinkOffloads.DatagramSegmentation : LinkOffloads.Segmentation)) != 0
            && frame.Length <= LinkLimits.MaxFrame(Medium, LinkLimits.MaxMtu));

    // The place of its checksum tells a transport.
    private static bool IsUdp(Frame frame) => frame.Checksums == ChecksumState.Partial && frame.ChecksumOffset == UdpHeader.ChecksumOffset;

    // Says in the header what the kernel has to complete. False: the frame says something that cannot be.
    private bool Describe(Frame frame, ref VirtioHeader header)
    {
        if (frame.Checksums != ChecksumState.Partial)
        {
            return frame.Length <= _maxFrame;
        }

        ReadOnlySpan<byte> head = frame.Head;
        int start = frame.ChecksumStart;
        if ((Offloads & LinkOffloads.PartialChecksums) == 0 || start < 0 || start + frame.ChecksumOffset + 2 > head.Length)
        {
            return false;
        }

        header.Flags = VirtioHeader.NeedsChecksum;
        header.ChecksumStart = (ushort)start;
        header.ChecksumOffset = (ushort)frame.ChecksumOffset;
        return frame.SegmentSize == 0 || (IsUdp(frame) ? DescribeDatagrams(frame, head, start, ref header) : DescribeSegments(frame, head, start, ref header));
    }

    private bool DescribeDatagrams(Frame frame, ReadOnlySpan<byte> head, int start, ref VirtioHeader header)
    {
        int headers = start + UdpHeader.Length;
        if (headers > head.Length || IsLongerThanMtu(frame, headers))
        {
            return false;
        }

        if (frame.Length - headers > frame.SegmentSize)
        {
            header.SegmentType = VirtioHeader.SegmentUdp;
            header.HeaderLength = (ushort)headers;
            header.SegmentSize = (ushort)frame.SegmentSize;
        }

        return true;
    }

    // The packets that it is cut into have to be as short as any other.
    private bool IsLongerThanMtu(Frame frame, int headers) => headers + (long)Math.Min(frame.SegmentSize, frame.Length - headers) > _maxFrame;

    private bool DescribeSegments(Frame frame, ReadOnlySpan<byte> head, int start, ref VirtioHeader header)
    {
        const int dataOffset = 12;
        const int flags = 13;
        const byte windowReduced = 0x80;
        int ip = Medium == LinkMedium.Ethernet ? LinkLimits.EthernetHeader : 0;
        if (start <= ip || start + flags >= head.Length)
        {
            return false;
        }

        int headers = start + (head[start + dataOffset] >> 4) * 4;
        if (headers > head.Length || IsLongerThanMtu(frame, headers))
        {
            return false;
        }

        if (frame.Length - headers <= frame.SegmentSize)
        {
            return true;
        }

        header.SegmentType = head[ip] >> 4 == 4 ? VirtioHeader.SegmentTcp4 : VirtioHeader.SegmentTcp6;
        if ((head[start + flags] & windowReduced) != 0)
        {
            header.SegmentType |= VirtioHeader.SegmentWithCongestion;
        }

        header.HeaderLength = (ushort)headers;
        header.SegmentSize = (ushort)frame.SegmentSize;
        return true;
    }

    [SkipLocalsInit]
    private Errno Write(Frame frame, VirtioHeader* header)
    {
        TunLibc.IOVector* pieces = stackalloc TunLibc.IOVector[MaxPieces];
        int count = 0;
        if (frame.TryJoin(_device.HasHeaders ? VirtioHeader.Length : 0, out Span<byte> all))
        {
            if (_device.HasHeaders)
            {
                MemoryMarshal.Write(all, in *header);
            }

            pieces[count++] = Piece(all);
        }
        else
        {
            if (_device.HasHeaders)
            {
                pieces[count++] = new TunLibc.IOVector { Base = header, Length = VirtioHeader.Length };
            }

            pieces[count++] = Piece(frame.Head);
            foreach (ref readonly Slice slice in frame.Tail)
            {
                pieces[count++] = Piece(slice.Span);
            }
        }

        while (true)
        {
            nint written = count == 1
                ? TunLibc.write(_device.Fd, pieces[0].Base, pieces[0].Length)
                : TunLibc.writev(_device.Fd, pieces, count);
            Errno errno = written < 0 ? TunLibc.LastError : Errno.None;
            if (errno != Errno.EINTR)
            {
                return errno;
            }
        }
    }

    // The bytes of blocks do not move.
    private static TunLibc.IOVector Piece(ReadOnlySpan<byte> bytes) => new()
    {
        Base = Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)),
        Length = (nuint)bytes.Length,
    };

    private void Count(Errno errno)
    {
        switch (errno)
        {
            case Errno.EAGAIN or Errno.ENOBUFS or Errno.ENOMEM:
                _refusedFull++;
                break;
            case Errno.EIO or TunLibc.EBADFD or Errno.ENETDOWN:
                _refusedDown++;
                break;
            default:
                _refusedInvalid++;
                break;
        }
    }
}
