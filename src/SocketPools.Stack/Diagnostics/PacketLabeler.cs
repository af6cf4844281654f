using System.Buffers.Binary;
using System.Globalization;
using System.Text.Unicode;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Links;
using SocketPools.Stack.Raw;
using SocketPools.Stack.Sockets;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Diagnostics;

/// <summary>
/// Says which socket of a stack a frame on one of its links belongs to, or why a frame that comes is going to be dropped, as far as
/// its headers tell. Nothing calls it, and nothing is allocated, unless a link is captured.
/// </summary>
internal sealed class PacketLabeler(StackTransports transports) : IPacketLabeler
{
    /// <inheritdoc/>
    public int Name(ILink link, Frame frame, bool isOutbound, Span<byte> text)
    {
        string name;
        using (transports.Network.Gate.EnterScope())
        {
            name = NameUnsynchronized(link, frame, isOutbound);
        }

        return Utf8.FromUtf16(name, text, out _, out int length) == System.Buffers.OperationStatus.InvalidData ? 0 : length;
    }

    private string NameUnsynchronized(ILink link, Frame frame, bool isOutbound)
    {
        if (!isOutbound && link.Medium == LinkMedium.Ethernet && DropOf(link, frame) is { } reason)
        {
            return $"dropped: {reason}";
        }

        if (!TransportOffsets.TryFind(frame.Head, frame.Length, link.Medium, out TransportOffsets place))
        {
            return "";
        }

        IPAddressValue local = isOutbound ? place.Source : place.Destination;
        IPAddressValue remote = isOutbound ? place.Destination : place.Source;
        if (!isOutbound && !local.IsMulticast && !local.IsLimitedBroadcast && !transports.Network.IsLocal(local) && !IsBroadcast(local))
        {
            return $"dropped: {nameof(DropReason.NotLocal)}";
        }

        if (place.IsFragment || place.Protocol is not (IPProtocol.Tcp or IPProtocol.Udp) || frame.Head.Length < place.Start + 4)
        {
            return place.IsFragment ? "fragment" : NameRaw(place.Protocol, local, remote);
        }

        ushort source = BinaryPrimitives.ReadUInt16BigEndian(frame.Head[place.Start..]);
        ushort destination = BinaryPrimitives.ReadUInt16BigEndian(frame.Head[(place.Start + 2)..]);
        FourTuple tuple = isOutbound ? new(local, source, remote, destination) : new(local, destination, remote, source);
        return place.Protocol == IPProtocol.Tcp ? NameTcp(tuple, isOutbound) : NameUdp(tuple, isOutbound);
    }

    /// <summary>What the Ethernet header alone decides.</summary>
    private static DropReason? DropOf(ILink link, Frame frame)
    {
        if (!EthernetView.TryRead(frame.Head, out EthernetView view))
        {
            return DropReason.Malformed;
        }

        EtherType type = view.Type;
        bool isTagged = !EthernetView.TrySkipPriorityTags(view.Payload, ref type, out _);
        return view.Destination != MacAddress.From(link.HardwareAddress) && !view.Destination.IsGroup ? DropReason.OtherHost
            : isTagged || type is not (EtherType.Arp or EtherType.IPv4 or EtherType.IPv6) ? DropReason.UnknownEtherType
            : null;
    }

    private string NameTcp(in FourTuple tuple, bool isOutbound)
    {
        if (transports.Tcp.Find(tuple) is { } connection)
        {
            return $"tcp {End(tuple.Local, tuple.LocalPort)} <-> {End(tuple.Remote, tuple.RemotePort)} {connection.State.Name()}{Number(connection.Observer as RadioSocket)}";
        }

        if (transports.Tcp.FindListener(tuple.Local, tuple.LocalPort) is { } listener)
        {
            return $"tcp listener {End(listener.Port.Address, tuple.LocalPort)}, peer {End(tuple.Remote, tuple.RemotePort)}{Number(listener.Observer as RadioSocket)}";
        }

        return isOutbound ? "tcp, no connection" : $"dropped: {nameof(DropReason.NoListener)}";
    }

    private string NameUdp(in FourTuple tuple, bool isOutbound)
    {
        ReceivedPacket packet = new(tuple.Remote, tuple.Local, IsUnicast: !tuple.Local.IsMulticast && !tuple.Local.IsLimitedBroadcast, 0, 0, 0, 0);
        return transports.Udp.Find(packet, tuple.LocalPort, tuple.RemotePort) is { } end
            ? $"udp {End(end.LocalAddress, end.LocalPort)}, peer {End(tuple.Remote, tuple.RemotePort)}{Number(end.Owner)}"
            : isOutbound ? "udp, no socket" : $"dropped: {nameof(DropReason.NoListener)}";
    }

    private string NameRaw(byte protocol, in IPAddressValue local, in IPAddressValue remote)
    {
        ReceivedPacket packet = new(remote, local, IsUnicast: true, 0, 0, 0, 0);
        foreach (RawEndpoint end in transports.Raw.All)
        {
            if (end.Protocol == protocol && end.Takes(packet))
            {
                return string.Create(CultureInfo.InvariantCulture, $"raw {protocol}{Number(end.Owner)}");
            }
        }

        return "";
    }

    private bool IsBroadcast(in IPAddressValue address)
    {
        foreach (NetworkInterface one in transports.Network.Interfaces)
        {
            if (one.IsBroadcast(address))
            {
                return true;
            }
        }

        return false;
    }

    private static string End(in IPAddressValue address, ushort port) => address.ToSocketAddress(port).ToString();

    private static string Number(RadioSocket? socket) =>
        socket is null ? ", no socket" : socket.PoolNumber == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", socket {socket.PoolNumber}");
}
