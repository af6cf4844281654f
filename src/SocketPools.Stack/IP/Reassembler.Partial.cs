using System.Buffers.Binary;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

// A packet in pieces: what has come, and where it belongs.
internal sealed partial class Reassembler
{
    /// <summary>A packet some of whose fragments have come.</summary>
    private sealed class Partial
    {
        // CE of RFC 3168, section 5.
        private const int CongestionExperienced = 3;

        // As much as an error may quote (RFC 4443, section 2.4, c).
        private const int MaxQuote = Icmpv6Message.MaxErrorPacket;

        // In order, and none over another.
        private readonly List<Piece> _pieces = new(4);
        private int _received;
        private int _total;
        private int _headerLength;

        // Which of the four values of the two bits have come (RFC 3168, 5.3): bit 0 for 00, bit 3 for CE.
        private int _congestion;

        internal Partial(Reassembler reassembler)
        {
            Timer = new StackTimer(() => reassembler.OnTimer(this));
            InAll = new LinkedListNode<Partial>(this);
            InSource = new LinkedListNode<Partial>(this);
        }

        internal Key Key { get; private set; }

        internal StackTimer Timer { get; }

        internal Source? Owner { get; set; }

        internal LinkedListNode<Partial> InAll { get; }

        internal LinkedListNode<Partial> InSource { get; }

        /// <summary>Bytes of memory that its fragments keep from the pools.</summary>
        internal int HeldBytes { get; private set; }

        internal bool HasFirst => _headerLength > 0;

        internal bool IsWhole => HasFirst && _received == _total;

        /// <summary>
        /// Whether some fragments bear ECT or CE and others do not (RFC 3168, 5.3; as Linux): they are not of one packet, or a host on the
        /// way has changed them, and what CE says would be lost.
        /// </summary>
        internal bool IsMixed => (_congestion & 1) != 0 && _congestion != 1;

        internal bool IsTooLong => _total > MaxLength(Key.Source.IsIPv6, _headerLength);

        /// <summary>The first fragment of a packet has come.</summary>
        internal void Begin(in Key key)
        {
            Key = key;
            _received = 0;
            _total = -1;
            _headerLength = 0;
            _congestion = 0;
        }

        /// <summary>Adds a fragment, which is the packet's from then on. False: it does not fit, and stays the caller's.</summary>
        internal bool TryAdd(in Piece piece, bool hasMore, int headerLength)
        {
            int place = PlaceOf(piece.Start);
            if (place > 0 && _pieces[place - 1].End > piece.Start)
            {
                // Received already, or a forged overlap that could be read in two ways.
                bool isSame = IsSame(piece, place - 1) && (hasMore || piece.End == _total);
                if (isSame)
                {
                    piece.Frame.Release();
                }

                return isSame;
            }

            bool isPastEnd = _total >= 0 && (piece.End > _total || (!hasMore && piece.End != _total));
            bool isBeforeEnd = !hasMore && _pieces.Count > 0 && _pieces[^1].End > piece.End;
            if (isPastEnd || isBeforeEnd || (place < _pieces.Count && _pieces[place].Start < piece.End))
            {
                return false;
            }

            _total = hasMore ? _total : piece.End;
            _headerLength = piece.Start == 0 ? headerLength : _headerLength;
            _received += piece.Length;
            _congestion |= 1 << CongestionBitsOf(piece.Frame.Head);
            Insert(place, piece);
            return true;
        }

        /// <summary>The whole packet, its header in front, which says how long it is now.</summary>
        internal Frame Join()
        {
            Frame frame = Frame.Rent(_headerLength + _total);
            _pieces[0].Frame.Head[.._headerLength].CopyTo(frame.Append(_headerLength));
            frame.Checksums = _pieces[0].Frame.Checksums;
            foreach (Piece piece in _pieces)
            {
                piece.Frame.CopyTo(frame.Append(piece.Length), piece.At);
            }

            Span<byte> header = frame.Head;
            bool isMarked = (_congestion & (1 << CongestionExperienced)) != 0;
            if (Key.Source.IsIPv6)
            {
                header[1] |= (byte)(isMarked ? CongestionExperienced << 4 : 0);
                BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)_total);
                return frame;
            }

            header[1] |= (byte)(isMarked ? CongestionExperienced : 0);
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)frame.Length);
            header[6..8].Clear();
            header[10..12].Clear();
            BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum.Of(header[.._headerLength]));
            return frame;
        }

        /// <summary>As much of the packet as has come from its beginning on, to be quoted. What is behind a gap is not quoted.</summary>
        internal Frame CopyFirst()
        {
            Frame frame = Frame.Rent(MaxQuote);
            _pieces[0].Frame.Head[.._headerLength].CopyTo(frame.Append(_headerLength));
            int end = 0;
            foreach (Piece piece in _pieces)
            {
                int length = Math.Min(piece.Length, MaxQuote - frame.Length);
                if (piece.Start != end || length <= 0)
                {
                    break;
                }

                piece.Frame.CopyTo(frame.Append(length), piece.At);
                end = piece.End;
            }

            return frame;
        }

        /// <summary>It is not used until another packet begins.</summary>
        internal void Release()
        {
            foreach (Piece piece in _pieces)
            {
                piece.Frame.Release();
            }

            _pieces.Clear();
            HeldBytes = 0;
        }

        // Behind the last piece that begins before the offset, or at it.
        private int PlaceOf(int offset)
        {
            (int low, int high) = (0, _pieces.Count);
            while (low < high)
            {
                int middle = (low + high) / 2;
                (low, high) = _pieces[middle].Start <= offset ? (middle + 1, high) : (low, middle);
            }

            return low;
        }

        // Whether pieces that are here have the same bytes as another, all of them.
        private bool IsSame(in Piece other, int place)
        {
            for (int at = other.Start; at < other.End; place++)
            {
                if (place == _pieces.Count || _pieces[place].Start > at)
                {
                    return false;
                }

                Piece known = _pieces[place];
                int end = Math.Min(other.End, known.End);
                if (!AreSame(other, known, at, end))
                {
                    return false;
                }

                at = end;
            }

            return true;
        }

        // The last two bits of the traffic class, which in IPv6 lies across the first two bytes.
        private static int CongestionBitsOf(ReadOnlySpan<byte> header) => header[0] >> 4 == 4 ? header[1] & 3 : (header[1] >> 4) & 3;

        private static bool AreSame(in Piece one, in Piece other, int from, int end)
        {
            Span<byte> left = stackalloc byte[256];
            Span<byte> right = stackalloc byte[256];
            for (int at = from; at < end; at += left.Length)
            {
                int length = Math.Min(left.Length, end - at);
                one.Frame.CopyTo(left[..length], one.At + at - one.Start);
                other.Frame.CopyTo(right[..length], other.At + at - other.Start);
                if (!left[..length].SequenceEqual(right[..length]))
                {
                    return false;
                }
            }

            return true;
        }

        // A short fragment does not keep a long block.
        private void Insert(int place, in Piece piece)
        {
            Piece kept = piece;
            if (piece.Frame.HeldBytes > BlockPool.SmallSize && piece.Frame.Length + Frame.Headroom <= BlockPool.SmallSize)
            {
                kept = piece with { Frame = piece.Frame.Clone() };
                piece.Frame.Release();
            }

            HeldBytes += kept.Frame.HeldBytes;
            _pieces.Insert(place, kept);
        }
    }
}
