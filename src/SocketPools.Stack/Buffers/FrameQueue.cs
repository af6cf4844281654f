using System.Diagnostics.CodeAnalysis;

namespace SocketPools.Stack.Buffers;

/// <summary>Frames in order, linked through themselves: nothing is allocated. Not for several threads at once.</summary>
internal struct FrameQueue
{
    private Frame? _first;
    private Frame? _last;

    internal int Count { get; private set; }

    internal readonly bool IsEmpty => _first is null;

    /// <summary>The first frame, which stays in the queue.</summary>
    internal readonly Frame? First => _first;

    internal void Enqueue(Frame frame)
    {
        frame.Next = null;
        if (_last is null)
        {
            _first = frame;
        }
        else
        {
            _last.Next = frame;
        }

        _last = frame;
        Count++;
    }

    internal bool TryDequeue([NotNullWhen(true)] out Frame? frame)
    {
        frame = _first;
        if (frame is null)
        {
            return false;
        }

        _first = frame.Next;
        _last = _first is null ? null : _last;
        frame.Next = null;
        Count--;
        return true;
    }

    /// <summary>Takes the first frames out, up to a limit and to one that is too long.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="maxLength">The most bytes of a frame.</param>
    /// <param name="maxWhole">The most bytes of a frame that stands for several ones (<see cref="Frame.SegmentSize"/>).</param>
    /// <param name="length">The bytes of all that are taken.</param>
    internal FrameQueue TakeFirst(int most, int maxLength, int maxWhole, out long length)
    {
        length = 0;
        FrameQueue taken = default;
        Frame? last = null;
        for (Frame? next = _first; next is not null && taken.Count < most && next.Length <= (next.SegmentSize > 0 ? Math.Max(maxWhole, maxLength) : maxLength); next = next.Next)
        {
            last = next;
            length += next.Length;
            taken.Count++;
        }

        if (last is not null)
        {
            (taken._first, taken._last) = (_first, last);
            _first = last.Next;
            _last = _first is null ? null : _last;
            Count -= taken.Count;
            last.Next = null;
        }

        return taken;
    }

    /// <summary>Adds all frames of another queue, which is empty then.</summary>
    internal void EnqueueAll(ref FrameQueue frames)
    {
        if (frames._first is null)
        {
            return;
        }

        if (_last is null)
        {
            _first = frames._first;
        }
        else
        {
            _last.Next = frames._first;
        }

        _last = frames._last;
        Count += frames.Count;
        frames = default;
    }

    /// <summary>Puts a frame in front of all others.</summary>
    internal void PutFirst(Frame frame)
    {
        frame.Next = _first;
        _first = frame;
        _last ??= frame;
        Count++;
    }

    /// <summary>Puts frames in front of all others.</summary>
    internal void PutFirst(ref FrameQueue frames)
    {
        if (frames._last is not null)
        {
            frames._last.Next = _first;
            _last ??= frames._last;
            _first = frames._first;
            Count += frames.Count;
            frames = default;
        }
    }

    /// <summary>Lets go of all.</summary>
    internal void Clear()
    {
        while (TryDequeue(out Frame? frame))
        {
            frame.Release();
        }
    }
}
