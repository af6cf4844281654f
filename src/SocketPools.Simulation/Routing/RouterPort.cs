using SocketPools.Simulation.Links;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing;

/// <summary>An interface of a router: its addresses, its neighbours, and what it hears.</summary>
internal sealed class RouterPort : SwitchPort
{
    private readonly RouterEngine _router;
    private readonly List<AddressPrefix> _addresses = [];

    internal RouterPort(RouterEngine router, ulong hardware, SimulatedSwitch attached)
        : base(router.Name, hardware)
    {
        _router = router;
        Network = attached;
        LinkLocal = LinkLocalOf(hardware);
        Neighbors = new NeighborCache(router, this);
    }

    internal override bool IsForwarding => true;

    /// <summary>The switch that it belongs to, also while the router is off.</summary>
    internal SimulatedSwitch Network { get; }

    internal int Mtu => Network.Mtu;

    /// <summary>Its link-local address of IPv6, made from the hardware address (RFC 4291, appendix A).</summary>
    internal AddressValue LinkLocal { get; }

    internal IReadOnlyList<AddressPrefix> Addresses => _addresses;

    internal NeighborCache Neighbors { get; }

    /// <summary>Called with every frame that it sends or hears, for captures: the frame, and whether it is sent.</summary>
    internal Action<byte[], bool>? Tap { get; set; }

    internal void Add(AddressPrefix address) => _addresses.Add(address);

    /// <summary>Whether an address is the port's own.</summary>
    internal bool Has(AddressValue address)
    {
        foreach (AddressPrefix own in _addresses)
        {
            if (own.Address == address)
            {
                return true;
            }
        }

        return address == LinkLocal;
    }

    /// <summary>Whether an address is a broadcast address of the port's networks, or of all.</summary>
    internal bool IsBroadcast(AddressValue address)
    {
        if (address.IsIPv6)
        {
            return false;
        }

        foreach (AddressPrefix own in _addresses)
        {
            if (own.Broadcast == address)
            {
                return true;
            }
        }

        return (uint)address.Bits == uint.MaxValue;
    }

    /// <summary>The port's own address that is nearest to another one: in the same network, or the first of its version.</summary>
    internal AddressValue? SourceFor(AddressValue destination)
    {
        if (destination is { IsIPv6: true, IsLinkLocal: true })
        {
            return LinkLocal;
        }

        AddressValue? source = null;
        foreach (AddressPrefix own in _addresses)
        {
            if (own.Contains(destination))
            {
                return own.Address;
            }

            source ??= own.Address.IsIPv6 == destination.IsIPv6 ? own.Address : null;
        }

        return source;
    }

    /// <summary>Sends a packet to a station, or to a group.</summary>
    internal void Transmit(ulong destination, byte[] packet, string origin) =>
        Transmit(Ethernet.Frame(destination, Hardware, packet[0] >> 4 == 6 ? Ethernet.IPv6 : Ethernet.IPv4, packet), origin);

    internal void Transmit(byte[] frame, string origin)
    {
        Tap?.Invoke(frame, true);
        Send(new CarriedFrame(frame, origin));
    }

    private protected override void Receive(CarriedFrame frame)
    {
        ulong destination = Ethernet.Destination(frame.Bytes);
        if (destination != Hardware && !Ethernet.IsGroup(destination))
        {
            return;
        }

        Tap?.Invoke(frame.Bytes, false);
        _router.Receive(this, frame);
    }

    private static AddressValue LinkLocalOf(ulong hardware)
    {
        UInt128 identifier = ((UInt128)(hardware >> 24) << 40) | 0xFF_FE00_0000 | (hardware & 0xFF_FFFF);
        return new AddressValue(((UInt128)0xFE80 << 112) | (identifier ^ ((UInt128)2 << 56)), IsIPv6: true);
    }
}
