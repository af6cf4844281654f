namespace SocketPools.Tests.Streams;

/// <summary>The forms in which a stream reads and writes.</summary>
public enum CallForm
{
    Byte,
    Span,
    Array,
    ArrayAsync,
    MemoryAsync,
    BeginEnd,
    FromAsync,
}

/// <summary>A read and a write in each form.</summary>
internal static class StreamCalls
{
    internal static Task<int> ReadAsync(this Stream stream, CallForm form, byte[] buffer, int offset, int count)
    {
        switch (form)
        {
            case CallForm.Byte:
                return Task.Run(() =>
                {
                    int one = count == 0 ? -1 : stream.ReadByte();
                    if (one >= 0)
                    {
                        buffer[offset] = (byte)one;
                    }

                    return one >= 0 ? 1 : 0;
                });
            case CallForm.Span:
                return Task.Run(() => stream.Read(buffer.AsSpan(offset, count)));
            case CallForm.Array:
                return Task.Run(() => stream.Read(buffer, offset, count));
            case CallForm.ArrayAsync:
                return stream.ReadAsync(buffer, offset, count);
            case CallForm.MemoryAsync:
                return stream.ReadAsync(buffer.AsMemory(offset, count)).AsTask();
            case CallForm.BeginEnd:
                return Task.Run(() => stream.EndRead(stream.BeginRead(buffer, offset, count, null, null)));
            default:
                return Task.Factory.FromAsync(stream.BeginRead, stream.EndRead, buffer, offset, count, null);
        }
    }

    internal static Task WriteAsync(this Stream stream, CallForm form, byte[] buffer, int offset, int count)
    {
        switch (form)
        {
            case CallForm.Byte:
                return Task.Run(() =>
                {
                    foreach (byte one in buffer.AsSpan(offset, count))
                    {
                        stream.WriteByte(one);
                    }
                });
            case CallForm.Span:
                return Task.Run(() => stream.Write(buffer.AsSpan(offset, count)));
            case CallForm.Array:
                return Task.Run(() => stream.Write(buffer, offset, count));
            case CallForm.ArrayAsync:
                return stream.WriteAsync(buffer, offset, count);
            case CallForm.MemoryAsync:
                return stream.WriteAsync(buffer.AsMemory(offset, count)).AsTask();
            case CallForm.BeginEnd:
                return Task.Run(() => stream.EndWrite(stream.BeginWrite(buffer, offset, count, null, null)));
            default:
                return Task.Factory.FromAsync(stream.BeginWrite, stream.EndWrite, buffer, offset, count, null);
        }
    }

    /// <summary>Random bytes of a seed.</summary>
    internal static byte[] RandomBytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
