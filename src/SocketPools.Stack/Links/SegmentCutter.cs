using System.Buffers.Binary;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Links;

/// <summary>
/// Cuts a packet that stands for several ones into these: segmentation in software (Linux: <c>tcp_gso_segment</c>, <c>inet_gso_segment</c>,
/// <c>__udp_gso_segment</c>). The checksums of the pieces are missing where those of the whole are.
/// </summary>
internal static class SegmentCutter
{
    private const int FlagsOffset = 13;
    private const int SequenceOffset = 4;
    private const int UdpLengthOffset = 4;

    /// <summary>Cuts a frame of TCP, which stays the caller's. Its payload is not copied.</summary>
    /// <param name="whole">A frame with <see cref="Frame.SegmentSize"/>, whose checksums are not needed or partial.</param>
    /// <param name="medium">What the frame is.</param>
    /// <param name="pieces">The pieces are added here.</param>
    /// <returns>False: its head is not that of a TCP packet, and nothing is added.</returns>
    internal static bool TryCut(Frame whole, LinkMedium medium, ref FrameQueue pieces)
    {
        ReadOnlySpan<byte> head = whole.Head;
        bool isPartial = whole.Checksums == ChecksumState.Partial;
        if (whole.Checksums == ChecksumState.Complete
            || !TransportOffsets.TryFind(head, whole.Length, medium, out TransportOffsets place) || place.Protocol != IPProtocol.Tcp || place.IsFragment
            || (isPartial && (whole.ChecksumStart != place.Start || whole.ChecksumOffset != TcpHeader.ChecksumOffset))
            || head.Length < place.Start + TcpHeader.MinLength)
        {
            return false;
        }

        int headers = place.Start + (head[place.Start + 12] >> 4 << 2);
        int text = place.Start + place.Length - headers;
        if (head.Length < headers || headers < place.Start + TcpHeader.MinLength || text < 0)
        {
            return false;
        }

        int count = 0;
        for (int at = 0; at < text || count == 0; at += whole.SegmentSize)
        {
            Frame piece = Copy(whole, headers, at, Math.Min(whole.SegmentSize, text - at));
            Patch(piece.Head, place, count++, (uint)at, piece.Length, isLast: at + whole.SegmentSize >= text);
            if (isPartial)
            {
                (piece.ChecksumStart, piece.ChecksumOffset) = (whole.ChecksumStart, whole.ChecksumOffset);
                PatchSum(piece.Head[(place.Start + TcpHeader.ChecksumOffset)..], place.Length, piece.Length - place.Start);
            }

            pieces.Enqueue(piece);
        }

        return true;
    }

    /// <summary>Cuts a frame of UDP, which stays the caller's. Its payload is copied.</summary>
    /// <param name="whole">A frame with <see cref="Frame.SegmentSize"/> and a partial checksum.</param>
    /// <param name="medium">What the frame is.</param>
    /// <param name="pieces">The datagrams are added here.</param>
    /// <returns>False: it is no such UDP packet, and nothing is added.</returns>
    internal static bool TryCutDatagrams(Frame whole, LinkMedium medium, ref FrameQueue pieces)
    {
        if (!TryFindDatagrams(whole, medium, out TransportOffsets place))
        {
            return false;
        }

        for (int i = 0; i < CountDatagrams(whole, place); i++)
        {
            pieces.Enqueue(CutDatagram(whole, place, i));
        }

        return true;
    }

    /// <summary>Whether a frame is a UDP packet that stands for several ones, and where its datagrams are.</summary>
    internal static bool TryFindDatagrams(Frame whole, LinkMedium medium, out TransportOffsets place)
    {
        place = default;
        return whole.SegmentSize > 0 && whole.Checksums == ChecksumState.Partial && whole.ChecksumOffset == UdpHeader.ChecksumOffset
            && TransportOffsets.TryFind(whole.Head, whole.Length, medium, out place) && place.Protocol == IPProtocol.Udp && !place.IsFragment
            && place.Length >= UdpHeader.Length && whole.Head.Length >= place.Start + UdpHeader.Length && whole.ChecksumStart == place.Start;
    }

    /// <summary>How many datagrams it stands for: at least one.</summary>
    internal static int CountDatagrams(Frame whole, in TransportOffsets place) =>
        Math.Max(1, (place.Length - UdpHeader.Length + whole.SegmentSize - 1) / whole.SegmentSize);

    /// <summary>A copy of one of them as a frame of its own, with a partial checksum.</summary>
    /// <param name="whole">The frame, which stays as it is.</param>
    /// <param name="place">What <see cref="TryFindDatagrams"/> has found.</param>
    /// <param name="index">Which, from 0.</param>
    internal static Frame CutDatagram(Frame whole, in TransportOffsets place, int index)
    {
        int headers = place.Start + UdpHeader.Length;
        int at = index * whole.SegmentSize;
        int length = Math.Min(whole.SegmentSize, place.Length - UdpHeader.Length - at);
        Frame piece = Frame.Rent(headers + length);
        whole.CopyTo(piece.Append(headers));
        whole.CopyTo(piece.Append(length), headers + at);
        piece.Checksums = ChecksumState.Partial;
        piece.ChecksumStart = whole.ChecksumStart;
        piece.ChecksumOffset = whole.ChecksumOffset;
        piece.Comment = whole.Comment;
        PatchIP(piece.Head, place, index, piece.Length);
        PatchLength(piece.Head[place.Start..], UdpHeader.Length + length);
        return piece;
    }

    private static Frame Copy(Frame whole, int headers, int from, int length)
    {
        Frame piece = Frame.Rent(headers);
        whole.Head[..headers].CopyTo(piece.Append(headers));
        piece.Checksums = whole.Checksums;
        piece.Comment = whole.Comment;
        int position = headers + from;
        int head = whole.Head.Length;
        if (position < head)
        {
            int count = Math.Min(length, head - position);
            piece.Append(whole.HeadSlice(position).Cut(0, count));
            position += count;
            length -= count;
        }

        position -= head;
        foreach (Slice slice in whole.Tail)
        {
            int count = Math.Min(slice.Length - position, length);
            if (count > 0)
            {
                piece.Append(slice.Cut(position, count));
                position += count;
                length -= count;
            }

            position = Math.Max(0, position - slice.Length);
        }

        return piece;
    }

    // Sequence numbers count on; FIN and PSH are the last one's, CWR is the first one's (RFC 3168, 6.1.2).
    private static void Patch(Span<byte> head, in TransportOffsets place, int index, uint offset, int frameLength, bool isLast)
    {
        PatchIP(head, place, index, frameLength);
        Span<byte> tcp = head[place.Start..];
        BinaryPrimitives.WriteUInt32BigEndian(tcp[SequenceOffset..], BinaryPrimitives.ReadUInt32BigEndian(tcp[SequenceOffset..]) + offset);
        TcpFlags flags = (TcpFlags)tcp[FlagsOffset];
        flags &= isLast ? flags : ~(TcpFlags.Fin | TcpFlags.Psh);
        tcp[FlagsOffset] = (byte)(index == 0 ? flags : flags & ~TcpFlags.Cwr);
    }

    private static void PatchLength(Span<byte> udp, int length)
    {
        PatchSum(udp[UdpHeader.ChecksumOffset..], BinaryPrimitives.ReadUInt16BigEndian(udp[UdpLengthOffset..]), length);
        BinaryPrimitives.WriteUInt16BigEndian(udp[UdpLengthOffset..], (ushort)length);
    }

    // The partial checksum is the sum of the pseudo-header, of which the length is a part (RFC 1624).
    private static void PatchSum(Span<byte> field, int oldLength, int length)
    {
        uint sum = (uint)BinaryPrimitives.ReadUInt16BigEndian(field) + (ushort)~(ushort)oldLength + (uint)length;
        sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)(sum + (sum >> 16)));
    }

    // Lengths and identifications count on.
    private static void PatchIP(Span<byte> head, in TransportOffsets place, int index, int frameLength)
    {
        Span<byte> ip = head[place.IPStart..];
        int length = frameLength - place.IPStart;
        if (ip[0] >> 4 == 4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)length);
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(BinaryPrimitives.ReadUInt16BigEndian(ip[4..]) + index));
            BinaryPrimitives.WriteUInt16BigEndian(ip[10..], 0);
            BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Of(ip[..place.IPLength]));
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(length - IPv6Header.Length));
        }
    }
}
