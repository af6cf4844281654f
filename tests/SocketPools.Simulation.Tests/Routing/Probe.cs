using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Simulation.Tests.Routing;

/// <summary>What a host sees of routers: ICMP messages, as a RAW socket receives them, and transfers.</summary>
internal static class Probe
{
    /// <summary>Sends a datagram and waits for an ICMP message: "11/0 from 192.0.2.1", with the MTU where it has one; null when none comes.</summary>
    internal static Task<string?> SendDatagramAsync(SimulatedNode node, IPAddress to, int port = 33434, int length = 10, int timeToLive = 64, bool dontFragment = false) =>
        SendDatagramAsync(node.Pool, to, port, length, timeToLive, dontFragment);

    internal static async Task<string?> SendDatagramAsync(SocketPool pool, IPAddress to, int port = 33434, int length = 10, int timeToLive = 64, bool dontFragment = false)
    {
        bool isIPv6 = to.AddressFamily == AddressFamily.InterNetworkV6;
        using PoolSocket icmp = pool.CreateSocket(to.AddressFamily, SocketType.Raw, isIPv6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp);
        icmp.SetTimeout(10);
        using PoolSocket sender = pool.CreateSocket(to.AddressFamily, SocketType.Dgram);
        if (isIPv6)
        {
            sender.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.HopLimit, timeToLive);
        }
        else
        {
            sender.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.IpTimeToLive, timeToLive);
            sender.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.DontFragment, dontFragment);
        }

        await sender.SendToAsync(new byte[length], new IPEndPoint(to, port));
        return await ReceiveIcmpAsync(icmp);
    }

    internal static async Task<string?> ReceiveIcmpAsync(PoolSocket icmp)
    {
        byte[] buffer = new byte[2000];
        try
        {
            while (true)
            {
                ReceiveFromResult received = await icmp.ReceiveFromIntoAsync(buffer);
                ReadOnlyMemory<byte> message = buffer.AsMemory(0, received.Count);
                bool isIPv6 = icmp.Family == AddressFamily.InterNetworkV6;
                message = isIPv6 ? message : message[((message.Span[0] & 15) * 4)..];
                (int type, int code) = (message.Span[0], message.Span[1]);
                if (isIPv6 ? type >= 128 : type is 0 or 8)
                {
                    continue;
                }

                uint rest = BinaryPrimitives.ReadUInt32BigEndian(message.Span[4..]);
                return $"{type}/{code} from {received.Remote.ToIPEndPoint().Address}{(rest == 0 ? "" : $" mtu {rest & 0xFFFF}")}";
            }
        }
        catch (PoolSocketException e) when (e.Errno == Errno.ETIMEDOUT)
        {
            return null;
        }
    }

    /// <summary>Sends bytes from one node to another by TCP, and gives the address that the receiver saw.</summary>
    internal static async Task<IPEndPoint> TransferAsync(SimulatedNode from, SimulatedNode to, IPAddress address, int bytes, int port = 80)
    {
        using PoolSocket listener = to.Pool.CreateSocket(address.AddressFamily);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port));
        listener.Listen();
        using PoolSocket client = from.Pool.CreateSocket(address.AddressFamily);
        client.SetTimeout(60);
        listener.SetTimeout(60);
        await client.ConnectAsync(new IPEndPoint(address, port));
        using PoolSocket server = await listener.AcceptAsync();
        server.SetTimeout(600);
        Task sending = client.SendAllAsync(new byte[bytes]).AsTask();
        byte[] buffer = new byte[65536];
        for (int left = bytes; left > 0;)
        {
            int count = await server.ReceiveIntoAsync(buffer);
            Assert.True(count > 0, $"{left} bytes are missing");
            left -= count;
        }

        await sending;
        return server.RemoteEndPoint;
    }
}
