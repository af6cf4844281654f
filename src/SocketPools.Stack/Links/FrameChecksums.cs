using System.Buffers.Binary;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Links;

/// <summary>
/// Completes the checksums of frames that were sent without them. A link needs it when frames leave this machine's memory, are shown, or
/// are corrupted. Call it in <see cref="ILink.TrySend"/> of such a link.
/// </summary>
public static class FrameChecksums
{
    /// <summary>
    /// Writes the checksums that are missing, in place: the IPv4 header's and that of TCP, UDP, ICMP or IGMP. A fragment's transport
    /// has none of its own and stays as it is.
    /// </summary>
    /// <param name="frame">The frame. Its head is written to, its slices are read.</param>
    /// <param name="medium">Whether the frame is an Ethernet frame or an IP packet.</param>
    public static void Complete(Frame frame, LinkMedium medium)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Checksums == ChecksumState.Partial)
        {
            CompletePartial(frame.Head, frame.Tail, frame.ChecksumStart, frame.ChecksumOffset);
        }
        else if (frame.Checksums == ChecksumState.NotNeeded)
        {
            CompleteAll(frame.Head, frame.Tail, frame.Length, medium);
        }

        frame.Checksums = ChecksumState.Complete;
    }

    /// <summary>Does the same to a copy of a frame's bytes.</summary>
    /// <param name="bytes">The copy, of all bytes.</param>
    /// <param name="frame">The frame, which stays as it is.</param>
    /// <param name="medium">Whether the frame is an Ethernet frame or an IP packet.</param>
    internal static void CompleteCopy(Span<byte> bytes, Frame frame, LinkMedium medium)
    {
        if (frame.Checksums == ChecksumState.Partial)
        {
            CompletePartial(bytes, default, frame.ChecksumStart, frame.ChecksumOffset);
        }
        else if (frame.Checksums == ChecksumState.NotNeeded)
        {
            CompleteAll(bytes, default, bytes.Length, medium);
        }
    }

    // The field holds the pseudo-header's sum, which is summed with the rest.
    private static void CompletePartial(Span<byte> head, ReadOnlySpan<Slice> tail, int start, int offset)
    {
        if (start < 0 || start + offset + 2 > head.Length)
        {
            return;
        }

        InternetChecksum sum = default;
        Add(ref sum, head[start..], tail, int.MaxValue);
        Write(head[(start + offset)..], sum);
    }

    private static void CompleteAll(Span<byte> head, ReadOnlySpan<Slice> tail, int length, LinkMedium medium)
    {
        if (!TransportOffsets.TryFind(head, length, medium, out TransportOffsets place))
        {
            return;
        }

        if (place.Source.IsIPv4)
        {
            Span<byte> header = head.Slice(place.IPStart, place.IPLength);
            BinaryPrimitives.WriteUInt16BigEndian(header[10..], 0);
            BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum.Of(header));
        }

        int at = place.Start + place.ChecksumOffset;
        if (place.IsFragment || place.ChecksumOffset < 0 || at + 2 > head.Length)
        {
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(head[at..], 0);
        InternetChecksum sum = default;
        if (place.HasPseudoHeader)
        {
            sum.AddPseudoHeader(place.Source, place.Destination, place.Protocol, place.Length);
        }

        Add(ref sum, head[place.Start..], tail, place.Length);
        Write(head[at..], sum);
    }

    private static void Add(ref InternetChecksum sum, ReadOnlySpan<byte> head, ReadOnlySpan<Slice> tail, int length)
    {
        ReadOnlySpan<byte> bytes = head[..Math.Min(head.Length, length)];
        sum.Add(bytes);
        length -= bytes.Length;
        foreach (ref readonly Slice slice in tail)
        {
            bytes = slice.Span[..Math.Min(slice.Length, length)];
            sum.Add(bytes);
            length -= bytes.Length;
        }
    }

    // 0 is all ones: the same number to the sum, and UDP's 0 means none (RFC 768).
    private static void Write(Span<byte> field, InternetChecksum sum) =>
        BinaryPrimitives.WriteUInt16BigEndian(field, sum.Value == 0 ? ushort.MaxValue : sum.Value);
}
