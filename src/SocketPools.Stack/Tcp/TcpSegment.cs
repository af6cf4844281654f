using SocketPools.Stack.Buffers;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// A segment that has come, by the names of RFC 9293, section 3.3.1. Its sequence numbers are unwrapped: 64 bits, of which the lower 32
/// are the wire's, so that what is less is less. <see cref="Locate"/> finds the upper ones from what the connection is at.
/// </summary>
internal struct TcpSegment
{
    internal TcpSegment(in TcpView view, Frame frame)
    {
        Flags = view.Flags;
        RawWindow = view.Window;
        IsWindowScaled = (view.Flags & TcpFlags.Syn) == 0;
        Options = view.Options;
        Frame = frame;
        TextStart = view.HeaderLength;
        TextLength = frame.Length - view.HeaderLength;
        Sequence = view.Sequence.Value;
        Acknowledgment = view.Acknowledgment.Value;
    }

    /// <summary>A segment that was predicted: its numbers are unwrapped.</summary>
    internal TcpSegment(TcpFlags flags, long sequence, long acknowledgment, ushort window, in TcpHeaderOptions options, int textStart, int textLength)
    {
        Flags = flags;
        Sequence = sequence;
        Acknowledgment = acknowledgment;
        RawWindow = window;
        IsWindowScaled = true;
        Options = options;
        Frame = null!;
        TextStart = textStart;
        TextLength = textLength;
    }

    internal TcpFlags Flags { get; set; }

    /// <summary>The bits of explicit congestion notification in the IP header.</summary>
    internal byte CongestionBits { get; init; }

    /// <summary>SEG.SEQ.</summary>
    internal long Sequence { get; set; }

    /// <summary>SEG.ACK.</summary>
    internal long Acknowledgment { get; set; }

    /// <summary>SEG.WND as it stands in the header.</summary>
    internal ushort RawWindow { get; }

    /// <summary>Whether the window is to be shifted: not on a SYN (RFC 7323, 2.2), also once that is cut off.</summary>
    internal bool IsWindowScaled { get; }

    internal TcpHeaderOptions Options { get; }

    /// <summary>The frame with the text. It is the layer's; who wants to keep text keeps its blocks.</summary>
    internal Frame Frame { get; set; }

    /// <summary>Where in the frame the text begins.</summary>
    internal int TextStart { get; private set; }

    /// <summary>Bytes of text.</summary>
    internal int TextLength { get; private set; }

    /// <summary>SEG.LEN: text, SYN and FIN.</summary>
    internal readonly int Length => TextLength + (Has(TcpFlags.Syn) ? 1 : 0) + (Has(TcpFlags.Fin) ? 1 : 0);

    /// <summary>The sequence number behind the segment.</summary>
    internal readonly long End => Sequence + Length;

    internal readonly bool Has(TcpFlags flags) => (Flags & flags) == flags;

    /// <summary>Unwraps the numbers to those nearest to where the connection is.</summary>
    internal void Locate(long receiveNext, long sendUnacknowledged)
    {
        Sequence = Unwrap((uint)Sequence, receiveNext);
        Acknowledgment = Unwrap((uint)Acknowledgment, sendUnacknowledged);
    }

    /// <summary>Cuts off what lies before a sequence number: SYN first, then text.</summary>
    internal void CutBefore(long sequence)
    {
        if (Sequence < sequence && Has(TcpFlags.Syn))
        {
            Flags &= ~TcpFlags.Syn;
            Sequence++;
        }

        int count = (int)Math.Clamp(sequence - Sequence, 0, TextLength);
        TextStart += count;
        TextLength -= count;
        Sequence += count;
    }

    /// <summary>
    /// Cuts off what lies at a sequence number and behind it: the edge of the window. FIN may stand at the edge itself, since it takes
    /// no room (as on Linux); SYN was cut off before.
    /// </summary>
    internal void CutFrom(long sequence)
    {
        int excess = (int)Math.Clamp(Sequence + TextLength - sequence, 0, TextLength);
        if (Sequence + TextLength > sequence)
        {
            Flags &= ~TcpFlags.Fin;
        }

        TextLength -= excess;
    }

    /// <summary>The 64-bit number nearest to another one whose lower 32 bits are these.</summary>
    internal static long Unwrap(uint number, long near) => near + (new SequenceNumber(number) - new SequenceNumber((uint)near));
}
