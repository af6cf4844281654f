using System.Diagnostics.CodeAnalysis;
using SocketPools.Simulation.Clock;

namespace SocketPools.Simulation.Conducting;

// Threads that block.
internal abstract partial class Conductor
{
    [ThreadStatic]
    private static Participant? s_participant;

    private readonly Dictionary<SemaphoreSlim, Participant> _blocked = [];
    private readonly List<Participant> _participants = [];
    private readonly Queue<Participant> _ready = new();
    private volatile int _readyCount;
    private int _asking;
    private long _turns;
    private bool _isClosed;

    /// <summary>The threads that block in simulated calls, or run between two of them.</summary>
    internal IReadOnlyList<Participant> Participants
    {
        get
        {
            lock (Lock)
            {
                return [.. _participants];
            }
        }
    }

    /// <summary>The thread that was let go on and has not blocked since; null when the pool runs.</summary>
    internal Participant? Running => Volatile.Read(ref _running);

    /// <summary>Blocks the calling thread. Its first call makes it one of those that run one at a time.</summary>
    public bool Block(SemaphoreSlim signal, TimeSpan timeout) => Block(signal, timeout, reason: null, isReady: null);

    /// <summary>Blocks the calling thread.</summary>
    /// <param name="signal">What wakes it.</param>
    /// <param name="timeout">How long at most.</param>
    /// <param name="reason">What it waits for, in words; null for a call of a socket.</param>
    /// <param name="isReady">Asked when nothing else runs: whether it may go on; null where the signal tells.</param>
    internal bool Block(SemaphoreSlim signal, TimeSpan timeout, string? reason, Func<bool>? isReady)
    {
        Participant me;
        lock (Lock)
        {
            if (signal.Wait(0))
            {
                return true;
            }

            ThrowIfClosedUnsynchronized();
            me = s_participant is { IsEnlisted: true } known && known.Owner == this ? known : EnlistUnsynchronized();
            me.Waiting = signal;
            me.Reason = reason;
            me.IsReady = isReady;
            me.HasTimedOut = false;
            me.Turn = ++_turns;
            _blocked.Add(signal, me);
            _asking += isReady is null ? 0 : 1;
        }

        if (timeout != Timeout.InfiniteTimeSpan)
        {
            me.Timer ??= new SimulatedTimer(Clock, state => TimeOut((Participant)state!), me, context: null);
            me.Timer.Change(timeout, Timeout.InfiniteTimeSpan);
        }

        GiveWay(me);
        AwaitTurn(me);
        me.Timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (Lock)
        {
            if (me.IsWorker)
            {
                // The pool's threads are not kept: what it does next is other work.
                DelistUnsynchronized(me);
                s_participant = null;
            }

            EndWaitUnsynchronized(me);
            if (me.Waiting is not null)
            {
                me.Waiting = null;
                ThrowIfClosedUnsynchronized();
            }
        }

        return !me.HasTimedOut;
    }

    /// <inheritdoc/>
    public void Wake(SemaphoreSlim signal)
    {
        lock (Lock)
        {
            if (!_blocked.Remove(signal, out Participant? participant))
            {
                signal.Release();
                return;
            }

            participant.Waiting = null;
            MakeReadyUnsynchronized(participant);
        }

        Kick();
    }

    private Participant EnlistUnsynchronized()
    {
        bool isWorker = Thread.CurrentThread.IsThreadPoolThread;
        string name = Thread.CurrentThread.Name ?? $"thread {Environment.CurrentManagedThreadId}";
        Participant participant = new(this, name, isWorker) { Thread = Thread.CurrentThread, IsEnlisted = true };
        s_participant = participant;
        _participants.Add(participant);
        return participant;
    }

    private void EndWaitUnsynchronized(Participant participant)
    {
        _asking -= participant.IsReady is null ? 0 : 1;
        participant.IsReady = null;
    }

    private void DelistUnsynchronized(Participant participant)
    {
        participant.IsEnlisted = false;
        _participants.Remove(participant);
    }

    private void TimeOut(Participant participant)
    {
        lock (Lock)
        {
            if (participant.Waiting is not { } signal || !_blocked.Remove(signal))
            {
                return;
            }

            participant.Waiting = null;
            participant.HasTimedOut = true;
            MakeReadyUnsynchronized(participant);
        }
    }

    private void GiveWay(Participant me)
    {
        if (me.IsWorker)
        {
            LocalWork.Share();
            OnWorkerBlocked();
        }
        else if (Interlocked.CompareExchange(ref _running, null, me) == me)
        {
            _handBack.Release();
        }
    }

    /// <summary>Nothing runs: asks those who say themselves whether they may go on, in the order in which they came.</summary>
    private bool TryAsk()
    {
        if (Volatile.Read(ref _asking) == 0)
        {
            return false;
        }

        Participant[] asking;
        lock (Lock)
        {
            asking = [.. _blocked.Values.Where(p => p.IsReady is not null).OrderBy(p => p.Turn)];
        }

        bool isAny = false;
        foreach (Participant participant in asking)
        {
            if (participant.IsReady!())
            {
                isAny = true;
                Wake(participant.Waiting!);
            }
        }

        return isAny;
    }

    private void MakeReadyUnsynchronized(Participant participant)
    {
        _ready.Enqueue(participant);
        _readyCount = _ready.Count;
    }

    private bool TryTakeReady([NotNullWhen(true)] out Participant? participant)
    {
        participant = null;
        if (_readyCount == 0)
        {
            return false;
        }

        lock (Lock)
        {
            bool isAny = _ready.TryDequeue(out participant);
            _readyCount = _ready.Count;
            return isAny;
        }
    }

    private bool Resume(Participant participant)
    {
        if (participant.IsWorker)
        {
            return TryResumeWorker(participant);
        }

        lock (Lock)
        {
            if (participant.IsWithdrawn)
            {
                return true;
            }

            Volatile.Write(ref _running, participant);
        }

        participant.Go.Release();
        AwaitHandBack(participant);
        NotePass();
        return true;
    }

    // A thread that a program has started itself does not say that it ends.
    private void AwaitHandBack(Participant participant)
    {
        int wait = 1;
        while (!_handBack.Wait(participant.Thread is null ? Timeout.Infinite : wait))
        {
            wait = Math.Min(2 * wait, LookUpMilliseconds);
            if (participant.Thread is { IsAlive: false } && Interlocked.CompareExchange(ref _running, null, participant) == participant)
            {
                lock (Lock)
                {
                    DelistUnsynchronized(participant);
                }

                return;
            }
        }
    }

    /// <summary>Closes everything and lets all threads go on that block. False when that was done before.</summary>
    private bool CloseAll()
    {
        lock (Lock)
        {
            if (_isClosed)
            {
                return false;
            }
        }

        Ending();
        lock (Lock)
        {
            _isClosed = true;
            foreach (Participant participant in _blocked.Values)
            {
                // It still says what it waits for: its call ends with an exception.
                MakeReadyUnsynchronized(participant);
            }

            _blocked.Clear();
        }

        return true;
    }

    private void ThrowIfClosedUnsynchronized()
    {
        if (_isClosed)
        {
            throw new OperationCanceledException("The simulation is over.");
        }
    }
}
