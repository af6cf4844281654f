namespace SocketPools.Simulation.Clock;

/// <summary>Something that happens at a time of a <see cref="SimulatedClock"/>, on the thread that moves the clock.</summary>
internal abstract class ClockEntry
{
    /// <summary>When it happens, in 100 ns since the start.</summary>
    internal long Due { get; private protected set; }

    /// <summary>Its place among entries of the same time: they happen in the order in which they were set.</summary>
    internal long Sequence { get; private protected set; }

    /// <summary>Its place in the heap; negative when it is not set.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>Asked before the clock moves for it: whether its owner has given it up without saying so.</summary>
    internal Func<bool>? IsAbandoned { get; init; }

    /// <summary>It was taken out of the heap because its time has come, and may set itself again. With the clock's lock held.</summary>
    internal abstract void TakenUnsynchronized();

    /// <summary>Does what is due. Without the clock's lock.</summary>
    internal abstract void Fire();
}
