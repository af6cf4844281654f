using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing;

/// <summary>
/// The hardware addresses of neighbours on one port, by ARP and by neighbour discovery. An entry that was not heard of for 30 s is asked for
/// again while it is used (RFC 4861, section 7.3); one that does not answer three questions, a second apart, is unreachable.
/// </summary>
internal sealed class NeighborCache(RouterEngine router, RouterPort port)
{
    private const int MaxEntries = 4096;
    private const int MaxWaiting = 64;
    private const int MaxQuestions = 3;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_reachableTime = TimeSpan.FromSeconds(30);

    private readonly Dictionary<AddressValue, Entry> _entries = [];

    /// <summary>Sends a packet to a neighbour, now or when it has answered. What waits for one that does not answer is given back.</summary>
    internal void Send(AddressValue neighbor, OutgoingPacket packet)
    {
        if (!_entries.TryGetValue(neighbor, out Entry? entry))
        {
            if (_entries.Count == MaxEntries && !TryEvict())
            {
                router.Counters.NeighborLimit++;
                return;
            }

            _entries.Add(neighbor, entry = new Entry());
        }

        if (entry.Hardware is { } hardware)
        {
            packet.Transmit(port, hardware);
            if (!entry.IsAsking && router.Clock.Elapsed - entry.Confirmed > s_reachableTime)
            {
                Begin(neighbor, entry);
            }

            return;
        }

        if (entry.Waiting.Count == MaxWaiting)
        {
            entry.Waiting.Dequeue();
        }

        entry.Waiting.Enqueue(packet);
        if (!entry.IsAsking)
        {
            Begin(neighbor, entry);
        }
    }

    /// <summary>A neighbour has said where it is. Without a question of this router's only known ones count.</summary>
    internal void Learn(AddressValue neighbor, ulong hardware, bool isNew)
    {
        if (!_entries.TryGetValue(neighbor, out Entry? entry))
        {
            if (!isNew || _entries.Count == MaxEntries)
            {
                return;
            }

            _entries.Add(neighbor, entry = new Entry());
        }

        entry.Hardware = hardware;
        entry.Confirmed = router.Clock.Elapsed;
        entry.Stop();
        while (entry.Waiting.TryDequeue(out OutgoingPacket? packet))
        {
            packet.Transmit(port, hardware);
        }
    }

    internal void Clear()
    {
        foreach (Entry entry in _entries.Values)
        {
            entry.Stop();
        }

        _entries.Clear();
    }

    private void Begin(AddressValue neighbor, Entry entry)
    {
        entry.Questions = 0;
        entry.Timer = router.Clock.CreateTimer(_ => Ask(neighbor, entry), null, s_interval, s_interval);
        Ask(neighbor, entry);
    }

    private void Ask(AddressValue neighbor, Entry entry)
    {
        if (!entry.IsAsking)
        {
            return;
        }

        if (entry.Questions++ < MaxQuestions)
        {
            Solicit(neighbor);
            return;
        }

        entry.Stop();
        _entries.Remove(neighbor);
        foreach (OutgoingPacket packet in entry.Waiting)
        {
            packet.OnUnreachable();
        }
    }

    private void Solicit(AddressValue neighbor)
    {
        AddressValue source = port.SourceFor(neighbor) ?? new AddressValue(0, IsIPv6: false);
        if (!neighbor.IsIPv6)
        {
            port.Transmit(new ArpMessage(IsReply: false, port.Hardware, source, 0, neighbor).ToFrame(Ethernet.Broadcast), port.Device);
            return;
        }

        AddressValue group = new(((UInt128)0xFF02 << 112) | 0x1_FF00_0000 | (neighbor.Bits & 0xFF_FFFF), IsIPv6: true);
        port.Transmit(Ethernet.Group(group), NeighborMessages.Solicitation(source, group, neighbor, port.Hardware), port.Device);
    }

    // The one that was not heard of for the longest time makes room, if it is not asked for.
    private bool TryEvict()
    {
        AddressValue? oldest = null;
        TimeSpan time = TimeSpan.MaxValue;
        foreach ((AddressValue address, Entry entry) in _entries)
        {
            if (!entry.IsAsking && entry.Confirmed < time)
            {
                (oldest, time) = (address, entry.Confirmed);
            }
        }

        return oldest is { } found && _entries.Remove(found);
    }

    private sealed class Entry
    {
        internal ulong? Hardware { get; set; }

        internal TimeSpan Confirmed { get; set; }

        internal int Questions { get; set; }

        internal ITimer? Timer { get; set; }

        internal Queue<OutgoingPacket> Waiting { get; } = new();

        internal bool IsAsking => Timer is not null;

        internal void Stop()
        {
            Timer?.Dispose();
            Timer = null;
        }
    }
}

/// <summary>A packet on its way out, possibly in fragments, and what is told when its neighbour cannot be reached.</summary>
internal sealed class OutgoingPacket(byte[] packet, string origin, int mtu, Action? unreachable)
{
    internal void Transmit(RouterPort port, ulong hardware)
    {
        if (packet.Length <= mtu)
        {
            port.Transmit(hardware, packet, origin);
            return;
        }

        foreach (byte[] fragment in PacketWriter.Fragment(packet, mtu))
        {
            port.Transmit(hardware, fragment, origin);
        }
    }

    internal void OnUnreachable() => unreachable?.Invoke();
}
