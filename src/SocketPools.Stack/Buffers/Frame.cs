using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace SocketPools.Stack.Buffers;

/// <summary>What is known about a frame's checksums, so that none is computed or verified without need. See <see cref="Frame.Checksums"/>.</summary>
public enum ChecksumState
{
    /// <summary>All checksums are in the frame, and the receiver verifies them.</summary>
    Complete,
    /// <summary>The frame never left the memory of this machine. Checksums may be missing, and are not verified.</summary>
    NotNeeded,
    /// <summary>The transport's checksum is the sum of its pseudo-header only. The link or the device behind it completes it.</summary>
    Partial,
}

/// <summary>
/// One packet on its way through a stack or over a link: a head with all the headers in one piece, and behind it slices of payload
/// that were not copied. It has one owner, who sends it on or disposes it.
/// </summary>
/// <remarks>
/// Headers are written from the payload outwards: each layer takes room in front of the head (<see cref="Push"/>). On the way in each
/// layer takes its header off (<see cref="Pull"/>).
/// </remarks>
public sealed class Frame
{
    /// <summary>Room for Ethernet, IPv6 and TCP with all options, and what links put in front.</summary>
    internal const int Headroom = 192;

    /// <summary>The most slices behind the head.</summary>
    internal const int MaxSlices = 18;

    private Slices _slices;
    private Block? _head;
    private int _start;
    private int _end;
    private int _checksumStart;

    internal Frame()
    {
    }

    /// <summary>What is known of the checksums.</summary>
    public ChecksumState Checksums { get; internal set; }

    /// <summary>
    /// With <see cref="ChecksumState.Partial"/>: where the checksummed part begins, which is the transport's header. Counted from the
    /// head's first byte; set once, it follows when headers are put in front or taken off.
    /// </summary>
    internal int ChecksumStart
    {
        get => _checksumStart - _start;
        set => _checksumStart = _start + value;
    }

    /// <summary>With <see cref="ChecksumState.Partial"/>: where the checksum lies, counted from <see cref="ChecksumStart"/>.</summary>
    internal int ChecksumOffset { get; set; }

    /// <summary>Bytes of TCP or UDP payload in each packet that this large one stands for; 0 where it is a packet itself.</summary>
    public int SegmentSize { get; internal set; }

    /// <summary>Who sent it, for people: the comment in a capture.</summary>
    public string? Comment { get; internal set; }

    /// <summary>Changes when the frame is released: earlier references are not valid any more.</summary>
    internal int Tenure { get; private set; }

    /// <summary>The next in a queue; a frame is in one queue at a time.</summary>
    internal Frame? Next { get; set; }

    /// <summary>Gets the length of all slices together, in bytes.</summary>
    public int Length { get; private set; }

    /// <summary>The head: headers, and the payload of packets that are in one piece.</summary>
    public Span<byte> Head => _head!.Bytes.AsSpan(_start, _end - _start);

    /// <summary>The payload behind the head.</summary>
    internal ReadOnlySpan<Slice> Tail => ((ReadOnlySpan<Slice>)_slices)[..TailCount];

    /// <summary>Bytes of memory that it keeps from the pools; of blocks that others share only its part.</summary>
    internal int HeldBytes
    {
        get
        {
            int held = _head!.Bytes.Length;
            foreach (Slice slice in Tail)
            {
                held += slice.Length;
            }

            return held;
        }
    }

    /// <summary>What can be appended to the head without another block.</summary>
    internal Span<byte> Room => _head!.Bytes.AsSpan(_end);

    /// <summary>How many slices there are behind the head.</summary>
    internal int TailCount { get; private set; }

    /// <summary>Whether there is room for one more slice.</summary>
    internal bool HasRoomForSlice => TailCount < MaxSlices;

    /// <summary>An empty frame with room for headers in front, and for so many bytes in the head.</summary>
    /// <param name="capacity">Bytes that the head has to hold behind the headroom.</param>
    internal static Frame Rent(int capacity = BlockPool.SmallSize - Headroom) => Rent(ThreadBuffers.Own, BlockPool.For(capacity + Headroom));

    /// <summary>The same for a small head, by a thread that has looked up its buffers.</summary>
    internal static Frame Rent(ThreadBuffers own) => Rent(own, BlockPool.Small);

    private static Frame Rent(ThreadBuffers own, BlockPool pool)
    {
        Frame frame = own.RentFrame();
        frame._head = pool.Rent(own);
        frame._start = frame._end = Headroom;
        return frame;
    }

    /// <summary>A frame with a copy of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public static Frame Copy(ReadOnlySpan<byte> bytes)
    {
        Frame frame = Rent(bytes.Length);
        bytes.CopyTo(frame.Append(bytes.Length));
        return frame;
    }

    /// <summary>A frame of its own with the same bytes in one piece, and with all that is known of them.</summary>
    internal Frame Clone()
    {
        Frame clone = Rent(Length);
        CopyTo(clone.Append(Length));
        clone.Checksums = Checksums;
        clone.ChecksumStart = ChecksumStart;
        clone.ChecksumOffset = ChecksumOffset;
        clone.SegmentSize = SegmentSize;
        clone.Comment = Comment;
        return clone;
    }

    /// <summary>Room for a header in front of all there is.</summary>
    internal Span<byte> Push(int count)
    {
        Debug.Assert(count <= _start);
        _start -= count;
        Length += count;
        return _head!.Bytes.AsSpan(_start, count);
    }

    /// <summary>Takes a header off.</summary>
    internal void Pull(int count)
    {
        Debug.Assert(count <= _end - _start);
        _start += count;
        Length -= count;
    }

    /// <summary>Room behind the head's bytes. Only while there are no slices.</summary>
    internal Span<byte> Append(int count)
    {
        Debug.Assert(TailCount == 0 && _end + count <= _head!.Bytes.Length);
        _end += count;
        Length += count;
        return _head!.Bytes.AsSpan(_end - count, count);
    }

    /// <summary>Adds a slice of payload, with a reference of its own.</summary>
    internal void Append(in Slice slice)
    {
        slice.Block.Retain();
        _slices[TailCount++] = slice;
        Length += slice.Length;
    }

    /// <summary>Adds a slice of payload, whose reference to the block is the frame's from then on.</summary>
    internal void AppendOwned(in Slice slice)
    {
        _slices[TailCount++] = slice;
        Length += slice.Length;
    }

    /// <summary>Takes the slices out: their references are the caller's from then on. The length is not used any more.</summary>
    internal void ForgetTail()
    {
        for (int i = 0; i < TailCount; i++)
        {
            _slices[i] = default;
        }

        TailCount = 0;
    }

    /// <summary>Cuts the end off: padding of the link, for example.</summary>
    internal void Trim(int length)
    {
        while (Length > length && TailCount > 0)
        {
            ref Slice last = ref _slices[TailCount - 1];
            int surplus = Math.Min(Length - length, last.Length);
            Length -= surplus;
            last = last with { Length = last.Length - surplus };
            if (last.Length == 0)
            {
                last.Block.Release();
                _slices[--TailCount] = default;
            }
        }

        _end -= Length - length;
        Length = length;
    }

    /// <summary>The head's bytes as a slice, to keep them without copying; the block is not counted again.</summary>
    internal Slice HeadSlice(int start) => new(_head!, _start + start, _end - _start - start);

    /// <summary>Copies the bytes from a position on, as many as fit.</summary>
    /// <param name="destination">Where they go.</param>
    /// <param name="from">The first byte of the frame to copy, 0..<see cref="Length"/>.</param>
    /// <returns>How many were copied.</returns>
    public int CopyTo(Span<byte> destination, int from = 0)
    {
        int copied = 0;
        ReadOnlySpan<byte> head = Head;
        if (from < head.Length)
        {
            head = head[from..];
            head = head[..Math.Min(head.Length, destination.Length)];
            head.CopyTo(destination);
            copied = head.Length;
            from = 0;
        }
        else
        {
            from -= head.Length;
        }

        foreach (Slice slice in Tail)
        {
            if (from >= slice.Length)
            {
                from -= slice.Length;
                continue;
            }

            ReadOnlySpan<byte> bytes = slice.Span[from..];
            bytes = bytes[..Math.Min(bytes.Length, destination.Length - copied)];
            bytes.CopyTo(destination[copied..]);
            copied += bytes.Length;
            from = 0;
        }

        return copied;
    }

    /// <summary>The frame in one piece, if its slices fit behind the head: they are copied there. The frame itself stays as it is.</summary>
    /// <param name="before">Bytes of room in front of it, which the caller may write.</param>
    /// <param name="bytes">The room and the frame.</param>
    /// <returns>Whether they fit.</returns>
    internal bool TryJoin(int before, out Span<byte> bytes)
    {
        int rest = Length - (_end - _start);
        if (before > _start || rest > _head!.Bytes.Length - _end)
        {
            bytes = default;
            return false;
        }

        bytes = _head.Bytes.AsSpan(_start - before, before + Length);
        Span<byte> behind = bytes[(before + _end - _start)..];
        foreach (ref readonly Slice slice in Tail)
        {
            slice.Span.CopyTo(behind);
            behind = behind[slice.Length..];
        }

        return true;
    }

    /// <summary>Returns the frame's memory to its pool. The frame must not be used after this.</summary>
    public void Release() => Release(ThreadBuffers.Own);

    /// <summary>The same, by a thread that has looked up its buffers.</summary>
    internal void Release(ThreadBuffers own)
    {
        Debug.Assert(Next is null, "A frame that is let go of is in no queue.");
        _head!.Release(own);
        _head = null;
        Tenure++;
        for (int i = 0; i < TailCount; i++)
        {
            _slices[i].Block.Release(own);
            _slices[i] = default;
        }

        TailCount = 0;
        Length = 0;
        SegmentSize = 0;
        Checksums = ChecksumState.Complete;
        Comment = null;
        own.Return(this);
    }

    [InlineArray(MaxSlices)]
    private struct Slices
    {
        private Slice _first;
    }
}
