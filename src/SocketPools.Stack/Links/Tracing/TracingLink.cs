using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>
/// A link that says of each frame, in one line, what it is:
/// <c>0.001250 tap0 &gt; TCP 10.0.0.1:80 &gt; 10.0.0.2:5000 [S.] seq 1 ack 2 win 65535 mss 1460 len 0</c>. The first arrow is the
/// direction: &gt; for sent, &lt; for received. The time is in seconds since the link was made. A packet that the link cuts into datagrams
/// (<see cref="LinkOffloads.DatagramSegmentation"/>) has a line for each of these.
/// </summary>
/// <remarks>When a line cannot be written, by whatever exception, no more are; the link goes on, and <see cref="Failure"/> says why.</remarks>
public sealed class TracingLink : DelegatingLink
{
    private readonly Action<string> _write;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private Exception? _failure;

    /// <summary>Creates a link that traces the frames of another link to a delegate.</summary>
    /// <param name="inner">The link, which is disposed with this one.</param>
    /// <param name="write">Called with each line, on the thread that sends or receives.</param>
    /// <param name="clock">The clock of the times; null for the system's.</param>
    public TracingLink(ILink inner, Action<string> write, TimeProvider? clock = null)
        : base(inner)
    {
        ArgumentNullException.ThrowIfNull(write);
        _write = write;
        _clock = clock ?? TimeProvider.System;
        _start = _clock.GetTimestamp();
    }

    /// <summary>Creates a link that traces the frames of another link to a writer.</summary>
    /// <param name="inner">The link, which is disposed with this one.</param>
    /// <param name="writer">Where the lines go. Several links and threads may share it.</param>
    /// <param name="clock">The clock of the times; null for the system's.</param>
    public TracingLink(ILink inner, TextWriter writer, TimeProvider? clock = null)
        : this(inner, TextWriter.Synchronized(writer).WriteLine, clock)
    {
    }

    /// <summary>Why no lines are written any more: what the writer threw. Null while all is well.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Those of the link inside.</summary>
    public override LinkOffloads Offloads => Inner.Offloads;

    /// <inheritdoc/>
    public override bool TrySend(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (Failure is not null)
        {
            return Inner.TrySend(frame);
        }

        FrameQueue datagrams = default;
        string[] lines = SegmentCutter.TryCutDatagrams(frame, Medium, ref datagrams) ? DescribeAll(ref datagrams) : [Describe('>', frame)];
        bool isSent = Inner.TrySend(frame);
        foreach (string line in lines)
        {
            Write(isSent ? line : line + " (refused)");
        }

        return isSent;
    }

    /// <inheritdoc/>
    public override bool TryReceive([NotNullWhen(true)] out Frame? frame)
    {
        if (!Inner.TryReceive(out frame))
        {
            return false;
        }

        if (Failure is null)
        {
            Write(Describe('<', frame));
        }

        return true;
    }

    // The writer is the program's own: a TextWriter that was closed before the radio, a full disk, a callback with a fault.
    private void Write(string line)
    {
        try
        {
            _write(line);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }
    }

    private string[] DescribeAll(ref FrameQueue datagrams)
    {
        string[] lines = new string[datagrams.Count];
        for (int i = 0; datagrams.TryDequeue(out Frame? datagram); i++)
        {
            lines[i] = Describe('>', datagram);
            datagram.Release();
        }

        return lines;
    }

    private string Describe(char direction, Frame frame) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_clock.GetElapsedTime(_start).TotalSeconds:0.000000} {Name} {direction} {FrameText.Describe(frame, Medium)}");
}
