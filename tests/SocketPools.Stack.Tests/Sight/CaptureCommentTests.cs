using System.Net;
using System.Net.Sockets;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tests.Links;

namespace SocketPools.Stack.Tests.Sight;

/// <summary>A capture names the socket of every packet, or says why it has none.</summary>
public sealed class CaptureCommentTests
{
    [Fact]
    public void Each_packet_of_a_connection_names_its_socket()
    {
        PcapngFile.Packet[] packets = Capture((near, far) =>
        {
            using PoolSocket listener = far.CreateSocket();
            listener.Bind(new IPEndPoint(IPAddress.Any, 80));
            listener.Listen(1);
            using PoolSocket client = near.CreateSocket();
            client.Bind(new IPEndPoint(IPAddress.Any, 4000));
            client.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 80));
            using PoolSocket server = listener.Accept(out _);
            client.SendAll("hello"u8);
        });
        string[] comments = [.. packets.SelectMany(packet => packet.Comments)];
        const string Ends = "tcp 192.0.2.2:80 <-> 192.0.2.1:4000";
        Assert.Equal("tcp listener 0.0.0.0:80, peer 192.0.2.1:4000, socket 1", comments[0]);
        Assert.Contains($"{Ends} ESTABLISHED, socket 2", comments);
        Assert.All(packets.Where(packet => packet.Bytes[12] == 8 && packet.Bytes[13] == 0), packet => Assert.Contains(packet.Comments, c => c.Contains("192.0.2.1:4000", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_datagram_for_nobody_says_why_it_is_dropped()
    {
        PcapngFile.Packet[] packets = Capture((near, far) =>
        {
            using PoolSocket receiver = far.CreateSocket(type: SocketType.Dgram);
            receiver.Bind(new IPEndPoint(IPAddress.Any, 7));
            using PoolSocket sender = near.CreateSocket(type: SocketType.Dgram);
            sender.Bind(new IPEndPoint(IPAddress.Any, 4000));
            sender.SendTo("x"u8, new IPEndPoint(IPAddress.Parse("192.0.2.2"), 7));
            sender.SendTo("x"u8, new IPEndPoint(IPAddress.Parse("192.0.2.2"), 9));
        });
        Assert.Equal(["udp 0.0.0.0:7, peer 192.0.2.1:4000, socket 1", "dropped: NoListener"], packets.SelectMany(packet => packet.Comments));
    }

    [Fact]
    public void Loopback_is_captured_too_and_a_wrapped_capture_knows_its_stack()
    {
        MemoryStream file = new();
        using PcapngWriter writer = new(file, leaveOpen: true);
        using (StackRadio radio = new(new StackOptions { LinkDecorator = link => new TracingLink(new CapturingLink(link, writer), TextWriter.Null) }))
        using (SocketPool pool = new(radio))
        {
            using PoolSocket socket = pool.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Dgram);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 7));
            socket.SendTo("x"u8, new IPEndPoint(IPAddress.IPv6Loopback, 7));
        }

        PcapngFile.Packet[] packets = [.. new PcapngFile(file.ToArray()).Packets];
        Assert.Equal(2, packets.Length);
        Assert.All(packets, packet => Assert.Equal(["udp [::1]:7, peer [::1]:7, socket 1"], packet.Comments));
    }

    /// <summary>Runs a body on two stacks, and returns what was captured at the far one.</summary>
    private static PcapngFile.Packet[] Capture(Action<SocketPool, SocketPool> body)
    {
        MemoryStream file = new();
        LinkPair cable = LinkPair.Create();
        using (PcapngWriter writer = new(file, leaveOpen: true))
        using (StackRadio near = new())
        using (StackRadio far = new())
        {
            near.AddInterface(cable.A).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
            far.AddInterface(new CapturingLink(cable.B, writer)).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
            using SocketPool nearPool = new(near), farPool = new(far);
            body(nearPool, farPool);
        }

        return [.. new PcapngFile(file.ToArray()).Packets];
    }
}
