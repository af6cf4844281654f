using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Radios;
using SocketPools.Stack.Endpoints;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Sockets;

// What setsockopt(2) and getsockopt(2) say of UDP and RAW.
internal abstract partial class StackDatagramSocketBase
{
    private int _sendBuffer = DatagramEndpoint.DefaultReceiveLimit;
    private bool _keepAlive;
    private bool _wantsPacketInformation;

    public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value)
    {
        using (Network.Gate.EnterScope())
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            if (name is SocketOptionName.AddMembership or SocketOptionName.DropMembership)
            {
                return ChangeMembership(level, value, name == SocketOptionName.AddMembership);
            }

            return value.Length < sizeof(int) ? Errno.EINVAL : Set(level, name, MemoryMarshal.Read<int>(value));
        }
    }

    public override RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value)
    {
        using (Network.Gate.EnterScope())
        {
            if (IsClosed || value.Length < sizeof(int))
            {
                return IsClosed ? Errno.EBADF : Errno.EINVAL;
            }

            int? number = Get(level, name);
            if (number is not { } known)
            {
                return Errno.ENOPROTOOPT;
            }

            ShowUnsynchronized(); // the error has been taken, if it was asked for
            MemoryMarshal.Write(value, in known);
            return RadioResult.FromCount(sizeof(int));
        }
    }

    /// <summary>Whether options of IPv4 are set on an IPv6 socket: they are for its IPv4 packets. As on Linux, RAW has none of them.</summary>
    private bool IsForMapped(SocketOptionLevel level) =>
        level == SocketOptionLevel.IP && Family == AddressFamily.InterNetworkV6 && Type == SocketType.Dgram;

    protected virtual Errno Set(SocketOptionLevel level, SocketOptionName name, int value)
    {
        bool isOurIP = level == (Family == AddressFamily.InterNetwork ? SocketOptionLevel.IP : SocketOptionLevel.IPv6) || IsForMapped(level);
        switch (level, name)
        {
            case (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress):
                End.ReuseAddress = value != 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse) when value != 0:
                break; // ports are never shared by SO_REUSEPORT here
            case (SocketOptionLevel.Socket, SocketOptionName.Broadcast):
                End.MayBroadcast = value != 0;
                break;
            case var _ when isOurIP && name == SocketOptionName.PacketInformation:
                _wantsPacketInformation = value != 0; // always known; the flag is kept
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer):
                End.ReceiveLimit = Math.Clamp(value, 1152, int.MaxValue / 2) * 2; // as Linux: twice what was asked for
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.SendBuffer):
                _sendBuffer = Math.Clamp(value, 2304, int.MaxValue / 2) * 2; // a datagram leaves at once; the number is kept, as on Linux
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.KeepAlive):
                _keepAlive = value != 0; // there is nothing to keep alive; the flag is kept, as on Linux
                break;
            case (SocketOptionLevel.IP, SocketOptionName.DontFragment):
                End.MayNotFragment = value != 0;
                break;
            case var _ when isOurIP && name is SocketOptionName.IpTimeToLive or SocketOptionName.HopLimit:
                return SetHopLimit(value, multicast: false, IsForMapped(level));
            case var _ when isOurIP && name == SocketOptionName.MulticastTimeToLive:
                return SetHopLimit(value, multicast: true, IsForMapped(level));
            case (SocketOptionLevel.IPv6, SocketOptionName.MulticastLoopback) when isOurIP && value is not (0 or 1):
                return Errno.EINVAL; // as Linux, which takes any number for IPv4
            case var _ when isOurIP && name == SocketOptionName.MulticastLoopback:
                End.MulticastLoopback = value != 0;
                break;
            case var _ when isOurIP && name == SocketOptionName.TypeOfService:
                if (IsForMapped(level))
                {
                    End.TypeOfService = (byte)value;
                }
                else
                {
                    End.TrafficClass = (byte)value;
                }

                break;
            case (SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface):
                End.MulticastInterface = Network.InterfaceOf(value);
                return value == 0 || End.MulticastInterface is not null ? Errno.None : Errno.ENODEV;
            case (SocketOptionLevel.IP, SocketOptionName.MulticastInterface):
                return SetMulticastInterface(value);
            default:
                return Errno.ENOPROTOOPT;
        }

        return Errno.None;
    }

    protected virtual int? Get(SocketOptionLevel level, SocketOptionName name)
    {
        bool isForMapped = IsForMapped(level);
        bool isOurIP = level == (Family == AddressFamily.InterNetwork ? SocketOptionLevel.IP : SocketOptionLevel.IPv6) || isForMapped;
        return (level, name) switch
        {
            (SocketOptionLevel.Socket, SocketOptionName.Type) => (int)Type,
            (SocketOptionLevel.Socket, SocketOptionName.Error) => (int)End.TakeError(),
            (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress) => End.ReuseAddress ? 1 : 0,
            (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse) => 1,
            (SocketOptionLevel.Socket, SocketOptionName.Broadcast) => End.MayBroadcast ? 1 : 0,
            _ when isOurIP && name == SocketOptionName.PacketInformation => _wantsPacketInformation ? 1 : 0,
            (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer) => End.ReceiveLimit,
            (SocketOptionLevel.Socket, SocketOptionName.SendBuffer) => _sendBuffer,
            (SocketOptionLevel.Socket, SocketOptionName.KeepAlive) => _keepAlive ? 1 : 0,
            (SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) => 0,
            (SocketOptionLevel.IP, SocketOptionName.DontFragment) => End.MayNotFragment ? 1 : 0,
            _ when isOurIP && name is SocketOptionName.IpTimeToLive or SocketOptionName.HopLimit => isForMapped ? End.TimeToLive : End.HopLimit,
            _ when isOurIP && name == SocketOptionName.MulticastTimeToLive => isForMapped ? End.MulticastTimeToLive : End.MulticastHopLimit,
            _ when isOurIP && name == SocketOptionName.MulticastLoopback => End.MulticastLoopback ? 1 : 0,
            _ when isOurIP && name == SocketOptionName.TypeOfService => isForMapped ? End.TypeOfService : End.TrafficClass,
            _ when isOurIP && name == SocketOptionName.MulticastInterface => End.MulticastInterface?.Index ?? 0,
            _ => null,
        };
    }

    /// <summary>ip(7), ipv6(7): -1 is the default, 0..255 (1..255 for unicast of IPv4) the limit.</summary>
    private Errno SetHopLimit(int value, bool multicast, bool isForMapped)
    {
        if (value < -1 || value > 255 || (value == 0 && !multicast && (isForMapped || Family == AddressFamily.InterNetwork)))
        {
            return Errno.EINVAL;
        }

        byte limit = value >= 0 ? (byte)value : multicast ? (byte)1 : (byte)64;
        switch (multicast, isForMapped)
        {
            case (true, true):
                End.MulticastTimeToLive = limit;
                break;
            case (true, false):
                End.MulticastHopLimit = limit;
                break;
            case (false, true):
                End.TimeToLive = limit;
                break;
            case (false, false):
                End.HopLimit = limit;
                break;
        }

        return Errno.None;
    }

    /// <summary>ip(7), IP_MULTICAST_IF: an address of the interface, in network order, or 0 to choose by route.</summary>
    private Errno SetMulticastInterface(int value)
    {
        IPAddressValue address = IPAddressValue.ReadIPv4(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));
        End.MulticastInterface = address.IsUnspecified ? null : Network.Interfaces.FirstOrDefault(one => one.Owns(address));
        return address.IsUnspecified || End.MulticastInterface is not null ? Errno.None : Errno.EADDRNOTAVAIL;
    }

    /// <summary>struct ip_mreq: group, address of the interface; struct ipv6_mreq: group, number of the interface.</summary>
    private Errno ChangeMembership(SocketOptionLevel level, ReadOnlySpan<byte> value, bool join)
    {
        bool isIPv4 = Family == AddressFamily.InterNetwork || IsForMapped(level);
        if (level != (isIPv4 ? SocketOptionLevel.IP : SocketOptionLevel.IPv6))
        {
            return Errno.ENOPROTOOPT;
        }

        if (value.Length < (isIPv4 ? 8 : 20))
        {
            return Errno.EINVAL;
        }

        IPAddressValue group = isIPv4 ? IPAddressValue.ReadIPv4(value) : IPAddressValue.ReadIPv6(value);
        if (!group.IsMulticast)
        {
            return Errno.EINVAL;
        }

        NetworkInterface? one = isIPv4
            ? InterfaceOf(group, IPAddressValue.ReadIPv4(value[4..]))
            : MemoryMarshal.Read<int>(value[16..]) is var index && index != 0 ? Network.InterfaceOf(index) : ByRoute(group);
        return one is null ? Errno.ENODEV : join ? End.Join(group, one) : End.Leave(group, one);
    }

    private NetworkInterface? InterfaceOf(in IPAddressValue group, IPAddressValue address) =>
        address.IsUnspecified ? ByRoute(group) : Network.Interfaces.FirstOrDefault(one => one.Owns(address));

    private NetworkInterface? ByRoute(in IPAddressValue group) =>
        Network.FindPath(group, default, null, out NetworkPath? path) == Errno.None ? path!.Interface : null;
}
