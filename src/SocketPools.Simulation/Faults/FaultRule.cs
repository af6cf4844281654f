using SocketPools.Simulation.Faults;

namespace SocketPools.Simulation;

/// <summary>Decides whether a fault concerns a packet.</summary>
/// <param name="packet">The packet.</param>
public delegate bool PacketCondition(SimulatedPacket packet);

/// <summary>A fault that is in force until it is disposed, or its time is up.</summary>
public sealed class FaultRule : IDisposable
{
    private readonly FaultTable _table;
    private readonly PacketCondition _concerns;
    private readonly FaultKind _kind;
    private readonly Random _random;

    internal FaultRule(FaultTable table, int number, string scope, PacketCondition concerns, FaultKind kind, Random random)
    {
        _table = table;
        Number = number;
        _concerns = concerns;
        _kind = kind;
        _random = random;
        Description = $"{scope}: {kind.Description}";
    }

    /// <summary>Its number, counted from 1 in the order in which rules were made.</summary>
    public int Number { get; }

    /// <summary>What it does, in words.</summary>
    public string Description { get; }

    /// <summary>Gets how many frames the rule was applied to.</summary>
    public long FramesSeen { get; private set; }

    /// <summary>Frames that were lost by it.</summary>
    public long FramesLost { get; private set; }

    /// <summary>Ends the rule after a while of simulated time.</summary>
    /// <param name="duration">How long after now, 0 or more.</param>
    /// <returns>The rule.</returns>
    public FaultRule For(TimeSpan duration)
    {
        _table.In(duration, Dispose);
        return this;
    }

    /// <summary>Ends the rule; later frames pass unchanged.</summary>
    public void Dispose() => _table.Remove(this);

    internal void Apply(ref Passage passage)
    {
        if (!_concerns(passage.Packet))
        {
            return;
        }

        bool wasLost = passage.Lost is not null;
        FramesSeen++;
        _kind.Apply(ref passage, _random);
        FramesLost += !wasLost && passage.Lost is not null ? 1 : 0;
    }
}
