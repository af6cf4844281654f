using SocketPools.Simulation.Faults;

namespace SocketPools.Simulation.Links;

/// <summary>
/// An Ethernet switch that knows where every hardware address is. Each frame passes the faults for each port that it goes to, and arrives when they say.
/// </summary>
internal sealed class SimulatedSwitch(string name, SimulatedClock clock, FaultTable faults, Func<TimeSpan> delay, EventLog log)
{
    private readonly Lock _lock = new();
    private readonly List<SimulatedPort> _ports = [];
    private readonly Dictionary<(string From, string To), long> _lastArrivals = [];

    internal string Name => name;

    internal long FramesForwarded { get; private set; }

    internal long FramesLost { get; private set; }

    internal void Add(SimulatedPort port)
    {
        lock (_lock)
        {
            _ports.Add(port);
        }
    }

    internal void Remove(SimulatedPort port)
    {
        lock (_lock)
        {
            _ports.Remove(port);
        }
    }

    internal void Forward(SimulatedPort from, byte[] frame)
    {
        SimulatedPort[] to;
        lock (_lock)
        {
            // A port that is gone sends nothing more.
            bool isGroup = frame.Length >= 6 && (frame[0] & 1) != 0;
            to = !_ports.Contains(from) ? [] : [.. _ports.Where(p => p != from && (isGroup || frame.AsSpan(0, 6).SequenceEqual(p.Hardware)))];
        }

        foreach (SimulatedPort port in to)
        {
            Pass(from, port, frame);
        }
    }

    private void Pass(SimulatedPort from, SimulatedPort to, byte[] frame)
    {
        SimulatedPacket packet = new(from.Node, to.Node, frame);
        long now = clock.GetTimestamp();
        Passage passage = new(packet, now);
        passage.Arrival += delay().Ticks;
        lock (_lock)
        {
            faults.Apply(ref passage);
            if (passage.Lost is { } reason)
            {
                FramesLost++;
                log.AddPacket(packet, null, reason);
                return;
            }

            FramesForwarded++;
            (string, string) direction = (from.Node, to.Node);
            if (!passage.IsReordered)
            {
                passage.Arrival = Math.Max(passage.Arrival, _lastArrivals.GetValueOrDefault(direction));
                _lastArrivals[direction] = passage.Arrival;
            }
        }

        log.AddPacket(packet, TimeSpan.FromTicks(passage.Arrival), passage.CorruptedBit >= 0 ? "corrupted" : passage.Copies > 0 ? "duplicated" : passage.IsReordered ? "reordered" : null);
        byte[] arriving = frame;
        if (passage.CorruptedBit >= 0)
        {
            arriving = [.. frame];
            arriving[passage.CorruptedBit / 8] ^= (byte)(1 << (passage.CorruptedBit % 8));
        }

        for (int copy = 0; copy <= passage.Copies; copy++)
        {
            Schedule(to, arriving, passage.Arrival - now);
        }
    }

    private void Schedule(SimulatedPort to, byte[] frame, long delayTicks)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _ = clock.CreateTimer(_ => to.Deliver(frame), null, TimeSpan.FromTicks(delayTicks), Timeout.InfiniteTimeSpan);
        }
    }
}
