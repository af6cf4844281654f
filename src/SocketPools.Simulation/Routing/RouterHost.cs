using System.Buffers.Binary;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing;

/// <summary>What is for a router itself: echoes, neighbour discovery, and ports on which nothing listens (RFC 1122; RFC 4861).</summary>
internal sealed class RouterHost(RouterEngine router)
{
    private const byte EchoRequest = 8;
    private const byte EchoReply = 0;
    private const byte EchoRequestV6 = 128;
    private const byte EchoReplyV6 = 129;

    internal void Receive(RouterPort port, byte[] bytes)
    {
        IPPacket.TryRead(bytes, out IPPacket packet);
        if (packet.IsFragment || (router.Services?.Invoke(port, bytes) ?? false))
        {
            return;
        }

        switch (packet.Protocol)
        {
            case IPPacket.Icmp when !packet.IsIPv6 && Checksum.Of(packet.Transport) == 0:
                ReceiveIcmp(port, packet);
                break;
            case IPPacket.Icmpv6 when packet.IsIPv6 && HasChecksum(packet):
                ReceiveIcmpv6(port, packet);
                break;
            case IPPacket.Udp when !IsToMany(port, packet) && HasChecksum(packet):
                router.Errors.Send(port, bytes, RouterError.PortUnreachable);
                break;
            case IPPacket.Tcp when !IsToMany(port, packet) && HasChecksum(packet):
                Reset(port, packet);
                break;
        }
    }

    private static bool IsToMany(RouterPort port, in IPPacket packet) => packet.Destination.IsMulticast || port.IsBroadcast(packet.Destination);

    private static bool HasChecksum(in IPPacket packet)
    {
        Span<byte> addresses = packet.IsIPv6 ? packet.Bytes[8..40] : packet.Bytes[12..20];
        bool isLeftOut = packet.Protocol == IPPacket.Udp && !packet.IsIPv6 && packet.Transport is { Length: >= 8 } udp && udp[6] == 0 && udp[7] == 0;
        return isLeftOut || Checksum.Fold(Checksum.Sum(packet.Transport, Checksum.Pseudo(addresses, packet.Protocol, packet.Transport.Length))) == 0;
    }

    private void ReceiveIcmp(RouterPort port, in IPPacket packet)
    {
        ReadOnlySpan<byte> message = packet.Transport;
        if (message.Length >= 8 && message[0] == EchoRequest && !IsToMany(port, packet) && packet.Source.IsUnicast)
        {
            router.SendOwn(PacketWriter.Icmp(packet.Destination, packet.Source, EchoReply, 0, BinaryPrimitives.ReadUInt32BigEndian(message[4..]), message[8..]), port);
        }
    }

    private void ReceiveIcmpv6(RouterPort port, in IPPacket packet)
    {
        ReadOnlySpan<byte> message = packet.Transport;
        if (message.Length < 8)
        {
            return;
        }

        // RFC 4861, section 6.1 and 7.1: what was forwarded is no neighbour's.
        bool isNeighbor = packet.TimeToLive == 255;
        switch (message[0])
        {
            case EchoRequestV6 when packet.Source.IsUnicast:
                AddressValue? source = packet.Destination.IsMulticast ? port.SourceFor(packet.Source) : packet.Destination;
                if (source is { } from)
                {
                    router.SendOwn(PacketWriter.Icmp(from, packet.Source, EchoReplyV6, 0, BinaryPrimitives.ReadUInt32BigEndian(message[4..]), message[8..]), port);
                }

                break;
            case NeighborMessages.NeighborSolicitation when isNeighbor && message.Length >= 24:
                AnswerSolicitation(port, packet.Source, message);
                break;
            case NeighborMessages.NeighborAdvertisement when isNeighbor && message.Length >= 24:
                if (NeighborMessages.FindHardware(message[24..], NeighborMessages.TargetLinkLayerAddress) is { } hardware)
                {
                    port.Neighbors.Learn(AddressValue.Read(message.Slice(8, 16)), hardware, isNew: false);
                }

                break;
            case NeighborMessages.RouterSolicitation when isNeighbor:
                if (packet.Source.IsUnicast && NeighborMessages.FindHardware(message[8..], NeighborMessages.SourceLinkLayerAddress) is { } asking)
                {
                    port.Neighbors.Learn(packet.Source, asking, isNew: true);
                }

                router.Solicited?.Invoke(port);
                break;
        }
    }

    private static void AnswerSolicitation(RouterPort port, AddressValue source, ReadOnlySpan<byte> message)
    {
        AddressValue target = AddressValue.Read(message.Slice(8, 16));
        if (!port.Has(target))
        {
            return;
        }

        // Who checks an address has none yet (RFC 4862, section 5.4.3): all are told.
        if (source.IsUnspecified)
        {
            byte[] all = NeighborMessages.Advertisement(target, NeighborMessages.AllNodes, target, port.Hardware, solicited: false);
            port.Transmit(Ethernet.Group(NeighborMessages.AllNodes), all, port.Device);
        }
        else if (NeighborMessages.FindHardware(message[24..], NeighborMessages.SourceLinkLayerAddress) is { } hardware)
        {
            port.Neighbors.Learn(source, hardware, isNew: true);
            port.Transmit(hardware, NeighborMessages.Advertisement(target, source, target, port.Hardware, solicited: true), port.Device);
        }
    }

    /// <summary>No port is open: RFC 9293, section 3.10.7.1.</summary>
    private void Reset(RouterPort port, in IPPacket packet)
    {
        ReadOnlySpan<byte> tcp = packet.Transport;
        if (tcp.Length < 20 || (tcp[13] & 4) != 0 || !packet.Source.IsUnicast)
        {
            return;
        }

        bool hasAcknowledgment = (tcp[13] & 16) != 0;
        int length = tcp.Length - ((tcp[12] >> 4) * 4) + (tcp[13] & 1) + ((tcp[13] >> 1) & 1);
        byte[] reset = new byte[20];
        tcp[2..4].CopyTo(reset);
        tcp[..2].CopyTo(reset.AsSpan(2));
        if (hasAcknowledgment)
        {
            tcp.Slice(8, 4).CopyTo(reset.AsSpan(4));
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(reset.AsSpan(8), BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]) + (uint)length);
        }

        reset[12] = 5 << 4;
        reset[13] = (byte)(hasAcknowledgment ? 4 : 20);
        router.SendOwn(PacketWriter.Make(packet.Destination, packet.Source, IPPacket.Tcp, reset, 16), port);
    }
}
