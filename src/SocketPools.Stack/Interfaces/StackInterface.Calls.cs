using System.Diagnostics.CodeAnalysis;
using SocketPools.Diagnostics;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Interfaces;

// Calls of the link, which is the program's to write: what it throws is counted and reported, and the stack goes on.
public sealed partial class StackInterface
{
    // So many exceptions in a row, and the link has nothing to receive, until it is called again for another reason.
    private const int MaxFailuresInARow = 16;

    private int _failuresInARow;

    /// <summary>Frames that leave by and by, taken from <see cref="Outgoing"/>. Whoever drives the stack owns them.</summary>
    internal FrameQueue Leaving;

    /// <summary>Gives the link a frame.</summary>
    /// <returns>Whether it has taken it; false leaves the frame with the caller. Null: it has thrown, and the frame is gone.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "A link is the program's, and may throw anything.")]
    internal bool? TrySend(Frame frame)
    {
        int tenure = frame.Tenure;
        try
        {
            return Link.TrySend(frame);
        }
        catch (Exception e)
        {
            ReportFailure(nameof(ILink.TrySend), e);
            if (frame.Tenure == tenure)
            {
                frame.Release(); // unless the link did so before
            }

            return null;
        }
    }

    /// <summary>Takes a frame from the link.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="hasFailed">Whether the link has thrown, and may have other frames.</param>
    [SuppressMessage("Design", "CA1031", Justification = "A link is the program's, and may throw anything.")]
    internal bool TryReceive([NotNullWhen(true)] out Frame? frame, out bool hasFailed)
    {
        hasFailed = false;
        try
        {
            bool hasFrame = Link.TryReceive(out frame);
            _failuresInARow = 0;
            return hasFrame;
        }
        catch (Exception e)
        {
            frame = null;
            hasFailed = ++_failuresInARow % MaxFailuresInARow != 0;
            ReportFailure(nameof(ILink.TryReceive), e);
            return false;
        }
    }

    /// <summary>The stack goes: so does the link.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A link is the program's, and may throw anything.")]
    internal void CloseLink()
    {
        try
        {
            Link.Woken = null;
        }
        catch (Exception e)
        {
            ReportFailure(nameof(ILink.Woken), e);
        }

        try
        {
            Link.Dispose();
        }
        catch (Exception e)
        {
            ReportFailure(nameof(ILink.Dispose), e);
        }
    }

    private void ReportFailure(string member, Exception exception)
    {
        Counters.NoteLinkError();
        CallbackExceptions.Report($"{nameof(ILink)}.{member}", exception, Link);
    }
}
