using System.Diagnostics.CodeAnalysis;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>Frames that wait to be received: bounded, for one sender and one receiver at a time, on any threads.</summary>
/// <remarks>
/// It remembers whether the receiver found nothing the last time it looked. Only then does a new frame wake it, so a receiver that
/// is at work is left alone.
/// </remarks>
/// <param name="limit">The most frames that wait.</param>
internal sealed class LinkQueue(int limit)
{
    private ShortLock _lock;
    internal CacheLinePadding Padding;
    private FrameQueue _frames;
    private volatile bool _isClosed;
    private bool _foundNothing = true;
    private Totals _in;
    private Totals _out;

    // Did not have to wait.
    private Totals _passed;
    private long _refusedFull;
    private long _refusedClosed;

    /// <summary>Frames and bytes that went in.</summary>
    internal Totals In => Read(ref _in);

    /// <summary>Frames and bytes that were taken out.</summary>
    internal Totals Out => Read(ref _out);

    /// <summary>Frames refused because too many waited.</summary>
    internal long RefusedFull => Interlocked.Read(ref _refusedFull);

    /// <summary>Frames refused after the end.</summary>
    internal bool IsClosed => _isClosed;

    internal long RefusedClosed => Interlocked.Read(ref _refusedClosed);

    /// <summary>Puts a frame in, which belongs to the queue from then on.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="wakes">Whether the receiver has to be told.</param>
    internal bool TryEnqueue(Frame frame, out bool wakes)
    {
        wakes = false;
        int length = frame.Length;
        _lock.Enter();
        bool isTaken = !_isClosed && _frames.Count < limit;
        if (isTaken)
        {
            _in.Add(length);
            _frames.Enqueue(frame);
            wakes = _foundNothing;
            _foundNothing = false;
        }
        else if (_isClosed)
        {
            _refusedClosed++;
        }
        else
        {
            _refusedFull++;
        }

        _lock.Exit();
        return isTaken;
    }

    internal bool TryDequeue([NotNullWhen(true)] out Frame? frame)
    {
        if (Volatile.Read(ref _foundNothing))
        {
            // A frame that has come meanwhile wakes the receiver.
            frame = null;
            return false;
        }

        _lock.Enter();
        if (_frames.TryDequeue(out frame))
        {
            _out.Add(frame.Length);
        }
        else
        {
            _foundNothing = true;
        }

        _lock.Exit();
        return frame is not null;
    }

    /// <summary>Takes frames out, as many as there are, up to a limit. When it is empty, the next frame wakes the receiver.</summary>
    internal void TakeBatch(ref FrameQueue batch, int most)
    {
        if (Volatile.Read(ref _foundNothing))
        {
            return;
        }

        _lock.Enter();
        while (batch.Count < most && _frames.TryDequeue(out Frame? frame))
        {
            _out.Add(frame.Length);
            batch.Enqueue(frame);
        }

        _foundNothing = _frames.IsEmpty;
        _lock.Exit();
    }

    /// <summary>Whether the receiver waits for frames, and none wait for it. For the sender, while it is the only one.</summary>
    internal bool IsReady => Volatile.Read(ref _foundNothing) && !_isClosed;

    /// <summary>Counts frames that went past the queue. By the sender, which alone writes the count.</summary>
    internal void CountPassed(int frames, long bytes)
    {
        Volatile.Write(ref _passed.Frames, _passed.Frames + frames);
        Volatile.Write(ref _passed.Bytes, _passed.Bytes + bytes);
    }

    /// <summary>Takes nothing from now on, and lets go of what waits.</summary>
    internal void Close()
    {
        _lock.Enter();
        _isClosed = true;
        FrameQueue left = _frames;
        _frames = default;
        _lock.Exit();
        left.Clear();
    }

    /// <summary>Takes nothing from now on; what waits can still be received.</summary>
    internal void CloseForSending()
    {
        _lock.Enter();
        _isClosed = true;
        _lock.Exit();
    }

    private Totals Read(ref Totals totals)
    {
        _lock.Enter();
        Totals read = totals;
        _lock.Exit();
        read.Frames += Volatile.Read(ref _passed.Frames);
        read.Bytes += Volatile.Read(ref _passed.Bytes);
        return read;
    }

    /// <summary>How many frames, and how many bytes in them.</summary>
    internal struct Totals
    {
        internal long Frames;
        internal long Bytes;

        internal static Totals Sum(LinkQueue[] queues, Func<LinkQueue, Totals> read)
        {
            Totals sum = default;
            foreach (LinkQueue queue in queues)
            {
                Totals one = read(queue);
                sum.Frames += one.Frames;
                sum.Bytes += one.Bytes;
            }

            return sum;
        }

        internal void Add(int length)
        {
            Frames++;
            Bytes += length;
        }
    }
}
