using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>
/// The options of a TCP segment that this stack knows: maximum segment size (RFC 9293, section 3.7.1), window scale and timestamps
/// (RFC 7323, sections 2 and 3), selective acknowledgment (RFC 2018).
/// </summary>
internal readonly record struct TcpHeaderOptions
{
    /// <summary>Bytes of all options, at most.</summary>
    internal const int MaxLength = 40;

    /// <summary>A scale above is taken for this one (RFC 7323, section 2.3).</summary>
    internal const int MaxWindowScale = 14;

    private const byte End = 0;
    private const byte NoOperation = 1;
    private const byte SegmentSizeKind = 2;
    private const byte ScaleKind = 3;
    private const byte SackPermittedKind = 4;
    private const byte SackKind = 5;
    private const byte TimestampsKind = 8;
    private const uint PaddedTimestamps = 0x0101_080A;
    private const int TimestampsLength = 12;

    /// <summary>The longest text that the sender takes in one segment; 0 where it does not say. Only with SYN.</summary>
    internal ushort MaxSegmentSize { get; init; }

    /// <summary>By how many bits the sender's windows are to be shifted; null where it cannot scale. Only with SYN.</summary>
    internal byte? WindowScale { get; init; }

    /// <summary>Whether the sender understands selective acknowledgments. Only with SYN.</summary>
    internal bool IsSackPermitted { get; init; }

    /// <summary>Whether there are timestamps.</summary>
    internal bool HasTimestamps { get; init; }

    /// <summary>The sender's clock.</summary>
    internal uint TimestampValue { get; init; }

    /// <summary>What the sender saw last of the receiver's clock.</summary>
    internal uint TimestampEcho { get; init; }

    /// <summary>What the sender has received beyond its acknowledgment, the newest first.</summary>
    internal TcpSackBlocks Sack { get; init; }

    /// <summary>How many blocks fit: 4, or 3 beside timestamps (RFC 2018, section 3). Those beyond are not written.</summary>
    internal int FittingSackBlocks => Math.Min(Sack.Count, (MaxLength - FixedLength - 4) / TcpSackBlock.Length);

    /// <summary>Bytes that <see cref="Write"/> fills, padding included: a multiple of 4, at most 40.</summary>
    internal int Length => FixedLength + (Sack.Count == 0 ? 0 : 4 + (FittingSackBlocks * TcpSackBlock.Length));

    private int FixedLength => (MaxSegmentSize != 0 ? 4 : 0) + (WindowScale is null ? 0 : 4)
        + (HasTimestamps ? TimestampsLength : IsSackPermitted ? 4 : 0);

    /// <summary>Reads options. One that is not known is stepped over; one whose length cannot be ends the list.</summary>
    internal static TcpHeaderOptions Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == TimestampsLength && BinaryPrimitives.ReadUInt32BigEndian(bytes) == PaddedTimestamps)
        {
            return new TcpHeaderOptions
            {
                HasTimestamps = true,
                TimestampValue = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
                TimestampEcho = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
            };
        }

        TcpHeaderOptions options = default;
        while (bytes.Length > 0 && bytes[0] != End)
        {
            if (bytes[0] == NoOperation)
            {
                bytes = bytes[1..];
                continue;
            }

            if (bytes.Length < 2 || bytes[1] < 2 || bytes[1] > bytes.Length)
            {
                break;
            }

            options = options.With(bytes[0], bytes[2..bytes[1]]);
            bytes = bytes[bytes[1]..];
        }

        return options;
    }

    /// <summary>Writes the options in the order and with the padding that Linux uses.</summary>
    /// <param name="destination">Exactly <see cref="Length"/> bytes, or more.</param>
    internal void Write(Span<byte> destination)
    {
        if (MaxSegmentSize != 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (SegmentSizeKind << 24) | (4 << 16) | (uint)MaxSegmentSize);
            destination = destination[4..];
        }

        if (HasTimestamps)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, IsSackPermitted ? (SackPermittedKind << 24) | 0x02_080Au : PaddedTimestamps);
            BinaryPrimitives.WriteUInt32BigEndian(destination[4..], TimestampValue);
            BinaryPrimitives.WriteUInt32BigEndian(destination[8..], TimestampEcho);
            destination = destination[TimestampsLength..];
        }
        else if (IsSackPermitted)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, 0x0101_0002 | (SackPermittedKind << 8));
            destination = destination[4..];
        }

        if (WindowScale is byte scale)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, 0x0100_0300 | (ScaleKind << 16) | (uint)Math.Min(scale, (byte)MaxWindowScale));
            destination = destination[4..];
        }

        WriteSack(destination);
    }

    /// <summary>Writes timestamps alone, in 12 bytes.</summary>
    internal static void WriteTimestamps(Span<byte> destination, uint value, uint echo)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], echo);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], value);
        BinaryPrimitives.WriteUInt32BigEndian(destination, PaddedTimestamps);
    }

    private void WriteSack(Span<byte> destination)
    {
        int blocks = FittingSackBlocks;
        if (Sack.Count == 0)
        {
            return;
        }

        BinaryPrimitives.WriteUInt32BigEndian(destination, 0x0101_0000u | (SackKind << 8) | (uint)(2 + (blocks * TcpSackBlock.Length)));
        for (int i = 0; i < blocks; i++)
        {
            Sack[i].Write(destination[(4 + (i * TcpSackBlock.Length))..]);
        }
    }

    private TcpHeaderOptions With(byte kind, ReadOnlySpan<byte> body) => (kind, body.Length) switch
    {
        (SegmentSizeKind, 2) => this with { MaxSegmentSize = BinaryPrimitives.ReadUInt16BigEndian(body) },
        (ScaleKind, 1) => this with { WindowScale = Math.Min(body[0], (byte)MaxWindowScale) },
        (SackPermittedKind, 0) => this with { IsSackPermitted = true },
        (SackKind, _) => this with { Sack = TcpSackBlocks.Read(body) },
        (TimestampsKind, 8) => this with
        {
            HasTimestamps = true,
            TimestampValue = BinaryPrimitives.ReadUInt32BigEndian(body),
            TimestampEcho = BinaryPrimitives.ReadUInt32BigEndian(body[4..]),
        },
        _ => this,
    };
}
