using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>The control bits of a TCP segment (RFC 9293, section 3.1; RFC 3168, section 6.1).</summary>
[Flags]
internal enum TcpFlags : byte
{
    None = 0,
    Fin = 0x01,
    Syn = 0x02,
    Rst = 0x04,
    Psh = 0x08,
    Ack = 0x10,
    Urg = 0x20,
    /// <summary>The receiver has seen congestion.</summary>
    Ece = 0x40,
    /// <summary>The sender has reduced its window.</summary>
    Cwr = 0x80,
}

/// <summary>The header of a TCP segment (RFC 9293, section 3.1), and as much of the text as lies in one piece with it.</summary>
internal readonly ref struct TcpView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private TcpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    internal ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    internal ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>The number of the first byte of text, or of SYN.</summary>
    internal SequenceNumber Sequence => new(BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]));

    /// <summary>The next number that the sender expects, with <see cref="TcpFlags.Ack"/>.</summary>
    internal SequenceNumber Acknowledgment => new(BinaryPrimitives.ReadUInt32BigEndian(_bytes[8..]));

    /// <summary>Bytes of header and options, 20..60.</summary>
    internal int HeaderLength => _bytes[12] >> 4 << 2;

    internal TcpFlags Flags => (TcpFlags)_bytes[13];

    /// <summary>The window as it stands there, not scaled.</summary>
    internal ushort Window => BinaryPrimitives.ReadUInt16BigEndian(_bytes[14..]);

    internal ushort UrgentPointer => BinaryPrimitives.ReadUInt16BigEndian(_bytes[18..]);

    /// <summary>The bytes of the options, with padding.</summary>
    internal ReadOnlySpan<byte> OptionBytes => _bytes[TcpHeader.MinLength..HeaderLength];

    /// <summary>The options; read once and keep them.</summary>
    internal TcpHeaderOptions Options => TcpHeaderOptions.Read(OptionBytes);

    /// <summary>The text that lies in one piece with the header.</summary>
    internal ReadOnlySpan<byte> Payload => _bytes[HeaderLength..];

    /// <summary>Whether a segment that lies in one piece is whole.</summary>
    internal bool IsChecksumRight(in IPAddressValue source, in IPAddressValue destination)
    {
        InternetChecksum sum = default;
        sum.AddPseudoHeader(source, destination, IPProtocol.Tcp, _bytes.Length);
        sum.Add(_bytes);
        return sum.IsRight;
    }

    /// <summary>Reads a segment. False: it is shorter than its header, or the header's length is less than 20.</summary>
    /// <param name="head">Its beginning, with all of the header. Behind the text there is nothing: the IP header says where it ends.</param>
    /// <param name="view">The segment.</param>
    internal static bool TryRead(ReadOnlySpan<byte> head, out TcpView view)
    {
        view = new TcpView(head);
        return head.Length >= TcpHeader.MinLength && head[12] >> 4 >= 5 && head[12] >> 4 << 2 <= head.Length;
    }
}

/// <summary>The header of a TCP segment (RFC 9293, section 3.1).</summary>
/// <param name="SourcePort">The port it comes from.</param>
/// <param name="DestinationPort">The port it goes to.</param>
/// <param name="Sequence">The number of the first byte of text, or of SYN.</param>
/// <param name="Acknowledgment">The next number expected; 0 without <see cref="TcpFlags.Ack"/>.</param>
/// <param name="Flags">The control bits.</param>
/// <param name="Window">As it stands on the wire, scaled.</param>
internal readonly record struct TcpHeader(
    ushort SourcePort, ushort DestinationPort, SequenceNumber Sequence, SequenceNumber Acknowledgment, TcpFlags Flags, ushort Window)
{
    /// <summary>Bytes of a header without options.</summary>
    internal const int MinLength = 20;

    /// <summary>The offset of the sequence number.</summary>
    internal const int SequenceOffset = 4;

    /// <summary>The offset of the checksum.</summary>
    internal const int ChecksumOffset = 16;

    internal TcpHeaderOptions Options { get; init; }

    internal ushort UrgentPointer { get; init; }

    /// <summary>Bytes of header and options, a multiple of 4.</summary>
    internal int Length => MinLength + Options.Length;

    /// <summary>Writes the header with its checksum.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="sum">The pseudo-header and the text, added up.</param>
    internal void Write(Span<byte> destination, InternetChecksum sum)
    {
        WriteWithoutChecksum(destination);
        sum.AddHeader(destination[..Length]);
        BinaryPrimitives.WriteUInt16BigEndian(destination[ChecksumOffset..], sum.Value);
    }

    /// <summary>Writes a header without checksum and urgent pointer; its options go behind it.</summary>
    /// <param name="destination">Exactly as many bytes as the header has with its options.</param>
    /// <param name="sourcePort">The port it comes from.</param>
    /// <param name="destinationPort">The port it goes to.</param>
    /// <param name="sequence">The number of the first byte of text.</param>
    /// <param name="acknowledgment">The next number expected.</param>
    /// <param name="flags">The control bits.</param>
    /// <param name="window">As it stands on the wire, scaled.</param>
    internal static void WritePlain(
        Span<byte> destination, ushort sourcePort, ushort destinationPort, uint sequence, uint acknowledgment, TcpFlags flags, ushort window)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(destination, ((uint)sourcePort << 16) | destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], acknowledgment);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], ((uint)destination.Length << 26) | ((uint)flags << 16) | window);
    }

    /// <summary>Writes the header for a link that needs no checksum, or completes it.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="partialSum">With a link that completes checksums: the sum of the pseudo-header.</param>
    internal void WriteWithoutChecksum(Span<byte> destination, ushort partialSum = 0)
    {
        int length = Length;
        destination = destination[..length];
        BinaryPrimitives.WriteUInt16BigEndian(destination, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Sequence.Value);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Acknowledgment.Value);
        BinaryPrimitives.WriteUInt16BigEndian(destination[12..], (ushort)((length << 10) | (byte)Flags));
        BinaryPrimitives.WriteUInt16BigEndian(destination[14..], Window);
        BinaryPrimitives.WriteUInt16BigEndian(destination[ChecksumOffset..], partialSum);
        BinaryPrimitives.WriteUInt16BigEndian(destination[18..], UrgentPointer);
        Options.Write(destination[MinLength..]);
    }
}
