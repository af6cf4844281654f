using SocketPools.Simulation.Clock;
using SocketPools.Simulation.Faults;
using SocketPools.Simulation.Links;
using SocketPools.Simulation.Packets;
using SocketPools.Stack.Links;

namespace SocketPools.Simulation;

/// <summary>
/// An Ethernet switch that knows where every hardware address is. Each frame passes the faults for each port that it goes to, and arrives when they say.
/// </summary>
public sealed class SimulatedSwitch
{
    private readonly Lock _lock = new();
    private readonly List<SwitchPort> _ports = [];
    private readonly Dictionary<ulong, SwitchPort> _stations = [];
    private readonly SwitchContext _context;
    private SwitchPort[]? _all;
    private long _forwarded;
    private long _lost;

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

    /// <summary>
    /// Whether TCP packets of up to 64 KiB pass from node to node in one piece (<see cref="LinkOffloads.Segmentation"/>), as over a virtual switch of Linux:
    /// a simulation of much data has fewer frames then. Packets are cut into their segments for routers and stations, and where a rule of faults
    /// concerns their path, so each of them meets the rules. False by default. It holds for nodes that are added or start again after it was set. In a
    /// simulation with a capture no packet is sent whole.
    /// </summary>
    public bool UseSegmentation { get; set; }

    /// <summary>The networks of the switch, as <c>192.0.2.0/24</c>: devices that are connected without an address get one of each.</summary>
    public IReadOnlyList<string> Prefixes => [.. Plan.Prefixes.Select(p => p.ToString())];

    /// <summary>How many frames arrived or are on their way.</summary>
    public long FramesForwarded => Interlocked.Read(ref _forwarded);

    /// <summary>How many frames were lost by rules.</summary>
    public long FramesLost => Interlocked.Read(ref _lost);

    /// <summary>Which addresses are in use here.</summary>
    internal AddressPlan Plan { get; }

    internal void Add(SwitchPort port)
    {
        lock (_lock)
        {
            _ports.Add(port);
            _all = null;
            _stations[port.Hardware] = port;
        }
    }

    internal void Remove(SwitchPort port)
    {
        lock (_lock)
        {
            _ports.Remove(port);
            _all = null;
            _stations.Remove(port.Hardware);
        }
    }

    /// <summary>A new path to the port with an address; null where there is none.</summary>
    internal SwitchPath? CreatePath(SwitchPort from, ulong hardware)
    {
        lock (_lock)
        {
            return _stations.TryGetValue(hardware, out SwitchPort? to) && to != from ? new SwitchPath(this, from, to, _context) : null;
        }
    }

    internal void Forward(SwitchPort from, CarriedFrame frame)
    {
        if (frame.Length < Ethernet.HeaderLength)
        {
            frame.Discard();
            return;
        }

        ulong destination = Ethernet.Destination(frame.Head);
        if (Ethernet.IsGroup(destination))
        {
            Flood(from, frame);
        }
        else if (from.PathTo(destination, this) is { } path)
        {
            Pass(path, frame, from.LoseOnAir() ?? path.To.LoseOnAir());
        }
        else
        {
            frame.Discard();
        }
    }

    // A frame to a group goes to all ports. Those for which nothing delays it get it together: no path between all pairs of ports is kept.
    private void Flood(SwitchPort from, CarriedFrame frame)
    {
        _ = frame.Bytes;
        SwitchPort[] all;
        lock (_lock)
        {
            all = _all ??= [.. _ports];
        }

        long now = _context.Clock.GetTimestamp();
        long arrival = Math.Max(now + Latency.Ticks, from.LastGroupArrival);
        List<SwitchPort> together = new(all.Length);
        foreach (SwitchPort to in all)
        {
            if (to == from)
            {
                continue;
            }

            SwitchPath? path = from.FindPath(to);
            PacketRule[] rules = path?.Rules ?? _context.Faults.Find(from.End, to.End, Name);
            string? lost = from.LoseOnAir() ?? to.LoseOnAir();
            if (rules.Length > 0 || path?.OnTheWay.Last > arrival || lost is not null)
            {
                if ((path ?? from.PathTo(to.Hardware, this)) is { } own)
                {
                    Pass(own, frame, lost);
                }

                continue;
            }

            together.Add(to);
            NotePassed(new SimulatedPacket(from.Device, to.Device, frame, Name), arrival, null);
        }

        if (together.Count > 0)
        {
            from.LastGroupArrival = arrival;
            Schedule(() => together.ForEach(to => Deliver(to, frame)), arrival - now);
        }
    }

    private void Pass(SwitchPath path, CarriedFrame frame, string? lost)
    {
        (SwitchPort from, SwitchPort to) = (path.From, path.To);
        PacketRule[] rules = path.Rules;
        if (frame.IsWhole && (rules.Length > 0 || lost is not null || !UseSegmentation || to is not SimulatedPort { HasSegmentation: true }))
        {
            frame.Cut().ForEach(piece => Pass(path, piece, lost));
            return;
        }

        long now = _context.Clock.GetTimestamp();
        if (rules.Length == 0 && lost is null)
        {
            Arrive(path, frame, now + Latency.Ticks, 0, null);
            return;
        }

        SimulatedPacket packet = new(from.Device, to.Device, frame, Name);
        Passage passage = new(packet, now) { Lost = lost };
        passage.Arrival += Latency.Ticks;
        _context.Faults.Apply(rules, ref passage);
        if (passage.Lost is { } reason)
        {
            Lose(packet, reason);
            frame.Discard();
            return;
        }

        CarriedFrame changed = passage.Change(frame);
        if (passage.Queue is { } queue)
        {
            // What other rules have added comes after the queue.
            long behind = passage.Arrival - passage.Now;
            Remainder remainder = new(path, behind, passage.Copies, passage.IsReordered, passage.Remark);
            queue.Enqueue(new QueuedFrame(changed.Bytes, (bytes, loss) => Leave(remainder, new CarriedFrame(bytes, frame.Origin), loss)), from.Device, to.Device);
        }
        else if (passage.IsReordered)
        {
            ArriveReordered(path, changed, passage.Arrival, passage.Copies, passage.Remark);
        }
        else
        {
            Arrive(path, changed, passage.Arrival, passage.Copies, passage.Remark);
        }
    }

    // It comes out of a queue, or does not.
    private void Leave(Remainder remainder, CarriedFrame frame, string? lost)
    {
        SwitchPath path = remainder.Path;
        long arrival = _context.Clock.GetTimestamp() + remainder.Behind;
        if (lost is not null)
        {
            Lose(new SimulatedPacket(path.From.Device, path.To.Device, frame, Name), lost);
        }
        else if (remainder.IsReordered)
        {
            ArriveReordered(path, frame, arrival, remainder.Copies, remainder.Remark);
        }
        else
        {
            Arrive(path, frame, arrival, remainder.Copies, remainder.Remark);
        }
    }

    private void Lose(in SimulatedPacket packet, string reason)
    {
        Interlocked.Increment(ref _lost);
        _context.Log.AddPacket(packet, null, reason);
    }

    private void NotePassed(in SimulatedPacket packet, long arrival, string? remark)
    {
        Interlocked.Increment(ref _forwarded);
        _context.Log.AddPacket(packet, TimeSpan.FromTicks(arrival), remark);
    }

    // In order: behind all that was sent on this path before.
    private void Arrive(SwitchPath path, CarriedFrame frame, long arrival, int copies, string? remark)
    {
        if (copies > 0)
        {
            _ = frame.Bytes;
        }

        arrival = Math.Max(arrival, Math.Max(path.From.LastGroupArrival, path.OnTheWay.Last));
        NotePassed(new SimulatedPacket(path.From.Device, path.To.Device, frame, Name), arrival, remark);
        path.OnTheWay.Enqueue(frame, arrival, copies);
    }

    private void ArriveReordered(SwitchPath path, CarriedFrame frame, long arrival, int copies, string? remark)
    {
        _ = frame.Bytes;
        NotePassed(new SimulatedPacket(path.From.Device, path.To.Device, frame, Name), arrival, remark);
        for (int copy = 0; copy <= copies; copy++)
        {
            Schedule(() => path.Arrive(frame), arrival - _context.Clock.GetTimestamp());
        }
    }

    private void Deliver(SwitchPort to, CarriedFrame frame)
    {
        if (to.Switch == this)
        {
            to.Deliver(frame);
        }
    }

    private void Schedule(Action action, long delayTicks)
    {
        SimulatedTimer timer = new(_context.Clock, static state => ((Action)state!)(), action, context: null);
        timer.Change(TimeSpan.FromTicks(delayTicks), Timeout.InfiniteTimeSpan);
    }

    // What is left of a frame's way behind a queue.
    private sealed record Remainder(SwitchPath Path, long Behind, int Copies, bool IsReordered, string? Remark);
}
