using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Core;

/// <summary>
/// What all layers of one stack share: its lock, clock, timers, random numbers, limits and counters. Layers get it from the radio, which puts
/// the stack together.
/// </summary>
/// <remarks>
/// Nothing waits, and no link is called, with the lock held: packets to be sent are queued at their interface, and the thread that lets
/// go of the lock drives the stack (<see cref="IStackDriver"/>), which is where frames leave and come in.
/// </remarks>
internal sealed class StackCore
{
    /// <summary>The most shards: more threads than that are rarely at work in one stack.</summary>
    internal const int MostShards = 8;

    private IStackDriver? _driver;

    /// <summary>Makes it.</summary>
    /// <param name="clock">The clock of all timers.</param>
    /// <param name="seed">Where random numbers begin; null takes them from the system's cryptographic generator.</param>
    /// <param name="limits">How much of everything there may be.</param>
    /// <param name="maxShards">The most shards; null for as many as there are processors, or one where runs are to be the same.</param>
    internal StackCore(TimeProvider clock, int? seed, StackLimits limits, int? maxShards = null)
    {
        IsReproducible = seed is not null || clock != TimeProvider.System;
        MaxShards = maxShards;
        Clock = clock;
        Limits = limits;
        Random = seed is { } number ? new Random(number) : new SystemRandom();
        Shards = new StackShards(new StackShard(0, clock, OnTimers));
        Counters = new StackCounters(Shards);
    }

    /// <summary>The parts in which threads may work at the same time.</summary>
    internal StackShards Shards { get; }

    /// <summary>The lock of the whole stack: the thread that holds it owns every connection, queue and timer.</summary>
    internal StackGate Gate => new(Shards);

    internal TimeProvider Clock { get; }

    /// <summary>Whether the same calls on one thread give the same packets in every run.</summary>
    internal bool IsReproducible { get; }

    /// <summary>The most shards that were asked for, or null.</summary>
    internal int? MaxShards { get; }

    /// <summary>The timers of all that is no connection.</summary>
    internal TimerQueue Timers => Shards.Main.Timers;

    internal Random Random { get; }

    internal StackLimits Limits { get; }

    internal StackCounters Counters { get; }

    /// <summary>Counts on whenever an interface gets or loses an address. Written with the lock held.</summary>
    internal int AddressChanges { get; set; }

    /// <summary>Sockets that are open.</summary>
    internal int OpenSockets { get; set; }

    /// <summary>Whether the stack has ended. Written with the lock held.</summary>
    internal bool IsDisposed { get; set; }

    /// <summary>
    /// Whether this process was forked from the one that the stack belongs to: it has none of the stack's threads, and the links
    /// are the other's. Nothing is sent or received any more.
    /// </summary>
    internal bool IsAbandoned { get; private set; }

    /// <summary>Tells it who moves frames between links and layers. Once.</summary>
    internal void SetDriver(IStackDriver driver) => _driver = driver;

    /// <summary>Makes more shards. With the gate held once.</summary>
    /// <param name="count">How many there are then.</param>
    /// <returns>Those that are new.</returns>
    internal StackShard[] AddShards(int count)
    {
        StackShard[] added = new StackShard[Math.Max(0, count - Shards.All.Length)];
        for (int i = 0; i < added.Length; i++)
        {
            added[i] = new StackShard(Shards.All.Length + i, Clock, OnTimers);
        }

        Shards.Add(added);
        return added;
    }

    /// <summary>Counts a frame as dropped, and lets go of it.</summary>
    internal void Drop(Frame frame, DropReason reason)
    {
        Counters.Drop(reason);
        frame.Release();
    }

    /// <summary>Before a fork: takes the lock, so that no other thread is in the middle of something; false if that lasts too long.</summary>
    internal bool TryHoldForFork(TimeSpan longest) => Gate.TryEnter(longest);

    /// <summary>After a fork, in both processes, on the thread that forked: lets go of the lock.</summary>
    internal void ReleaseAfterFork(bool isChild)
    {
        IsAbandoned |= isChild;
        Gate.Exit();
    }

    // What a timer does may end a connection, or need a way: that needs all locks.
    private void OnTimers(StackShard shard)
    {
        using (Gate.EnterScope())
        {
            if (IsDisposed)
            {
                return;
            }

            shard.Timers.Run();
        }

        _driver?.DriveInBackground();
    }
}
