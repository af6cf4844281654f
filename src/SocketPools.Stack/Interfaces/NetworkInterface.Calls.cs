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

    /// <summary>Frames of the other end of a pair may be given to this stack at once. A loopback tells of those in lanes beside the first.</summary>
    internal void ReceiveDirectly(IFrameReceiver receiver)
    {
        if (_pair is not null)
        {
            _pair.Receiver = receiver;
        }

        if (_loopback is not null)
        {
            _loopback.Receiver = receiver;
        }
    }

    /// <summary>Whether the frames of a shard can be sent beside those of others: a stack takes them now, in lanes.</summary>
    internal bool CanSendBeside => _pair is { CanSendBeside: true } || _loopback is not null;

    /// <summary>Gives a pair some of the frames that leave, together; what it does not take stays.</summary>
    internal void SendTogether(InterfaceLine line, int most, ref int sent, ref long bytes) =>
        _pair?.SendTogether(line.Shard.Index, ref line.Leaving, most, ref sent, ref bytes);

    /// <summary>Gives a link of ours a frame of a shard that is not the first.</summary>
    internal bool TrySendBeside(int lane, Frame frame) => _pair is not null ? _pair.TrySend(lane, frame) : _loopback!.TrySend(lane, frame);

    /// <summary>Whether frames come in several lanes.</summary>
    internal bool HasLanes => _pair is { HasLanes: true } || _loopback is { HasLanes: true };

    /// <summary>Takes frames that have come in lanes beside the first.</summary>
    /// <param name="receiver">The number of the shard that takes them.</param>
    /// <param name="receivers">How many shards there are.</param>
    /// <param name="batch">Where they go.</param>
    /// <param name="most">How many at most.</param>
    internal void TakeBatchBeside(int receiver, int receivers, ref FrameQueue batch, int most)
    {
        _pair?.TakeBatchBeside(receiver, receivers, ref batch, most);
        _loopback?.TakeBatchBeside(receiver, receivers, ref batch, most);
    }

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

    /// <summary>Whether it is a pair whose carrier is as it was.</summary>
    internal bool HasKnownCarrier => _pair is not null && _pair.HasCarrier == HasCarrier;

    /// <summary>Whether its link is one of ours, which reports every frame that arrives while no thread drives.</summary>
    internal bool IsOwnLink => Incoming is not null;

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
