using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>
/// Cuts packets that stand for several ones (<see cref="Frame.SegmentSize"/>) into these, as Linux does. A link that offers
/// <see cref="LinkOffloads.Segmentation"/> or <see cref="LinkOffloads.DatagramSegmentation"/> needs it where frames go on to a receiver that takes single packets only.
/// </summary>
public static class FrameSegments
{
    /// <summary>Cuts a frame into single packets. Checksums are missing in these where they are missing in the frame.</summary>
    /// <param name="frame">The frame, which stays the caller's.</param>
    /// <param name="medium">Whether the frame is an Ethernet frame or an IP packet.</param>
    /// <param name="pieces">The packets are added here, in order. They are the caller's.</param>
    /// <returns>
    /// False, and nothing is added: the frame is a single packet, or its headers are not those of TCP or UDP without fragments. Its checksums have
    /// to be missing: a complete one is not cut.
    /// </returns>
    public static bool TryCut(Frame frame, LinkMedium medium, ICollection<Frame> pieces)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(pieces);
        FrameQueue queue = default;
        if (frame.SegmentSize == 0
            || !(SegmentCutter.TryCutDatagrams(frame, medium, ref queue) || SegmentCutter.TryCut(frame, medium, ref queue)))
        {
            return false;
        }

        while (queue.TryDequeue(out Frame? piece))
        {
            pieces.Add(piece);
        }

        return true;
    }
}
