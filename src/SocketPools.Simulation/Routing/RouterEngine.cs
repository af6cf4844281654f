using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing;

/// <summary>
/// What a router does with frames: forwarding of IPv4 and IPv6 (RFC 1812; RFC 8200), one short step after the other. What is for the router
/// itself goes to <see cref="RouterHost"/>.
/// </summary>
/// <remarks>
/// Left out: redirects (hosts of this library ignore them), source routes and other options (forwarded as they are), multicast, and reassembly of
/// fragments that are for the router itself.
/// </remarks>
internal sealed class RouterEngine
{
    /// <summary>How many ICMP errors a router sends in a second at most.</summary>
    internal const int MaxErrorsPerSecond = 1000;

    private readonly List<RouterPort> _ports = [];
    private readonly RouterHost _host;

    internal RouterEngine(string name, SimulatedClock clock, Action<string> log)
    {
        Name = name;
        Clock = clock;
        Log = log;
        Routes = new RouteTable(_ports);
        Errors = new IcmpErrorSender(this);
        _host = new RouterHost(this);
    }

    internal string Name { get; }

    internal SimulatedClock Clock { get; }

    internal Action<string> Log { get; }

    internal RouterCounters Counters { get; private set; } = new();

    internal IReadOnlyList<RouterPort> Ports => _ports;

    internal RouteTable Routes { get; }

    internal IcmpErrorSender Errors { get; }

    /// <summary>The address translation at work; null for none.</summary>
    internal INatTranslator? Nat { get; set; }

    /// <summary>Takes datagrams for the router itself: its DHCP servers. False for what is not theirs.</summary>
    internal Func<RouterPort, byte[], bool>? Services { get; set; }

    /// <summary>Called with a router solicitation.</summary>
    internal Action<RouterPort>? Solicited { get; set; }

    /// <summary>The shortest ways over other routers; null for none.</summary>
    internal AutomaticRouting? AutomaticRoutes { get; set; }

    /// <summary>Called before a packet is forwarded: its destination, and the neighbour that it goes to.</summary>
    internal Action<AddressValue, AddressValue>? Forwarding { get; set; }

    internal RouterPort AddPort(ulong hardware, SimulatedSwitch attached)
    {
        RouterPort port = new(this, hardware, attached);
        _ports.Add(port);
        return port;
    }

    /// <summary>Forgets everything that a router learns, as after a loss of power.</summary>
    internal void Reset()
    {
        Counters = new RouterCounters();
        Nat?.Clear();
        foreach (RouterPort port in _ports)
        {
            port.Neighbors.Clear();
        }
    }

    /// <summary>The router's own routes; but before its default route a network that another router is connected to.</summary>
    internal NextHop? FindRoute(AddressValue destination)
    {
        NextHop? own = Routes.Find(destination, out int length);
        return own is not null && length > 0 ? own
            : AutomaticRoutes?.FindConnected(this, destination) ?? own ?? AutomaticRoutes?.FindByRoutes(this, destination);
    }

    internal bool IsOwn(AddressValue address)
    {
        foreach (RouterPort port in _ports)
        {
            if (port.Has(address))
            {
                return true;
            }
        }

        return false;
    }

    internal void Receive(RouterPort port, CarriedFrame frame)
    {
        ReadOnlySpan<byte> bytes = frame.Bytes;
        switch (Ethernet.Type(bytes))
        {
            case Ethernet.Arp when ArpMessage.TryRead(bytes[Ethernet.HeaderLength..], out ArpMessage message):
                ReceiveArp(port, message);
                break;
            case Ethernet.IPv4 or Ethernet.IPv6:
                bool isGroup = Ethernet.IsGroup(Ethernet.Destination(bytes));
                ReceivePacket(port, bytes[Ethernet.HeaderLength..].ToArray(), frame.Origin, isGroup);
                break;
        }
    }

    /// <summary>Sends a packet of the router's own.</summary>
    /// <param name="bytes">The packet.</param>
    /// <param name="fallback">By which port, where no route is known.</param>
    internal void SendOwn(byte[] bytes, RouterPort fallback)
    {
        IPPacket.TryRead(bytes, out IPPacket packet);
        AddressValue destination = packet.Destination;
        bool isOnLink = destination is { IsIPv6: true, IsLinkLocal: true };
        NextHop hop = (isOnLink ? null : FindRoute(destination)) ?? new NextHop(fallback, destination);
        hop.Port.Neighbors.Send(hop.Neighbor, new OutgoingPacket(bytes, Name, hop.Port.Mtu, unreachable: null));
    }

    private static void ReceiveArp(RouterPort port, in ArpMessage message)
    {
        bool isForUs = port.Has(message.Target);
        if (!message.Sender.IsUnspecified && !port.Has(message.Sender))
        {
            port.Neighbors.Learn(message.Sender, message.SenderHardware, isNew: isForUs && !message.IsReply);
        }

        if (!message.IsReply && isForUs)
        {
            ArpMessage reply = new(IsReply: true, port.Hardware, message.Target, message.SenderHardware, message.Sender);
            port.Transmit(reply.ToFrame(message.SenderHardware), port.Device);
        }
    }

    private void ReceivePacket(RouterPort port, byte[] bytes, string origin, bool isGroup)
    {
        if (!IPPacket.TryRead(bytes, out IPPacket packet))
        {
            Counters.Malformed++;
            return;
        }

        if (packet.Bytes.Length < bytes.Length)
        {
            bytes = packet.Bytes.ToArray();
            IPPacket.TryRead(bytes, out packet);
        }

        AddressValue destination = packet.Destination;
        if (destination.IsMulticast || port.IsBroadcast(destination))
        {
            _host.Receive(port, bytes);
            return;
        }

        // RFC 1812, section 5.3.4: what came as a broadcast of the link is not forwarded.
        if (isGroup)
        {
            return;
        }

        byte[] arrived = bytes;
        bool isForRouter = IsOwn(destination);
        if (isForRouter && Nat is { } nat && !destination.IsIPv6)
        {
            arrived = [.. bytes];
            NatVerdict verdict = nat.TranslateInbound(port, packet);
            if (verdict == NatVerdict.Drop)
            {
                return;
            }

            isForRouter = verdict == NatVerdict.Local;
        }

        if (isForRouter)
        {
            _host.Receive(port, bytes);
        }
        else
        {
            Forward(port, bytes, arrived, origin);
        }
    }

    /// <summary>Forwards a packet whose destination may be translated already; <paramref name="arrived"/> is what errors quote.</summary>
    private void Forward(RouterPort arrival, byte[] bytes, byte[] arrived, string origin)
    {
        IPPacket.TryRead(bytes, out IPPacket packet);
        if (!MayForward(arrival, packet))
        {
            Counters.MartianSource++;
            return;
        }

        if (packet.TimeToLive <= 1)
        {
            Counters.TimeToLiveExceeded++;
            Errors.Send(arrival, arrived, RouterError.TimeExceeded);
            return;
        }

        if (FindRoute(packet.Destination) is not { } hop)
        {
            Counters.NoRoute++;
            Errors.Send(arrival, arrived, RouterError.NoRoute);
            return;
        }

        AddressValue? errorsFrom = null;
        if (Nat is { } nat && !packet.IsIPv6)
        {
            arrived = arrived == bytes ? [.. bytes] : arrived;
            if (!nat.TranslateOutbound(arrival, hop.Port, packet))
            {
                return;
            }

            // As Linux, which meets the error behind the translation.
            errorsFrom = nat.IsOutside(hop.Port) ? hop.Port.SourceFor(hop.Neighbor) : null;
        }

        if (bytes.Length > hop.Port.Mtu)
        {
            if (packet.DontFragment)
            {
                Counters.PacketTooBig++;
                Errors.Send(arrival, arrived, RouterError.PacketTooBig, hop.Port.Mtu);
                return;
            }

            int room = (hop.Port.Mtu - packet.HeaderLength) & ~7;
            Counters.FragmentsSent += (bytes.Length - packet.HeaderLength + room - 1) / room;
        }

        Forwarding?.Invoke(packet.Destination, hop.Neighbor);
        packet.DecrementTimeToLive();
        Counters.PacketsForwarded++;
        hop.Port.Neighbors.Send(hop.Neighbor, new OutgoingPacket(bytes, origin, hop.Port.Mtu, () => OnUnreachable(arrival, arrived, errorsFrom)));
    }

    // RFC 1812, section 5.3.7, and RFC 4291, section 2.5.6: link-local packets stay on their link.
    private static bool MayForward(RouterPort arrival, in IPPacket packet)
    {
        AddressValue source = packet.Source;
        AddressValue destination = packet.Destination;
        return source.IsUnicast && !source.IsLoopback && !destination.IsLoopback && !destination.IsUnspecified && !arrival.IsBroadcast(source)
            && !(packet.IsIPv6 && (source.IsLinkLocal || destination.IsLinkLocal));
    }

    private void OnUnreachable(RouterPort arrival, byte[] arrived, AddressValue? from)
    {
        Counters.NeighborUnreachable++;
        Errors.Send(arrival, arrived, RouterError.HostUnreachable, from: from);
    }
}
