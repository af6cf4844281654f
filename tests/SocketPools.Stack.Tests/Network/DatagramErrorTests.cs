using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Tests.Hostile;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Tests.Hostile.HostileBench;

namespace SocketPools.Stack.Tests.Network;

/// <summary>
/// What an ICMP error means to sockets of datagrams, for every type and code: the table is that of Linux 6.18, asked over a TUN device.
/// </summary>
[Collection(Alone.Name)]
public sealed class DatagramErrorTests
{
    private const byte RawProtocol = 200;

    public static TheoryData<bool, bool, bool> Kinds => new(
        from isIPv6 in new[] { false, true } from isRaw in new[] { false, true } from isConnected in new[] { false, true } select (isIPv6, isRaw, isConnected));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_ICMP_error_is_told_as_on_Linux(bool isIPv6, bool isRaw, bool isConnected)
    {
        using HostileBench b = new();
        List<string> differences = [];
        foreach ((byte type, byte code) in Errors(isIPv6))
        {
            Errno expected = isConnected ? (isIPv6 ? MeaningIPv6(type, code) : MeaningIPv4(type, code)) : Errno.None;
            Errno told = Told(b, isIPv6, isRaw, isConnected, type, code);
            if (told != expected)
            {
                differences.Add($"type {type}, code {code}: {told}, Linux has {expected}");
            }
        }

        Assert.Empty(differences);
    }

    // Packet Too Big is PathMtuTests'.
    private static IEnumerable<(byte Type, byte Code)> Errors(bool isIPv6)
    {
        byte[] types = isIPv6 ? [1, 3, 4, 5, 100, 127, 129, 137] : [3, 4, 5, 11, 12, 13];
        return from type in types from code in Enumerable.Range(0, 18) where isIPv6 || type != 3 || code != 4 select (type, (byte)code);
    }

    // Code 8 is ENONET on Linux, which a pool does not know.
    private static Errno MeaningIPv4(byte type, byte code) => (type, code) switch
    {
        (3, 2) => Errno.ENOPROTOOPT,
        (3, 3) => Errno.ECONNREFUSED,
        (3, 6 or 9) => Errno.ENETUNREACH,
        (3, 7) => Errno.EHOSTDOWN,
        (3, 8 or 10 or 13 or 14 or 15) => Errno.EHOSTUNREACH,
        (12, _) => Errno.EPROTO,
        _ => Errno.None,
    };

    private static Errno MeaningIPv6(byte type, byte code) => (type, code) switch
    {
        (1, 1 or 5 or 6) => Errno.EACCES,
        (1, 4) => Errno.ECONNREFUSED,
        (1, > 6) or (4, _) => Errno.EPROTO,
        _ => Errno.None,
    };

    private static Errno Told(HostileBench b, bool isIPv6, bool isRaw, bool isConnected, byte type, byte code)
    {
        AddressFamily family = isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        ProtocolType protocol = isRaw ? (ProtocolType)RawProtocol : ProtocolType.Udp;
        Assert.False(b.Radio.OpenSocket(family, isRaw ? SocketType.Raw : SocketType.Dgram, protocol, out RadioSocket? socket).Failed);
        IPEndPoint peer = new(IPAddress.Parse(isIPv6 ? "2001:db8::1" : "192.0.2.1"), isRaw ? 0 : 9);
        if (isConnected)
        {
            Assert.False(socket!.TryConnect(peer).Failed);
        }

        Assert.False(socket!.TrySendTo(new byte[20], peer).Failed);
        byte[] packet = b.TakeSent().Single(frame => IsSent(frame, isIPv6, isRaw))[EthernetHeader.Length..];
        b.GivePacket(IcmpError(isIPv6, type, code, packet));
        b.TakeSent();
        byte[] error = new byte[4];
        Assert.False(socket.GetOption(SocketOptionLevel.Socket, SocketOptionName.Error, error).Failed);
        socket.Close();
        return (Errno)BitConverter.ToInt32(error);
    }

    private static bool IsSent(byte[] frame, bool isIPv6, bool isRaw) => frame[12] == (isIPv6 ? 0x86 : 0x08)
        && frame[isIPv6 ? 20 : 23] == (isRaw ? RawProtocol : IPProtocol.Udp);
}
