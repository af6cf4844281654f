using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>Text that has come beyond a gap (RFC 2018, section 3).</summary>
/// <param name="Start">The number of its first byte.</param>
/// <param name="End">The number behind its last.</param>
internal readonly record struct TcpSackBlock(SequenceNumber Start, SequenceNumber End)
{
    /// <summary>Bytes of a block.</summary>
    internal const int Length = 8;

    internal static TcpSackBlock Read(ReadOnlySpan<byte> bytes) =>
        new(new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(bytes)), new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..])));

    internal void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, Start.Value);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], End.Value);
    }
}

/// <summary>Up to 4 blocks, by value.</summary>
internal readonly record struct TcpSackBlocks
{
    /// <summary>As many as fit a segment.</summary>
    internal const int MaxCount = 4;

    private readonly TcpSackBlock _first;
    private readonly TcpSackBlock _second;
    private readonly TcpSackBlock _third;
    private readonly TcpSackBlock _fourth;

    /// <summary>Takes the first 4.</summary>
    internal TcpSackBlocks(ReadOnlySpan<TcpSackBlock> blocks)
    {
        Count = Math.Min(blocks.Length, MaxCount);
        _first = Count > 0 ? blocks[0] : default;
        _second = Count > 1 ? blocks[1] : default;
        _third = Count > 2 ? blocks[2] : default;
        _fourth = Count > 3 ? blocks[3] : default;
    }

    /// <summary>How many there are, 0..4.</summary>
    internal int Count { get; }

    /// <summary>One of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    internal TcpSackBlock this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return index switch { 0 => _first, 1 => _second, 2 => _third, _ => _fourth };
        }
    }

    /// <summary>Reads the body of the option; of one that is no multiple of 8 bytes, none.</summary>
    internal static TcpSackBlocks Read(ReadOnlySpan<byte> bytes)
    {
        Span<TcpSackBlock> blocks = stackalloc TcpSackBlock[MaxCount];
        int count = bytes.Length % TcpSackBlock.Length == 0 ? Math.Min(bytes.Length / TcpSackBlock.Length, MaxCount) : 0;
        for (int i = 0; i < count; i++)
        {
            blocks[i] = TcpSackBlock.Read(bytes[(i * TcpSackBlock.Length)..]);
        }

        return new TcpSackBlocks(blocks[..count]);
    }
}
