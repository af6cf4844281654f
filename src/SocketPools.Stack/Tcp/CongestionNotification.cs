using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// Explicit congestion notification of one connection (RFC 3168, section 6.1; RFC 8311 leaves its answer to a mark to the congestion
/// control, and this stack answers as to a loss). Two independent halves: marks that the peer is to hear of, and a window that was
/// reduced, of which it is to hear as well.
/// </summary>
internal struct CongestionNotification
{
    /// <summary>ECT(0) in the IP header: routers may mark the packet instead of dropping it.</summary>
    internal const int Capable = 2;

    /// <summary>CE in the IP header: a router has marked the packet.</summary>
    internal const int Experienced = 3;

    private Parts _parts;

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        /// <summary>Our SYN has asked for it, or the peer's had and was answered.</summary>
        Offered = 1,
        /// <summary>Both have agreed.</summary>
        Agreed = 2,
        /// <summary>The peer's text has come with ECT.</summary>
        Seen = 4,
        /// <summary>ECE is set until CWR comes.</summary>
        Echoes = 8,
        /// <summary>CWR goes with the next new text.</summary>
        Reports = 16,
    }

    /// <summary>Whether both ends have agreed on it.</summary>
    internal readonly bool IsAgreed => (_parts & Parts.Agreed) != 0;

    /// <summary>Whether the peer has sent text with ECT.</summary>
    internal readonly bool IsSeen => (_parts & Parts.Seen) != 0;

    /// <summary>Whether a window that was reduced is still to be reported.</summary>
    internal readonly bool HasReport => (_parts & Parts.Reports) != 0;

    /// <summary>The flags of a SYN with which it is asked for (6.1.1).</summary>
    internal TcpFlags Offer()
    {
        _parts |= Parts.Offered;
        return TcpFlags.Ece | TcpFlags.Cwr;
    }

    /// <summary>The peer has answered our SYN (6.1.1): with ECE alone if it agrees. Both are set by some that only send back what came.</summary>
    internal void TakeAnswer(TcpFlags flags)
    {
        if ((_parts & Parts.Offered) != 0 && (flags & (TcpFlags.Ece | TcpFlags.Cwr)) == TcpFlags.Ece)
        {
            _parts |= Parts.Agreed;
        }
    }

    /// <summary>Whether a SYN asks for it.</summary>
    internal static bool IsOffer(TcpFlags flags) => (flags & (TcpFlags.Ece | TcpFlags.Cwr)) == (TcpFlags.Ece | TcpFlags.Cwr);

    /// <summary>The peer's SYN asked for it while ours did (RFC 9293, 3.5, figure 7), or it asked a listener that agreed.</summary>
    internal void Agree() => _parts |= Parts.Offered | Parts.Agreed;

    /// <summary>Whether our SYN asked for it.</summary>
    internal readonly bool IsOffered => (_parts & Parts.Offered) != 0;

    /// <summary>Text has come (6.1.3).</summary>
    /// <param name="flags">Its flags: CWR ends the echo.</param>
    /// <param name="bits">The bits of its IP header.</param>
    /// <returns>Whether it is acknowledged soon: the peer's window may be small.</returns>
    internal Urgency TakeText(TcpFlags flags, int bits)
    {
        if (!IsAgreed)
        {
            return Urgency.None;
        }

        Urgency urgency = Urgency.None;
        if ((flags & TcpFlags.Cwr) != 0)
        {
            _parts &= ~Parts.Echoes;
            urgency = Urgency.Now;
        }

        if (bits == Experienced && (_parts & Parts.Echoes) == 0)
        {
            _parts |= Parts.Echoes;
            urgency |= Urgency.Quick;
        }
        else if (bits == 0 && IsSeen)
        {
            // As on Linux: it was probably sent again, so the peer has lost something.
            urgency |= Urgency.Quick;
        }

        _parts |= bits != 0 ? Parts.Seen : Parts.None;
        return urgency;
    }

    /// <summary>Whether an acknowledgment tells of a mark (6.1.2).</summary>
    internal readonly bool IsEcho(TcpFlags flags) => IsAgreed && (flags & (TcpFlags.Ece | TcpFlags.Syn)) == TcpFlags.Ece;

    /// <summary>The window was reduced, for whatever reason: the peer hears of it (6.1.2).</summary>
    internal void NoteReduction() => _parts |= IsAgreed ? Parts.Reports : Parts.None;

    /// <summary>It was reduced for nothing, and is as it was before.</summary>
    internal void WithdrawReport() => _parts &= ~Parts.Reports;

    /// <summary>What a segment bears besides.</summary>
    /// <param name="isNewText">Whether it has text that was never sent before.</param>
    internal TcpFlags FlagsFor(bool isNewText)
    {
        TcpFlags flags = (_parts & Parts.Echoes) != 0 ? TcpFlags.Ece : TcpFlags.None;
        if (isNewText && HasReport)
        {
            _parts &= ~Parts.Reports;
            flags |= TcpFlags.Cwr;
        }

        return flags;
    }

    /// <summary>The bits of its IP header: ECT on new text alone (6.1.4 to 6.1.6), neither on what is sent again nor on acknowledgments and probes.</summary>
    internal readonly int BitsFor(bool isNewText) => isNewText && IsAgreed ? Capable : 0;

    /// <summary>How soon text is acknowledged.</summary>
    [Flags]
    internal enum Urgency : byte
    {
        /// <summary>As ever.</summary>
        None = 0,
        /// <summary>At once.</summary>
        Now = 1,
        /// <summary>This and the next one at once.</summary>
        Quick = 2,
    }
}
