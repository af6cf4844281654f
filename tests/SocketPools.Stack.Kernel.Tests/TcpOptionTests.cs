using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>TCP_MAXSEG, TCP_CORK, TCP_LINGER2, TCP_USER_TIMEOUT and TCP_NOTSENT_LOWAT of tcp(7): the kernel's answers are ours.</summary>
public sealed class TcpOptionTests
{
    private const int TcpLevel = 6;
    private const int MaxSegment = 2;
    private const int Cork = 3;
    private const int Linger2 = 8;
    private const int UserTimeout = 18;
    private const int NotSentLowWater = 25;

    [Theory]
    [InlineData(MaxSegment)]
    [InlineData(Cork)]
    [InlineData(Linger2)]
    [InlineData(UserTimeout)]
    [InlineData(NotSentLowWater)]
    public void Setting_and_reading_back_is_as_with_the_kernel(int name) => KernelNetwork.Run(network =>
    {
        foreach (bool ipv6 in (bool[])[false, true])
        {
            using PoolSocket ours = network.OurSocket(ipv6);
            using Socket kernels = KernelNetwork.KernelSocket(ipv6);
            Assert.Equal(Get(kernels, name), Get(ours, name));
            foreach (int value in (int[])[1, 0, -1, int.MinValue, int.MaxValue, 2, 48, 87, 88, 100, 119, 120, 121, 536, 1000, 1448, 9000, 32767, 32768, 65536, 0])
            {
                Assert.Equal((value, Set(kernels, name, value)), (value, Set(ours, name, value)));
                Assert.Equal((value, Get(kernels, name)), (value, Get(ours, name)));
            }
        }
    });

    /// <summary>Set before the connection it limits both directions, at a listener for those that it accepts; later it changes nothing.</summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void The_longest_segment_is_agreed_on_as_between_two_kernels(bool ipv6, bool isTimestamped) => KernelNetwork.Run(network =>
    {
        Programs.Sysctl("net.ipv4.tcp_timestamps", isTimestamped ? 1 : 0);
        foreach ((int client, int server) in ((int, int)[])[(0, 0), (1000, 0), (0, 1000), (700, 900), (900, 700), (88, 0), (32767, 0)])
        {
            (int, int) expected = Connect(network, ipv6, client, server, isClientOurs: null);
            Assert.Equal((client, server, expected), (client, server, Connect(network, ipv6, client, server, isClientOurs: true)));
            Assert.Equal((client, server, expected), (client, server, Connect(network, ipv6, client, server, isClientOurs: false)));
        }
    });

    // What both ends show once they are connected. Two kernels talk over the kernel's own address, whose route has the MTU of a link.
    private static (int Client, int Server) Connect(KernelNetwork network, bool ipv6, int clientValue, int serverValue, bool? isClientOurs)
    {
        if (isClientOurs is true)
        {
            using Socket listener = KernelNetwork.KernelListener(ipv6);
            Limit(listener, serverValue);
            using PoolSocket client = network.OurSocket(ipv6);
            Limit(client, clientValue);
            client.Connect((IPEndPoint)listener.LocalEndPoint!);
            using Socket server = listener.Accept();
            Talk(client.SendAll, server.Receive);
            Talk(data => Transfer.Send(server, data), client.ReceiveInto);
            (int, int) result = (Get(client, MaxSegment), Get(server, MaxSegment));
            Assert.Equal(0, Set(client, MaxSegment, 600));
            Assert.Equal(result.Item1, Get(client, MaxSegment));
            return result;
        }

        if (isClientOurs is false)
        {
            using PoolSocket listener = network.OurListener(ipv6);
            Limit(listener, serverValue);
            using Socket client = KernelNetwork.KernelSocket(ipv6);
            Limit(client, clientValue);
            client.Connect(listener.LocalEndPoint);
            using PoolSocket server = listener.Accept();
            server.Timeout = KernelNetwork.Patience;
            Talk(server.SendAll, client.Receive);
            Talk(data => Transfer.Send(client, data), server.ReceiveInto);
            return (Get(client, MaxSegment), Get(server, MaxSegment));
        }

        Programs.Run("ip", "link", "set", "lo", "up", "mtu", "1500");
        using Socket kernelListener = KernelNetwork.KernelSocket(ipv6);
        kernelListener.Bind(new IPEndPoint(ipv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, 0));
        kernelListener.Listen(1);
        Limit(kernelListener, serverValue);
        using Socket kernelClient = KernelNetwork.KernelSocket(ipv6);
        Limit(kernelClient, clientValue);
        kernelClient.Connect(kernelListener.LocalEndPoint!);
        using Socket kernelServer = kernelListener.Accept();
        Talk(data => Transfer.Send(kernelClient, data), kernelServer.Receive);
        Talk(data => Transfer.Send(kernelServer, data), kernelClient.Receive);
        return (Get(kernelClient, MaxSegment), Get(kernelServer, MaxSegment));
    }

    // Enough that both have seen full segments.
    private static void Talk(Transfer.SendAll send, Transfer.Receive receive)
    {
        byte[] text = new byte[50_000];
        send(text);
        Transfer.ReceiveExactly(receive, text);
    }

    private static void Limit(Socket socket, int value)
    {
        if (value != 0)
        {
            Assert.Equal(0, Set(socket, MaxSegment, value));
        }
    }

    private static void Limit(PoolSocket socket, int value)
    {
        if (value != 0)
        {
            Assert.Equal(0, Set(socket, MaxSegment, value));
        }
    }

    private static int Set(PoolSocket socket, int name, int value)
    {
        try
        {
            socket.SetRawSocketOption(TcpLevel, name, MemoryMarshal.AsBytes<int>([value]));
            return 0;
        }
        catch (PoolSocketException error)
        {
            return (int)error.Errno;
        }
    }

    private static int Set(Socket socket, int name, int value)
    {
        try
        {
            socket.SetRawSocketOption(TcpLevel, name, MemoryMarshal.AsBytes<int>([value]));
            return 0;
        }
        catch (SocketException error)
        {
            return error.NativeErrorCode;
        }
    }

    private static int Get(PoolSocket socket, int name)
    {
        Span<int> value = [0];
        Assert.Equal(sizeof(int), socket.GetRawSocketOption(TcpLevel, name, MemoryMarshal.AsBytes(value)));
        return value[0];
    }

    private static int Get(Socket socket, int name)
    {
        Span<int> value = [0];
        Assert.Equal(sizeof(int), socket.GetRawSocketOption(TcpLevel, name, MemoryMarshal.AsBytes(value)));
        return value[0];
    }
}
