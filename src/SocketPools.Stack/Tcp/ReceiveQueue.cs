using System.Diagnostics;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// The bytes that have come: those in order, for the user, and those behind a gap. Slices of the received frames are kept, and copied
/// once, into the user's buffer.
/// </summary>
/// <remarks>
/// A slice holds its whole block. So small ones are copied together into blocks of the queue's own, and when the blocks held are more
/// than <see cref="HoldLimit"/> all are, however the peer cuts its segments.
/// </remarks>
internal sealed class ReceiveQueue
{
    /// <summary>A slice of less is copied: eight of them fill a small block.</summary>
    internal const int CopyBelow = 256;

    // Pieces in stream order. The first _ready ones follow one another; gaps are between the others.
    private Ring<Piece> _pieces;
    private int _ready;
    private int _read;
    private long _next;

    /// <summary>Bytes in order that were not read yet.</summary>
    internal int Available { get; private set; }

    /// <summary>Whether there is nothing in it, neither in order nor behind a gap.</summary>
    internal bool IsEmpty => _pieces.Count == 0;

    /// <summary>Bytes of blocks that are held.</summary>
    internal long Held { get; private set; }

    /// <summary>When more is held, what comes is copied together.</summary>
    internal long HoldLimit { get; set; } = 256 * 1024;

    /// <summary>Adds a frame's payload that is next in order, and whatever it connects to.</summary>
    /// <returns>How far the bytes in order have grown.</returns>
    internal int Append(Frame frame, int start, int length)
    {
        if (length < CopyBelow ? TryAppendSmall(frame, start, length) : TryAppendSlices(frame, start, length))
        {
            return length;
        }

        int before = Available;
        Add(frame, start, length, _next);
        Connect();
        return Available - before;
    }

    /// <summary>Adds a frame's payload that lies behind a gap of <paramref name="offset"/> bytes. What is there already is kept.</summary>
    internal void AppendBehindGap(Frame frame, int start, int length, long offset)
    {
        Debug.Assert(offset > 0);
        Add(frame, start, length, _next + offset);
    }

    /// <summary>Copies bytes to the user and lets go of them; with <paramref name="peek"/> they stay.</summary>
    internal int Read(Span<byte> buffer, bool peek)
    {
        int done = 0;
        int skip = _read;
        for (int i = 0; done < buffer.Length && i < _ready; i++)
        {
            ReadOnlySpan<byte> bytes = _pieces[i].Slice.Span[skip..];
            bytes = bytes[..Math.Min(bytes.Length, buffer.Length - done)];
            bytes.CopyTo(buffer[done..]);
            done += bytes.Length;
            skip = 0;
        }

        if (!peek)
        {
            Consume(done);
        }

        return done;
    }

    /// <summary>Gives the memory back that an empty queue needed when it was long.</summary>
    internal void Trim() => _pieces.Trim();

    /// <summary>Lets go of what lies behind a gap: the peer is told so by acknowledgments without it.</summary>
    internal void ClearBehindGap()
    {
        for (int i = _ready; i < _pieces.Count; i++)
        {
            Release(_pieces[i]);
        }

        _pieces.RemoveFrom(_ready);
    }

    /// <summary>Lets go of all.</summary>
    internal void Clear()
    {
        ClearBehindGap();
        Consume(Available);
    }

    /// <summary>
    /// Takes over the slices of the usual segment of a bulk transfer: nothing is behind a gap, and all of its text lies in slices that are not small.
    /// </summary>
    /// <returns>Whether it did.</returns>
    internal bool TryAppendSlices(Frame frame, int start, int length)
    {
        ReadOnlySpan<Slice> tail = frame.Tail;
        if (_ready != _pieces.Count || start != frame.Head.Length || frame.Length - start != length || Held > HoldLimit)
        {
            return false;
        }

        foreach (Slice slice in tail)
        {
            if (slice.Length < CopyBelow)
            {
                return false;
            }
        }

        foreach (Slice slice in tail)
        {
            if (_ready > 0 && _pieces.Last.IsFollowedBy(slice))
            {
                ref Piece last = ref _pieces.Last;
                last.Slice = last.Slice with { Length = last.Slice.Length + slice.Length };
                last.References++;
            }
            else
            {
                Held += slice.Block.Bytes.Length;
                _pieces.Add(new Piece { Slice = slice, Position = _next, References = 1 });
                _ready++;
            }

            _next += slice.Length;
        }

        Available += length;
        frame.ForgetTail();
        return true;
    }

    // The usual small message: nothing is behind a gap, and its text is in one piece.
    private bool TryAppendSmall(Frame frame, int start, int length)
    {
        int count = frame.TailCount;
        if (_ready != _pieces.Count || count > 1)
        {
            return false;
        }

        Slice text = count == 0 ? frame.HeadSlice(start) : frame.Tail[0];
        if (text.Length != length || (count > 0 && start != frame.Head.Length))
        {
            return false;
        }

        if (!TryJoin(_ready, text, _next))
        {
            _pieces.Add(Keep(text, _next));
            _ready++;
            _next += length;
            Available += length;
        }

        return true;
    }

    private void Consume(int count)
    {
        Available -= count;
        _read += count;
        while (_ready > 0 && _read >= _pieces[0].Slice.Length)
        {
            _read -= _pieces[0].Slice.Length;
            Release(_pieces[0]);
            _pieces.RemoveFirst();
            _ready--;
        }
    }

    private void Release(in Piece piece)
    {
        Held -= piece.Slice.Block.Bytes.Length;
        piece.Slice.Block.Release(piece.References);
    }

    // The payload may lie in the frame's head and in several slices behind it.
    private void Add(Frame frame, int start, int length, long position)
    {
        int head = frame.Head.Length;
        if (start < head)
        {
            int count = Math.Min(head - start, length);
            Place(frame.HeadSlice(start).Cut(0, count), position);
            position += count;
            length -= count;
            start = head;
        }

        start -= head;
        foreach (Slice slice in frame.Tail)
        {
            int count = Math.Min(slice.Length - start, length);
            if (count > 0)
            {
                Place(slice.Cut(start, count), position);
                position += count;
                length -= count;
            }

            start = Math.Max(0, start - slice.Length);
        }

        Debug.Assert(length == 0);
    }

    // Puts in those parts of a slice that are not there yet.
    private void Place(Slice slice, long position)
    {
        int index = IndexBehind(position);
        while (slice.Length > 0)
        {
            long known = index > 0 ? _pieces[index - 1].End : _next;
            int skip = (int)Math.Clamp(known - position, 0, slice.Length);
            slice = slice.Cut(skip, slice.Length - skip);
            position += skip;
            long limit = index < _pieces.Count ? _pieces[index].Position : long.MaxValue;
            int count = (int)Math.Clamp(limit - position, 0, slice.Length);
            if (count > 0 && !TryJoin(index, slice.Cut(0, count), position))
            {
                _pieces.Insert(index, Keep(slice.Cut(0, count), position));
                index++;
            }

            slice = slice.Cut(count, slice.Length - count);
            position += count;
            index++;
        }
    }

    // Behind a piece that ends there, without a new one: the next bytes of the same block, or a copy into a block of ours.
    private bool TryJoin(int index, Slice slice, long position)
    {
        if (index == 0)
        {
            return false;
        }

        ref Piece before = ref _pieces[index - 1];
        if (before.End != position)
        {
            return false;
        }

        int end = before.Slice.Offset + before.Slice.Length;
        if (!before.IsFollowedBy(slice))
        {
            if (!before.IsOurs || !IsCopied(slice) || before.Slice.Block.Bytes.Length - end < slice.Length)
            {
                return false;
            }

            slice.Span.CopyTo(before.Slice.Block.Bytes.AsSpan(end));
        }

        before.Slice = before.Slice with { Length = before.Slice.Length + slice.Length };
        if (index == _ready)
        {
            _next += slice.Length;
            Available += slice.Length;
        }

        return true;
    }

    private bool IsCopied(Slice slice) =>
        slice.Length < CopyBelow || (Held > HoldLimit && slice.Length < slice.Block.Bytes.Length / 2);

    private Piece Keep(Slice slice, long position)
    {
        bool isCopied = IsCopied(slice);
        if (isCopied)
        {
            Block block = BlockPool.For(slice.Length).Rent();
            slice.Span.CopyTo(block.Bytes);
            slice = new Slice(block, 0, slice.Length);
        }
        else
        {
            slice.Block.Retain();
        }

        Held += slice.Block.Bytes.Length;
        return new Piece { Slice = slice, Position = position, References = 1, IsOurs = isCopied };
    }

    // What follows what is in order is in order, too.
    private void Connect()
    {
        while (_ready < _pieces.Count && _pieces[_ready].Position == _next)
        {
            int length = _pieces[_ready++].Slice.Length;
            _next += length;
            Available += length;
        }
    }

    // Most segments are the newest: looked for from the end.
    private int IndexBehind(long position)
    {
        int low = _ready;
        int high = _pieces.Count;
        if (high > low && _pieces[high - 1].Position <= position)
        {
            return high;
        }

        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_pieces[middle].Position <= position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private struct Piece
    {
        internal Slice Slice;
        internal long Position;

        // To the block of the slice.
        internal int References;
        internal bool IsOurs;

        internal readonly long End => Position + Slice.Length;

        internal readonly bool IsFollowedBy(in Slice next) => Slice.Block == next.Block && Slice.Offset + Slice.Length == next.Offset;
    }
}
