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
    public bool Block(SemaphoreSlim signal, TimeSpan timeout)
    {
        Participant me;
        lock (Lock)
        {
            if (signal.Wait(0))
            {
                return true;
            }

            ThrowIfClosedUnsynchronized();
            me = s_participant is { } known && _participants.Contains(known) ? known : EnlistUnsynchronized();
            me.Waiting = signal;
            me.HasTimedOut = false;
            _blocked.Add(signal, me);
        }

        if (timeout != Timeout.InfiniteTimeSpan)
        {
            me.Timer ??= new SimulatedTimer(Clock, state => TimeOut((Participant)state!), me, context: null);
            me.Timer.Change(timeout, Timeout.InfiniteTimeSpan);
        }

        GiveWay(me);
        me.Go.Wait();
        me.Timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (Lock)
        {
            if (me.IsWorker)
            {
                // The pool's threads are not kept: what it does next is other work.
                _participants.Remove(me);
                s_participant = null;
            }

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
            _ready.Enqueue(participant);
        }

        Kick();
    }

    /// <summary>Runs a program that blocks on a thread of its own.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "It is the task's.")]
    internal Task Run(string name, Action body)
    {
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Participant me = new(name, isWorker: false);
        ExecutionContext? context = ExecutionContext.Capture();
        me.Thread = new Thread(() =>
        {
            s_participant = me;
            me.Go.Wait();
            try
            {
                if (context is null)
                {
                    body();
                }
                else
                {
                    ExecutionContext.Run(context, static state => ((Action)state!)(), body);
                }

                end.SetResult();
            }
            catch (Exception e)
            {
                end.SetException(e);
            }

            lock (Lock)
            {
                _participants.Remove(me);
            }

            GiveWay(me);
        })
        { IsBackground = true, Name = name };
        lock (Lock)
        {
            ThrowIfClosedUnsynchronized();
            _participants.Add(me);
            _ready.Enqueue(me);
        }

        me.Thread.UnsafeStart();
        Kick();
        return end.Task;
    }

    private Participant EnlistUnsynchronized()
    {
        bool isWorker = Thread.CurrentThread.IsThreadPoolThread;
        string name = Thread.CurrentThread.Name ?? $"thread {Environment.CurrentManagedThreadId}";
        Participant participant = new(name, isWorker) { Thread = Thread.CurrentThread };
        s_participant = participant;
        _participants.Add(participant);
        return participant;
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
            _ready.Enqueue(participant);
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

    private bool TryTakeReady([NotNullWhen(true)] out Participant? participant)
    {
        lock (Lock)
        {
            return _ready.TryDequeue(out participant);
        }
    }

    private bool Resume(Participant participant)
    {
        if (participant.IsWorker)
        {
            return TryResumeWorker(participant);
        }

        Volatile.Write(ref _running, participant);
        participant.Go.Release();
        _handBack.Wait();
        NotePass();
        return true;
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
                _ready.Enqueue(participant);
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
