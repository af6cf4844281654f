using System.Diagnostics.CodeAnalysis;

namespace SocketPools.Stack.Buffers;

/// <summary>Frames in order, linked through themselves: nothing is allocated. Not for several threads at once.</summary>
internal struct FrameQueue
{
    private Frame? _first;
    private Frame? _last;

    internal int Count { get; private set; }

    internal readonly bool IsEmpty => _first is null;

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

    /// <summary>Lets go of all.</summary>
    internal void Clear()
    {
        while (TryDequeue(out Frame? frame))
        {
            frame.Release();
        }
    }
}
