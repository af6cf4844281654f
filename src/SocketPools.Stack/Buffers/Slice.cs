namespace SocketPools.Stack.Buffers;

/// <summary>Some bytes of a block. A slice that is kept owns one reference to its block.</summary>
/// <param name="Block">The block.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Length">How many bytes.</param>
internal readonly record struct Slice(Block Block, int Offset, int Length)
{
    /// <summary>The bytes.</summary>
    internal Span<byte> Span => Block.Bytes.AsSpan(Offset, Length);

    /// <summary>A part of it; the block is not counted again.</summary>
    internal Slice Cut(int start, int length) => new(Block, Offset + start, length);
}
