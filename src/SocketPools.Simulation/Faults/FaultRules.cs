namespace SocketPools.Simulation.Faults;

/// <summary>A rule that does something to frames.</summary>
internal sealed class PacketRule(FaultTable table, int id, string scope, RuleReach reach, PacketCondition concerns, FaultKind kind, Random random)
    : FaultRule(table, id, $"{scope}: {kind.Description}")
{
    /// <summary>Where frames are that it may concern.</summary>
    internal RuleReach Reach => reach;

    internal void Apply(ref Passage passage)
    {
        if (!concerns(passage.Packet))
        {
            return;
        }

        bool wasLost = passage.Lost is not null;
        FramesSeen++;
        kind.Apply(ref passage, random);
        FramesLost += !wasLost && passage.Lost is not null ? 1 : 0;
    }
}

/// <summary>A rule that changes a device while it is in force.</summary>
internal sealed class StateRule(FaultTable table, int id, string description, Action end) : FaultRule(table, id, description)
{
    internal void End() => end();
}
