using System.Buffers.Binary;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Links;

/// <summary>
/// Cuts a TCP packet that stands for several ones into these: segmentation in software (Linux: <c>tcp_gso_segment</c>, <c>inet_gso_segment</c>). The
/// payload is not copied; the checksums of the pieces are missing where those of the whole are.
/// </summary>
internal static class SegmentCutter
{
    private const int FlagsOffset = 13;
    private const int SequenceOffset = 4;

    /// <summary>Cuts a frame, which stays the caller's.</summary>
    /// <param name="whole">A frame with <see cref="Frame.SegmentSize"/>, whose checksums are not needed.</param>
    /// <param name="medium">What the frame is.</param>
    /// <param name="pieces">The pieces are added here.</param>
    /// <returns>False: its head is not that of a TCP packet, and nothing is added.</returns>
    internal static bool TryCut(Frame whole, LinkMedium medium, ref FrameQueue pieces)
    {
        ReadOnlySpan<byte> head = whole.Head;
        if (!TransportOffsets.TryFind(head, whole.Length, medium, out TransportOffsets place) || place.Protocol != IPProtocol.Tcp || place.IsFragment
            || head.Length < place.Start + TcpHeader.MinLength || head.Length < place.Start + (head[place.Start + 12] >> 4 << 2))
        {
            return false;
        }

        int headers = place.Start + (head[place.Start + 12] >> 4 << 2);
        int text = whole.Length - headers;
        int count = 0;
        for (int at = 0; at < text || count == 0; at += whole.SegmentSize)
        {
            Frame piece = Copy(whole, headers, at, Math.Min(whole.SegmentSize, text - at));
            Patch(piece.Head, place, count++, (uint)at, piece.Length, isLast: at + whole.SegmentSize >= text);
            pieces.Enqueue(piece);
        }

        return true;
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

    // Lengths, sequence numbers and identifications count on; FIN and PSH are the last one's, CWR is the first one's (RFC 3168, 6.1.2).
    private static void Patch(Span<byte> head, in TransportOffsets place, int index, uint offset, int frameLength, bool isLast)
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

        Span<byte> tcp = head[place.Start..];
        BinaryPrimitives.WriteUInt32BigEndian(tcp[SequenceOffset..], BinaryPrimitives.ReadUInt32BigEndian(tcp[SequenceOffset..]) + offset);
        TcpFlags flags = (TcpFlags)tcp[FlagsOffset];
        flags &= isLast ? flags : ~(TcpFlags.Fin | TcpFlags.Psh);
        tcp[FlagsOffset] = (byte)(index == 0 ? flags : flags & ~TcpFlags.Cwr);
    }
}
