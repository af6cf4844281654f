using SocketPools.Simulation.Faults;
using SocketPools.Simulation.Links;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation;

/// <summary>
/// An Ethernet switch that knows where every hardware address is. Each frame passes the faults for each port that it goes to, and arrives when they say.
/// </summary>
public sealed class SimulatedSwitch
{
    private readonly Lock _lock = new();
    private readonly List<SwitchPort> _ports = [];
    private readonly Dictionary<ulong, SwitchPort> _stations = [];
    private readonly Dictionary<(string From, string To), long> _lastArrivals = [];
    private readonly SwitchContext _context;

    internal SimulatedSwitch(string name, SwitchContext context, int mtu, IEnumerable<AddressPrefix> prefixes)
    {
        Name = name;
        _context = context;
        Mtu = mtu;
        Plan = new AddressPlan(prefixes);
    }

    /// <summary>The name of the switch.</summary>
    public string Name { get; }

    /// <summary>The longest IP packet in bytes that its ports take.</summary>
    public int Mtu { get; }

    /// <summary>How long a frame travels through it where no rule delays it: as <see cref="SimulatedNetwork.Latency"/>, unless it was set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan Latency
    {
        get => _latency ?? _context.Latency();
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _latency = value;
        }
    }

    private TimeSpan? _latency;

    /// <summary>The networks of the switch, as <c>192.0.2.0/24</c>: devices that are connected without an address get one of each.</summary>
    public IReadOnlyList<string> Prefixes => [.. Plan.Prefixes.Select(p => p.ToString())];

    /// <summary>How many frames arrived or are on their way.</summary>
    public long FramesForwarded { get; private set; }

    /// <summary>How many frames were lost by rules.</summary>
    public long FramesLost { get; private set; }

    /// <summary>Which addresses are in use here.</summary>
    internal AddressPlan Plan { get; }

    internal void Add(SwitchPort port)
    {
        lock (_lock)
        {
            _ports.Add(port);
            _stations[port.Hardware] = port;
        }
    }

    internal void Remove(SwitchPort port)
    {
        lock (_lock)
        {
            _ports.Remove(port);
            _stations.Remove(port.Hardware);
        }
    }

    internal void Forward(SwitchPort from, CarriedFrame frame)
    {
        if (frame.Bytes.Length < Ethernet.HeaderLength)
        {
            return;
        }

        ulong destination = Ethernet.Destination(frame.Bytes);
        if (Ethernet.IsGroup(destination))
        {
            SwitchPort[] all;
            lock (_lock)
            {
                all = [.. _ports];
            }

            foreach (SwitchPort port in all.Where(p => p != from))
            {
                Pass(from, port, frame);
            }

            return;
        }

        SwitchPort? to;
        lock (_lock)
        {
            to = _stations.GetValueOrDefault(destination);
        }

        if (to is not null && to != from)
        {
            Pass(from, to, frame);
        }
    }

    private void Pass(SwitchPort from, SwitchPort to, CarriedFrame frame)
    {
        SimulatedPacket packet = new(from.Device, to.Device, frame.Bytes, Name, frame.Origin);
        Passage passage = new(packet, _context.Clock.GetTimestamp());
        passage.Arrival += Latency.Ticks;
        passage.Lost = from.LoseOnAir() ?? to.LoseOnAir();
        _context.Faults.Apply(ref passage);
        if (passage.Lost is { } reason)
        {
            Lose(packet, reason);
            return;
        }

        byte[] changed = passage.ChangeBytes(frame.Bytes);
        Passing passing = new(from, to, frame with { Bytes = changed }, passage.Copies, passage.IsReordered, passage.Remark);
        if (passage.Queue is { } queue)
        {
            // What other rules have added comes after the queue.
            long behind = passage.Arrival - passage.Now;
            queue.Enqueue(new QueuedFrame(changed, (bytes, lost) => Leave(passing with { Frame = frame with { Bytes = bytes } }, behind, lost)), from.Device, to.Device);
            return;
        }

        Arrive(passing, passage.Arrival);
    }

    // It comes out of a queue, or does not.
    private void Leave(Passing passing, long behind, string? lost)
    {
        if (lost is null)
        {
            Arrive(passing, _context.Clock.GetTimestamp() + behind);
        }
        else
        {
            Lose(new SimulatedPacket(passing.From.Device, passing.To.Device, passing.Frame.Bytes, Name, passing.Frame.Origin), lost);
        }
    }

    private void Lose(in SimulatedPacket packet, string reason)
    {
        lock (_lock)
        {
            FramesLost++;
        }

        _context.Log.AddPacket(packet, null, reason);
    }

    private void Arrive(Passing passing, long arrival)
    {
        lock (_lock)
        {
            FramesForwarded++;
            (string, string) direction = (passing.From.Device, passing.To.Device);
            if (!passing.IsReordered)
            {
                arrival = Math.Max(arrival, _lastArrivals.GetValueOrDefault(direction));
                _lastArrivals[direction] = arrival;
            }
        }

        SimulatedPacket packet = new(passing.From.Device, passing.To.Device, passing.Frame.Bytes, Name, passing.Frame.Origin);
        _context.Log.AddPacket(packet, TimeSpan.FromTicks(arrival), passing.Remark);
        long delay = arrival - _context.Clock.GetTimestamp();
        for (int copy = 0; copy <= passing.Copies; copy++)
        {
            Schedule(passing.To, passing.Frame, delay);
        }
    }

    // What travels to a port that has left the switch meanwhile does not arrive.
    private void Schedule(SwitchPort to, CarriedFrame frame, long delayTicks)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _ = _context.Clock.CreateTimer(
                _ =>
                {
                    if (to.Switch == this)
                    {
                        to.Deliver(frame);
                    }
                },
                null,
                TimeSpan.FromTicks(delayTicks),
                Timeout.InfiniteTimeSpan);
        }
    }

    private sealed record Passing(SwitchPort From, SwitchPort To, CarriedFrame Frame, int Copies, bool IsReordered, string? Remark);
}
