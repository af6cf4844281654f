using System.Buffers.Binary;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

// A packet in pieces: what has come, and where it lies.
internal sealed partial class Reassembler
{
    /// <summary>A packet some of whose fragments have come.</summary>
    private sealed class Partial
    {
        // What has come, as [start, end) in order; fragments seldom leave more than a gap or two.
        private readonly List<(int Start, int End)> _ranges = new(4);
        private readonly Reassembler _owner;
        private Frame? _frame;
        private int _total;

        internal Partial(Reassembler owner)
        {
            _owner = owner;
            Timer = new StackTimer(() => owner.OnTimer(this));
        }

        // Options or extension headers, at most; bytes of the packet follow at this place.
        private const int HeaderRoom = 60;

        internal Key Key { get; private set; }

        internal StackTimer Timer { get; }

        internal Frame Frame => _frame!;

        internal bool HasFirst => HeaderLength > 0;

        internal bool IsWhole => HasFirst && _total >= 0 && _ranges.Count == 1 && _ranges[0] == (0, _total);

        internal bool IsTooLong => HeaderLength + _total > IPv4Header.MaxLength;

        private int HeaderLength { get; set; }

        /// <summary>The first piece of a packet has come.</summary>
        internal void Begin(in Key key)
        {
            Key = key;
            _ranges.Clear();
            _total = -1;
            HeaderLength = 0;
            _frame = Frame.Rent(IPv4Header.MaxLength);
            _frame.Append(HeaderRoom);
        }

        internal bool TryAdd(Frame fragment, int start, int offset, int length, bool hasMore, int headerLength)
        {
            int end = offset + length;
            int place = PlaceOf(offset);
            if (place > 0 && _ranges[place - 1].End >= end)
            {
                // Here already. Its bytes are the same, or somebody wants to be read in two ways.
                return IsSame(fragment, start, offset, length) && (hasMore || end == _total);
            }

            if ((_total >= 0 && (end > _total || (!hasMore && end != _total))) || (!hasMore && _ranges.Count > 0 && _ranges[^1].End > end))
            {
                return false;
            }

            if ((place < _ranges.Count && _ranges[place].Start < end) || (place > 0 && _ranges[place - 1].End > offset))
            {
                return false;
            }

            _total = hasMore ? _total : end;
            if (Frame.Length < HeaderRoom + end)
            {
                Frame.Append(HeaderRoom + end - Frame.Length);
            }

            fragment.CopyTo(Frame.Head.Slice(HeaderRoom + offset, length), start);
            if (offset == 0)
            {
                HeaderLength = headerLength;
                fragment.Head[..headerLength].CopyTo(Frame.Head[(HeaderRoom - headerLength)..]);
                Frame.Checksums = fragment.Checksums;
            }

            Insert(place, offset, end);
            return true;
        }

        /// <summary>The whole packet, its header in front, which says how long it is now. A short one does not keep a long block.</summary>
        internal Frame Take()
        {
            Frame.Pull(HeaderRoom - HeaderLength);
            Span<byte> header = Frame.Head;
            if (header[0] >> 4 == 4)
            {
                BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)Frame.Length);
                header[6..8].Clear();
                header[10..12].Clear();
                BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum.Of(header[..HeaderLength]));
            }
            else
            {
                BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)(Frame.Length - IPv6Header.Length));
            }

            if (Frame.Length > BlockPool.SmallSize - Frame.Headroom)
            {
                return LetGo();
            }

            Frame small = Frame.Clone();
            Release();
            return small;
        }

        /// <summary>As much of the packet as has come from its beginning on, to be quoted. What is behind a gap is nobody's business.</summary>
        internal Frame TakeFirst()
        {
            Frame.Trim(HeaderRoom + _ranges[0].End);
            Frame.Pull(HeaderRoom - HeaderLength);
            return Frame;
        }

        internal void Release() => LetGo().Release();

        // Nobody looks at it any more, until another packet begins.
        private Frame LetGo()
        {
            Frame frame = Frame;
            _frame = null;
            _owner._spare.Push(this);
            return frame;
        }

        // Behind the last range that begins before the offset, or at it.
        private int PlaceOf(int offset)
        {
            (int low, int high) = (0, _ranges.Count);
            while (low < high)
            {
                int middle = (low + high) / 2;
                (low, high) = _ranges[middle].Start <= offset ? (middle + 1, high) : (low, middle);
            }

            return low;
        }

        private bool IsSame(Frame fragment, int start, int offset, int length)
        {
            Span<byte> known = Frame.Head.Slice(HeaderRoom + offset, length);
            Span<byte> bytes = stackalloc byte[256];
            for (int at = 0; at < length; at += bytes.Length)
            {
                Span<byte> piece = bytes[..Math.Min(bytes.Length, length - at)];
                fragment.CopyTo(piece, start + at);
                if (!piece.SequenceEqual(known.Slice(at, piece.Length)))
                {
                    return false;
                }
            }

            return true;
        }

        private void Insert(int place, int start, int end)
        {
            bool joinsBefore = place > 0 && _ranges[place - 1].End == start;
            bool joinsAfter = place < _ranges.Count && _ranges[place].Start == end;
            if (joinsBefore && joinsAfter)
            {
                _ranges[place - 1] = (_ranges[place - 1].Start, _ranges[place].End);
                _ranges.RemoveAt(place);
            }
            else if (joinsBefore)
            {
                _ranges[place - 1] = (_ranges[place - 1].Start, end);
            }
            else if (joinsAfter)
            {
                _ranges[place] = (start, _ranges[place].End);
            }
            else
            {
                _ranges.Insert(place, (start, end));
            }
        }
    }
}
