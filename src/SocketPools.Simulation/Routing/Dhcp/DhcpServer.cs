using System.Buffers.Binary;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing.Dhcp;

/// <summary>The server's half of DHCP (RFC 2131, section 4.3) on one port of a router.</summary>
internal sealed class DhcpServer
{
    private const ushort ServerPort = 67;
    private const ushort ClientPort = 68;

    private readonly RouterEngine _router;
    private readonly RouterPort _port;
    private readonly AddressPrefix _own;
    private readonly TimeSpan _leaseTime;
    private readonly Func<IEnumerable<AddressValue>> _nameServers;

    internal DhcpServer(RouterEngine router, RouterPort port, AddressPrefix own, DhcpLeases leases, TimeSpan leaseTime, Func<IEnumerable<AddressValue>> nameServers)
    {
        _router = router;
        _port = port;
        _own = own;
        _leaseTime = leaseTime;
        _nameServers = nameServers;
        Leases = leases;
    }

    internal DhcpLeases Leases { get; }

    internal RouterPort Port => _port;

    /// <summary>Whether it answers nothing.</summary>
    internal bool IsSilent { get; set; }

    internal long OffersSent { get; private set; }

    internal long AcksSent { get; private set; }

    internal long NaksSent { get; private set; }

    /// <summary>Takes a packet for the router. False: it is no message for a DHCP server.</summary>
    internal bool TryReceive(byte[] bytes)
    {
        IPPacket.TryRead(bytes, out IPPacket packet);
        if (packet.IsIPv6 || packet.Protocol != IPPacket.Udp || packet.Transport.Length < 8
            || BinaryPrimitives.ReadUInt16BigEndian(packet.Transport[2..]) != ServerPort)
        {
            return false;
        }

        if (!IsSilent && DhcpRequest.TryRead(packet.Transport[8..], out DhcpRequest request))
        {
            Answer(request);
        }

        return true;
    }

    private void Answer(in DhcpRequest request)
    {
        switch (request.Kind)
        {
            case DhcpKind.Discover when Leases.Offer(request.Hardware, request.RequestedAddress) is { } address:
                OffersSent++;
                Give(request, DhcpKind.Offer, address);
                break;
            case DhcpKind.Request:
                AnswerRequest(request);
                break;
            case DhcpKind.Decline when request.Server == _own.Address && request.RequestedAddress is { } declined:
                _router.Log($"{declined} is in use by another host");
                Leases.Decline(request.Hardware, declined, _leaseTime == Timeout.InfiniteTimeSpan ? TimeSpan.FromDays(1) : _leaseTime);
                break;
            case DhcpKind.Release when request.ClientAddress is { } released:
                Leases.Release(request.Hardware, released);
                break;
            case DhcpKind.Inform when request.ClientAddress is not null:
                Give(request, DhcpKind.Ack, address: null);
                break;
        }
    }

    // Section 4.3.2. A server that has lost its leases gives them again to those who still have them.
    private void AnswerRequest(in DhcpRequest request)
    {
        bool isSelecting = request.Server is not null;
        if (isSelecting && request.Server != _own.Address)
        {
            return;
        }

        if ((request.RequestedAddress ?? request.ClientAddress) is not { } wanted)
        {
            return;
        }

        if (Leases.TryGive(request.Hardware, wanted, _leaseTime))
        {
            AcksSent++;
            Give(request, DhcpKind.Ack, wanted);
        }
        else
        {
            NaksSent++;
            _router.Log($"DHCP refuses {wanted}");
            Send(new DhcpReply(request, DhcpKind.Nak, new AddressValue(0, IsIPv6: false), _own.Address).End(), Ethernet.Broadcast, AllHosts);
        }
    }

    private static AddressValue AllHosts => new(uint.MaxValue, IsIPv6: false);

    /// <summary>Sends an offer or an acknowledgment: section 4.1 says where to. Without an address it answers an Inform.</summary>
    private void Give(in DhcpRequest request, DhcpKind kind, AddressValue? address)
    {
        DhcpReply reply = new(request, kind, address ?? new AddressValue(0, IsIPv6: false), _own.Address);
        if (address is not null)
        {
            uint seconds = _leaseTime == Timeout.InfiniteTimeSpan ? uint.MaxValue : (uint)Math.Min(uint.MaxValue - 1, _leaseTime.TotalSeconds);
            reply.Add(51, seconds);
        }

        reply.Add(1, unchecked(uint.MaxValue << _own.HostBits));
        reply.Add(3, _own.Address);
        byte[] servers = [.. _nameServers().Where(s => !s.IsIPv6).Take(8).SelectMany(s => s.ToIPAddress().GetAddressBytes())];
        if (servers.Length > 0)
        {
            reply.Add(6, servers);
        }

        if (_port.Mtu < 1500)
        {
            reply.Add(26, [(byte)(_port.Mtu >> 8), (byte)_port.Mtu]);
        }

        if (request.ClientAddress is { } has)
        {
            Send(reply.End(), request.Hardware, has);
        }
        else if (request.WantsBroadcast)
        {
            Send(reply.End(), Ethernet.Broadcast, AllHosts);
        }
        else
        {
            Send(reply.End(), request.Hardware, address ?? AllHosts);
        }
    }

    private void Send(ReadOnlySpan<byte> message, ulong hardware, AddressValue destination) =>
        _port.Transmit(hardware, PacketWriter.Udp(_own.Address, ServerPort, destination, ClientPort, message), _router.Name);
}
