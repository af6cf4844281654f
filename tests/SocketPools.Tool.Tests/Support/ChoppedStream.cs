namespace SocketPools.Tool.Tests;

/// <summary>Bytes that come in pieces of given sizes, as a network may cut them.</summary>
internal sealed class ChoppedStream(byte[] bytes, int[] sizes) : MemoryStream
{
    private int _reads;
    private int _done;

    public override int Read(Span<byte> buffer)
    {
        int size = sizes.Length == 0 ? buffer.Length : sizes[_reads++ % sizes.Length];
        int count = Math.Min(Math.Min(size, buffer.Length), bytes.Length - _done);
        bytes.AsSpan(_done, count).CopyTo(buffer);
        _done += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}
