using System.Diagnostics.CodeAnalysis;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Interfaces;

// Calls of the link: what it throws is counted here, and the stack goes on.
internal sealed partial class NetworkInterface
{
    // After so many exceptions in a row the link has nothing to receive, until it is called again for another reason.
    private const int MaxFailuresInARow = 16;

    private int _failuresInARow;

    /// <summary>Frames that leave by and by, taken from <see cref="Outgoing"/>. Whoever drives the stack owns them.</summary>
    internal FrameQueue Leaving;

    /// <summary>Gives the link a frame.</summary>
    /// <returns>Whether it has taken it; false leaves the frame with the caller. Null: it has thrown, and the frame is gone.</returns>
    internal bool? TrySend(Frame frame)
    {
        bool? result = LinkCalls.TrySend(Link, frame);
        if (result is null)
        {
            Counters.NoteLinkError();
        }

        return result;
    }

    /// <summary>Frames of the other end of a pair may be given to this stack at once.</summary>
    internal void ReceiveDirectly(IFrameReceiver receiver)
    {
        if (_pair is not null)
        {
            _pair.Receiver = receiver;
        }
    }

    /// <summary>Gives a pair some of the frames that leave, together; what it does not take stays.</summary>
    internal void SendTogether(int most, ref int sent, ref long bytes) => _pair?.SendTogether(ref Leaving, most, ref sent, ref bytes);

    /// <summary>Takes a frame from the link.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="hasFailed">Whether the link has thrown, and may have other frames.</param>
    internal bool TryReceive([NotNullWhen(true)] out Frame? frame, out bool hasFailed)
    {
        hasFailed = false;
        bool? result = LinkCalls.TryReceive(Link, out frame);
        if (result is null)
        {
            Counters.NoteLinkError();
            hasFailed = ++_failuresInARow % MaxFailuresInARow != 0;
            return false;
        }

        _failuresInARow = 0;
        return frame is not null;
    }

    /// <summary>Asks the link whether it can carry frames now.</summary>
    /// <returns>Null: it has thrown, and nothing has changed.</returns>
    internal bool? AskCarrier()
    {
        bool? result = _pair?.HasCarrier ?? LinkCalls.HasCarrier(Link);
        if (result is null)
        {
            Counters.NoteLinkError();
        }

        return result;
    }

    /// <summary>The stack goes: so does the link.</summary>
    internal void CloseLink()
    {
        if (_pair is not null)
        {
            _pair.Receiver = null;
        }

        if (!LinkCalls.Try(Link, nameof(ILink.FrameAvailable), static link => link.FrameAvailable = null))
        {
            Counters.NoteLinkError();
        }

        if (!LinkCalls.Try(Link, nameof(ILink.Dispose), static link => link.Dispose()))
        {
            Counters.NoteLinkError();
        }
    }
}
