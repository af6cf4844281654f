using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Tests.Hostile;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Tests.Hostile.HostileBench;

namespace SocketPools.Stack.Tests.Network;

/// <summary>What an ICMP error about a SYN means to who connects: Linux's icmp_err_convert, icmpv6_err_convert and tcp_v4_err.</summary>
[Collection(Alone.Name)]
public sealed class ConnectErrorTests
{
    [Theory]
    [InlineData(3, 0, Errno.ENETUNREACH)]
    [InlineData(3, 1, Errno.EHOSTUNREACH)]
    [InlineData(3, 2, Errno.ENOPROTOOPT)]
    [InlineData(3, 3, Errno.ECONNREFUSED)]
    [InlineData(3, 5, Errno.EOPNOTSUPP)]
    [InlineData(3, 6, Errno.ENETUNREACH)]
    [InlineData(3, 7, Errno.EHOSTDOWN)]
    [InlineData(3, 9, Errno.ENETUNREACH)]
    [InlineData(3, 10, Errno.EHOSTUNREACH)]
    [InlineData(3, 11, Errno.ENETUNREACH)]
    [InlineData(3, 12, Errno.EHOSTUNREACH)]
    [InlineData(3, 13, Errno.EHOSTUNREACH)]
    [InlineData(3, 14, Errno.EHOSTUNREACH)]
    [InlineData(3, 15, Errno.EHOSTUNREACH)]
    [InlineData(3, 16, Errno.None)]
    [InlineData(4, 0, Errno.None)]
    [InlineData(5, 1, Errno.None)]
    [InlineData(11, 0, Errno.EHOSTUNREACH)]
    [InlineData(11, 1, Errno.EHOSTUNREACH)]
    [InlineData(12, 0, Errno.EPROTO)]
    public void An_ICMP_error_ends_a_connect_at_once(byte type, byte code, Errno expected) => Run(false, type, code, expected);

    [Theory]
    [InlineData(1, 0, Errno.ENETUNREACH)]
    [InlineData(1, 1, Errno.EACCES)]
    [InlineData(1, 2, Errno.EHOSTUNREACH)]
    [InlineData(1, 3, Errno.EHOSTUNREACH)]
    [InlineData(1, 4, Errno.ECONNREFUSED)]
    [InlineData(1, 5, Errno.EACCES)]
    [InlineData(1, 6, Errno.EACCES)]
    [InlineData(1, 7, Errno.EPROTO)]
    [InlineData(1, 255, Errno.EPROTO)]
    [InlineData(3, 0, Errno.EHOSTUNREACH)]
    [InlineData(4, 0, Errno.EPROTO)]
    [InlineData(4, 1, Errno.EPROTO)]
    [InlineData(4, 2, Errno.EPROTO)]
    [InlineData(100, 0, Errno.EPROTO)]
    [InlineData(129, 0, Errno.None)]
    [InlineData(137, 0, Errno.None)]
    public void So_does_one_of_ICMPv6(byte type, byte code, Errno expected) => Run(true, type, code, expected);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_error_to_a_group_or_about_another_attempt_says_nothing(bool isIPv6)
    {
        using HostileBench b = new();
        (RadioSocket socket, byte[] syn) = Connect(b, isIPv6);
        byte[] other = [.. syn];
        other[(isIPv6 ? 40 : 20) + 4] ^= 1; // another sequence number
        b.Give(Craft.Ethernet(IcmpError(isIPv6, isIPv6 ? (byte)1 : (byte)3, 1, other)));
        byte[] toGroup = isIPv6
            ? Craft.IcmpPacket(Peer6, IPAddressValue.AllNodes, Icmpv6Message.Unreachable(Icmpv6Unreachable.Prohibited), syn)
            : Craft.IcmpPacket(Peer, IPAddressValue.AllHosts, Icmpv4Message.Unreachable(Icmpv4Unreachable.Host), syn);
        b.GivePacket(toGroup);
        Assert.Equal(Errno.EAGAIN, socket.TrySend(new byte[1]).Errno);
    }

    private static void Run(bool isIPv6, byte type, byte code, Errno expected)
    {
        using HostileBench b = new();
        (RadioSocket socket, byte[] syn) = Connect(b, isIPv6);
        b.Give(Craft.Ethernet(IcmpError(isIPv6, type, code, syn)));
        Assert.Equal(expected == Errno.None ? Errno.EAGAIN : expected, socket.TrySend(new byte[1]).Errno);
    }

    private static (RadioSocket Socket, byte[] Syn) Connect(HostileBench b, bool isIPv6)
    {
        RadioSocket socket = b.Open(SocketType.Stream, isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        socket.TryConnect(new IPEndPoint(IPAddress.Parse(isIPv6 ? "2001:db8::1" : "192.0.2.1"), 80));
        return (socket, Assert.Single(b.TakeSent())[EthernetHeader.Length..]);
    }
}
