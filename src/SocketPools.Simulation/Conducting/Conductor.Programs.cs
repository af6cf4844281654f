using System.Diagnostics.CodeAnalysis;

namespace SocketPools.Simulation.Conducting;

// Threads that are the simulation's from their beginning: they wait for their first turn, and give way when they leave.
internal abstract partial class Conductor
{
    // How soon a thread looks up that may be interrupted, in real time.
    private const int LookUpMilliseconds = 50;

    /// <summary>Runs a program that blocks on a thread of its own.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "It is the task's.")]
    internal Task Run(string name, Action body)
    {
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ExecutionContext? context = ExecutionContext.Capture();
        Participant me = Reserve(name);
        Thread thread = new(() =>
        {
            try
            {
                Enter(me);
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

            Leave(me);
        })
        { IsBackground = true, Name = name };
        thread.UnsafeStart();
        return end.Task;
    }

    /// <summary>A place for a thread that is about to come. Its turn is after those that may go on now.</summary>
    internal Participant Reserve(string name, Action? interrupted = null)
    {
        Participant participant = new(this, name, isWorker: false) { IsEnlisted = true, Interrupted = interrupted };
        lock (Lock)
        {
            ThrowIfClosedUnsynchronized();
            _participants.Add(participant);
            MakeReadyUnsynchronized(participant);
        }

        Kick();
        return participant;
    }

    /// <summary>The calling thread takes its place, and waits for its first turn.</summary>
    internal void Enter(Participant me)
    {
        s_participant = me;
        me.Thread = Thread.CurrentThread;
        AwaitTurn(me);
        if (IsOver)
        {
            lock (Lock)
            {
                ThrowIfClosedUnsynchronized();
            }
        }
    }

    /// <summary>The calling thread takes part no longer, or, called by another one, never did.</summary>
    internal void Leave(Participant me)
    {
        if (s_participant is { } known && (known == me || me.IsWithdrawn))
        {
            // One that was interrupted, and waited again, has another place since.
            s_participant = null;
            if (known != me && known.Owner == this && known.IsEnlisted)
            {
                Leave(known);
            }
        }

        lock (Lock)
        {
            DelistUnsynchronized(me);
            me.IsWithdrawn = Running != me;
        }

        GiveWay(me);
    }

    private void AwaitTurn(Participant me)
    {
        if (me.Interrupted is null)
        {
            me.Go.Wait();
            return;
        }

        while (!me.Go.Wait(LookUpMilliseconds))
        {
            try
            {
                me.Interrupted();
            }
            catch
            {
                Withdraw(me);
                throw;
            }
        }
    }

    // It does not wait for its turn. If that has just come, it runs; else it is one of ours no more.
    private void Withdraw(Participant me)
    {
        lock (Lock)
        {
            if (me.Waiting is { } signal)
            {
                _blocked.Remove(signal);
            }

            EndWaitUnsynchronized(me);
            me.Waiting = null;
            me.IsWithdrawn = Running != me;
            if (me.IsWithdrawn)
            {
                DelistUnsynchronized(me);
            }
        }
    }
}
