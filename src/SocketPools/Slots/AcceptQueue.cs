using System.Diagnostics.CodeAnalysis;
using SocketPools.Async;

namespace SocketPools.Slots;

/// <summary>
/// Who waits for the next connection of one listener. A blocking accept waits inside the radio, where nothing can tell it of a connection
/// that another call has taken and parked. So one thread at a time does that, and while it does, no other call takes a connection without a
/// place for it; those that cannot know of each other wait where they can be told.
/// </summary>
/// <remarks>
/// "Shared" are the calls that attempt without waiting, and the asynchronous ones. A blocking call looks for them after it has taken its
/// turn, and they look for its turn after they have come in: one of the two sees the other.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer has nothing to give back.")]
internal sealed class AcceptQueue
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private CancellationTokenSource _parked = new();
    private volatile bool _isTaken;
    private int _shared;

    /// <summary>Whether a blocking accept has the turn.</summary>
    internal bool IsTaken => _isTaken;

    /// <summary>How many blocking accepts wait, the one that has the turn among them.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count + (_isTaken ? 1 : 0);
            }
        }
    }

    /// <summary>Whether calls are under way that may park a connection without having seen the turn.</summary>
    internal bool HasShared
    {
        get
        {
            Interlocked.MemoryBarrier();
            return Volatile.Read(ref _shared) > 0;
        }
    }

    /// <summary>Is cancelled when the next connection is parked. To be taken before looking whether one is.</summary>
    internal CancellationToken Parked
    {
        get
        {
            lock (_gate)
            {
                return _parked.Token;
            }
        }
    }

    /// <summary>Takes the turn of a blocking accept: null when the caller has it, else what completes when it does.</summary>
    internal TaskCompletionSource? Take()
    {
        lock (_gate)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return null;
            }

            TaskCompletionSource turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.AddLast(turn);
            return turn;
        }
    }

    /// <summary>No longer waits for the turn; false when the caller has it by now.</summary>
    internal bool TryGiveUp(TaskCompletionSource turn)
    {
        lock (_gate)
        {
            return _waiting.Remove(turn);
        }
    }

    /// <summary>Hands the turn to the next thread.</summary>
    internal void Release()
    {
        lock (_gate)
        {
            if (_waiting.First is not { } next)
            {
                _isTaken = false;
                return;
            }

            _waiting.RemoveFirst();
            next.Value.TrySetResult();
        }
    }

    internal void EnterShared() => Interlocked.Increment(ref _shared);

    internal void LeaveShared() => Interlocked.Decrement(ref _shared);

    /// <summary>A connection was parked.</summary>
    internal void SignalParked()
    {
        CancellationTokenSource parked;
        lock (_gate)
        {
            parked = _parked;
            _parked = new CancellationTokenSource();
        }

        parked.CancelReported("CancellationToken");
    }
}
