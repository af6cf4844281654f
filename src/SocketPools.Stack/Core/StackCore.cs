using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Core;

/// <summary>
/// What all layers of one stack share: its lock, clock, timers, random numbers, limits and counters. Layers get it from whoever puts
/// the stack together.
/// </summary>
/// <remarks>
/// Nothing waits, and no link is called, with the lock held: packets to be sent are put in line at their interface, and whoever lets
/// go of the lock drives the stack (<see cref="Drive"/>), which is where frames leave and come in.
/// </remarks>
internal sealed class StackCore
{
    private IStackDriver? _driver;

    /// <summary>Makes it.</summary>
    /// <param name="clock">The clock of all timers.</param>
    /// <param name="seed">Where random numbers begin; null takes them from the system's cryptographic generator.</param>
    /// <param name="limits">How much of everything there may be.</param>
    internal StackCore(TimeProvider clock, int? seed, StackLimits limits)
    {
        Clock = clock;
        Limits = limits;
        Random = seed is { } number ? new Random(number) : new SystemRandom();
        Timers = new TimerQueue(clock, OnTimers);
    }

    /// <summary>The lock of the whole stack: whoever holds it owns every connection, queue and timer.</summary>
    internal Lock Gate { get; } = new();

    internal TimeProvider Clock { get; }

    internal TimerQueue Timers { get; }

    internal Random Random { get; }

    internal StackLimits Limits { get; }

    internal StackCounters Counters { get; } = new();

    /// <summary>Counts on whenever an interface gets or loses an address. Written with the lock held.</summary>
    internal int AddressChanges { get; set; }

    /// <summary>Sockets that are open.</summary>
    internal int OpenSockets { get; set; }

    /// <summary>Whether frames wait at an interface. Written with the lock held.</summary>
    internal bool HasOutgoing { get; set; }

    /// <summary>Whether the stack has ended. Written with the lock held.</summary>
    internal bool IsDisposed { get; set; }

    /// <summary>
    /// Whether this process was forked from the one that the stack belongs to: it has none of the stack's threads, and the links
    /// are the other's. Nothing is sent or received any more.
    /// </summary>
    internal bool IsAbandoned { get; private set; }

    /// <summary>Tells it who moves frames between links and layers. Once.</summary>
    internal void SetDriver(IStackDriver driver) => _driver = driver;

    /// <summary>Lets frames leave and come in. Without the lock.</summary>
    internal void Drive() => _driver?.Drive();

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

    private void OnTimers()
    {
        lock (Gate)
        {
            if (IsDisposed)
            {
                return;
            }

            Timers.Run();
        }

        Drive();
    }
}
