using System.Runtime.CompilerServices;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Core;

/// <summary>
/// A part of a stack that one thread at a time works in, beside others in other parts: connections, their timers, and the frames that they have
/// sent. See <see cref="StackShards"/> for what its lock guards.
/// </summary>
internal sealed class StackShard
{
    private readonly Lock _lock = new();

    // Whether a thread is in it: read by others without the lock, to see how often they meet.
    private bool _isBusy;
    internal CacheLinePadding Padding;

    /// <summary>Makes it.</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <param name="clock">The clock of its timers.</param>
    /// <param name="onTimers">Called on the clock's thread when one of its timers is due.</param>
    internal StackShard(int index, TimeProvider clock, Action<StackShard> onTimers)
    {
        Index = index;
        Timers = new TimerQueue(clock, () => onTimers(this));
    }

    /// <summary>Its number, from 0.</summary>
    internal int Index { get; }

    /// <summary>The timers of its connections. Those of the first shard are the stack's own, too.</summary>
    internal TimerQueue Timers { get; }

    /// <summary>Whether frames wait at an interface. Written with the shard's lock held.</summary>
    internal bool HasOutgoing { get; set; }

    /// <summary>Frames that its thread took from links.</summary>
    internal long FramesReceived;

    /// <summary>Frames that it gave to links.</summary>
    internal long FramesSent;

    /// <summary>Packets for its connections, or for the stack.</summary>
    internal long PacketsDelivered;

    /// <summary>How often a thread found another one in it, about: it is not counted exactly.</summary>
    internal int Contentions { get; private set; }

    internal bool IsHeldByCurrentThread => _lock.IsHeldByCurrentThread;

    /// <summary>Takes its lock alone, and so what belongs to its connections, until the scope ends; nothing else of the stack may be changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ShardScope EnterScope() => new(this, EnterLock(), null);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Lock.Scope EnterLock()
    {
        if (_isBusy)
        {
            NoteContention();
        }

        Lock.Scope scope = _lock.EnterScope();
        _isBusy = true;
        return scope;
    }

    // A thread that has the lock may take it again.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteContention()
    {
        if (!_lock.IsHeldByCurrentThread)
        {
            Contentions++;
        }
    }

    /// <summary>The lock is about to be let go of.</summary>
    internal void NoteExit() => _isBusy = false;

    internal void Enter() => _lock.Enter();

    internal bool TryEnter(TimeSpan longest) => _lock.TryEnter(longest);

    internal void Exit() => _lock.Exit();
}
