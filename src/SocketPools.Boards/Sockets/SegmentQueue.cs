namespace SocketPools.Boards.Sockets;

/// <summary>What has arrived and was not read, in the pieces in which it arrived: a receive of some boards takes one.</summary>
/// <param name="segmentSize">The most that a piece may have.</param>
internal sealed class SegmentQueue(int segmentSize)
{
    private readonly Queue<byte[]> _segments = [];
    private int _read;

    /// <summary>Bytes in it.</summary>
    internal int Length { get; private set; }

    internal bool IsEmpty => Length == 0;

    /// <summary>Adds what has arrived at once: more than a segment came in several.</summary>
    internal void Add(ReadOnlySpan<byte> data)
    {
        Length += data.Length;
        while (!data.IsEmpty)
        {
            int count = Math.Min(data.Length, segmentSize);
            _segments.Enqueue(data[..count].ToArray());
            data = data[count..];
        }
    }

    /// <summary>Takes bytes: of the first segment, or of all.</summary>
    internal int Read(Span<byte> buffer, bool isOneSegment)
    {
        int done = 0;
        while (done < buffer.Length && _segments.TryPeek(out byte[]? segment))
        {
            int count = Math.Min(buffer.Length - done, segment.Length - _read);
            segment.AsSpan(_read, count).CopyTo(buffer[done..]);
            done += count;
            _read += count;
            if (_read == segment.Length)
            {
                _segments.Dequeue();
                _read = 0;
            }

            if (isOneSegment)
            {
                break;
            }
        }

        Length -= done;
        return done;
    }

    /// <summary>Copies bytes and leaves them: of the first segment, or of all.</summary>
    internal int Peek(Span<byte> buffer, bool isOneSegment)
    {
        int done = 0;
        int from = _read;
        foreach (byte[] segment in _segments)
        {
            int count = Math.Min(buffer.Length - done, segment.Length - from);
            segment.AsSpan(from, count).CopyTo(buffer[done..]);
            done += count;
            from = 0;
            if (isOneSegment || done == buffer.Length)
            {
                break;
            }
        }

        return done;
    }

    internal void Clear()
    {
        _segments.Clear();
        (Length, _read) = (0, 0);
    }
}
