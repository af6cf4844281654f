using System.Buffers;

namespace SocketPools.Streams;

/// <summary>A page of what is written and not sent yet. What is taken of it is the segment; the rest is free.</summary>
internal sealed class PipePage(int size) : ReadOnlySequenceSegment<byte>
{
    private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(size);

    internal Memory<byte> Free => _bytes.AsMemory(Memory.Length);

    internal void Take(int count) => Memory = _bytes.AsMemory(0, Memory.Length + count);

    internal void Append(PipePage page)
    {
        page.RunningIndex = RunningIndex + Memory.Length;
        Next = page;
    }

    internal void Reset()
    {
        Memory = default;
        Next = null;
        RunningIndex = 0;
    }

    internal void Return() => ArrayPool<byte>.Shared.Return(_bytes);
}
