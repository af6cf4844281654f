using SocketPools.Simulation.Faults;

namespace SocketPools.Simulation;

/// <summary>Decides whether a fault concerns a packet.</summary>
/// <param name="packet">The packet.</param>
public delegate bool PacketCondition(SimulatedPacket packet);

/// <summary>A fault that is in force until it is disposed, or its time is up.</summary>
public abstract class FaultRule : IDisposable
{
    private readonly FaultTable _table;

    private protected FaultRule(FaultTable table, int id, string description)
    {
        _table = table;
        Id = id;
        Description = description;
    }

    /// <summary>Gets the identifier of the rule in this simulation: 1 for the first rule that was created, then 2, and so on.</summary>
    public int Id { get; }

    /// <summary>What it does, in words.</summary>
    public string Description { get; }

    /// <summary>Gets whether it is in force.</summary>
    public bool IsActive { get; internal set; }

    /// <summary>Gets how many frames the rule was applied to; 0 for a fault of a device.</summary>
    public long FramesSeen { get; private protected set; }

    /// <summary>Frames that were lost by it.</summary>
    public long FramesLost { get; private protected set; }

    /// <summary>Ends the rule after a while of simulated time.</summary>
    /// <param name="duration">How long after now, 0 or more.</param>
    /// <returns>The rule.</returns>
    public FaultRule For(TimeSpan duration)
    {
        _table.In(duration, Dispose);
        return this;
    }

    /// <summary>Ends the rule; later frames pass unchanged, and a device is as it was.</summary>
    public void Dispose()
    {
        _table.Remove(this);
        GC.SuppressFinalize(this);
    }
}
