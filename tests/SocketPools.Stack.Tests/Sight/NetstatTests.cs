using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Links;
using SocketPools.Stack.Names;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Tests.Radio;

namespace SocketPools.Stack.Tests.Sight;

/// <summary>What can be seen of a stack, from both ends of a cable.</summary>
public sealed class NetstatTests
{
    [Fact]
    public void Both_ends_of_a_connection_agree_about_it()
    {
        using StackPair pair = new("192.0.2.1", "192.0.2.2", 24);
        using SocketPool near = new(pair.Near), far = new(pair.Far);
        using PoolSocket listener = Listen(far, 80, 4);
        using PoolSocket client = near.CreateSocket();
        client.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 80));
        using PoolSocket server = listener.Accept(out _);
        client.SendAll("hello"u8);
        StackSocketInfo a = Single(pair.Near, "ESTAB");
        StackSocketInfo b = Single(pair.Far, "ESTAB");
        Assert.Equal((a.Local, a.Remote), (b.Remote, b.Local));
        Assert.Equal((0, 5), (a.ReceiveQueue, b.ReceiveQueue));
        Assert.Equal(near.GetOpenSockets().Single().Id, a.Socket);
        Assert.Equal(far.GetOpenSockets()[1].Id, b.Socket);
        Diagnostics.TcpInfo x = a.Tcp!, y = b.Tcp!;
        Assert.Equal((1448, 1500, true, true, "cubic"), (x.Mss, x.Pmtu, x.Timestamps, x.Sack, x.CongestionControl));
        Assert.Equal((x.Mss, x.SendScale, x.ReceiveScale), (y.Mss, y.ReceiveScale, y.SendScale));
        Assert.True(x.SendScale > 0 && x.Cwnd >= 10 * x.Mss && x.Ssthresh is null && x.RttMs is not null && x.RtoMs >= 200);
        string text = pair.Near.GetSnapshot().ToString();
        Assert.Contains("ESTAB", text, StringComparison.Ordinal);
        Assert.Contains("wscale:", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_listener_tells_its_queues_and_what_it_refused()
    {
        using StackPair pair = new("192.0.2.1", "192.0.2.2", 24);
        using SocketPool near = new(pair.Near), far = new(pair.Far);
        using PoolSocket listener = Listen(far, 80, 1);
        PoolSocket[] clients = [.. Enumerable.Range(0, 3).Select(_ => near.CreateSocket())];
        foreach (PoolSocket client in clients)
        {
            client.Timeout = TimeSpan.Zero;
            Assert.Throws<PoolSocketException>(() => client.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 80)));
        }

        // As on Linux one more than the backlog waits.
        ListenerInfo listen = Single(pair.Far, "LISTEN").Listen!;
        Assert.Equal((2, 1, 1), (listen.Waiting, listen.Backlog, listen.DroppedAcceptQueueFull));
        Assert.Equal(1, pair.Far.Counters.Dropped(DropReason.AcceptQueue));
        Assert.Equal("SYN-SENT", Assert.Single(pair.Near.GetSnapshot().Sockets, row => row.State != "ESTAB").State);
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public void The_json_says_what_the_tables_say_under_the_documented_names()
    {
        using StackPair pair = new("2001:db8::1", "2001:db8::2", 64);
        using SocketPool near = new(pair.Near);
        pair.Near.AddRoute(IPAddress.IPv6Any, 0, IPAddress.Parse("2001:db8::2"));
        using PoolSocket socket = near.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Dgram);
        socket.SendTo("x"u8, new IPEndPoint(IPAddress.Parse("2001:db8::2"), 9));
        StackSnapshot snapshot = pair.Near.GetSnapshot();
        Assert.Equal(snapshot.ToString(), StackSnapshot.FromJson(snapshot.ToJson()).ToString());
        using JsonDocument json = JsonDocument.Parse(snapshot.ToJson());
        Assert.Equal(
            ["radio", "time", "sockets", "interfaces", "routes", "neighbors", "pathMtus", "limits", "counters", "droppedByReason"],
            json.RootElement.EnumerateObject().Select(property => property.Name));
        JsonElement neighbor = Assert.Single(json.RootElement.GetProperty("neighbors").EnumerateArray());
        Assert.Equal(("2001:db8::2", "REACHABLE"), (neighbor.GetProperty("address").GetString(), neighbor.GetProperty("state").GetString()));
        Assert.Equal("2001:db8::2", json.RootElement.GetProperty("routes").EnumerateArray().Last().GetProperty("gateway").GetString());
    }

    [Fact]
    public void The_order_depends_on_what_there_is_and_not_on_when_it_came()
    {
        int[] ports = [1000, 9, 70, 2000];
        Assert.Equal(Locals(ports), Locals([.. ports.Reverse()]));
        Assert.Equal(["0.0.0.0:9", "0.0.0.0:70", "0.0.0.0:1000", "0.0.0.0:2000"], Locals(ports));

        static string[] Locals(int[] ports)
        {
            using StackRadio radio = new();
            using SocketPool pool = new(radio);
            foreach (int port in ports)
            {
                pool.CreateSocket(type: SocketType.Dgram).Bind(new IPEndPoint(IPAddress.Any, port));
            }

            return [.. radio.GetSnapshot().Sockets.Select(row => row.Local)];
        }
    }

    [Fact]
    public void Every_limit_that_can_be_set_is_in_the_table()
    {
        using StackRadio radio = new();
        HashSet<string> shown = [.. radio.GetSnapshot().Limits.Select(limit => limit.Setting)];

        // How often and how long, not how many; buffers are each connection's own and in its row; servers and addresses are cut, not refused.
        string[] others =
        [
            "Tcp.MaxReceiveBuffer", "Tcp.MaxSendBuffer", "Tcp.MaxRetransmissions", "Tcp.MaxSynRetransmissions", "Tcp.MaxSynAckRetransmissions",
            "Tcp.MaxOrphanRetransmissions", "Dns.MaxServers", "Dns.MaxAddresses",
        ];
        string[] missing =
        [
            .. Limits(typeof(StackOptions), "").Concat(Limits(typeof(TcpOptions), "Tcp.")).Concat(Limits(typeof(DnsOptions), "Dns."))
                .Where(name => !shown.Contains(name) && !others.Contains(name)),
        ];
        Assert.Empty(missing);

        static IEnumerable<string> Limits(Type type, string prefix) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.PropertyType == typeof(int) && p.Name.StartsWith("Max", StringComparison.Ordinal)).Select(p => prefix + p.Name);
    }

    [Fact]
    public void What_is_dropped_is_counted_by_reason_and_interface()
    {
        using StackPair pair = new("192.0.2.1", "192.0.2.2", 24);
        using SocketPool near = new(pair.Near), far = new(pair.Far);
        using PoolSocket sender = near.CreateSocket(type: SocketType.Dgram);
        IPAddress there = IPAddress.Parse("192.0.2.2");
        sender.SendTo("x"u8, new IPEndPoint(there, 9));
        using PoolSocket client = near.CreateSocket();
        Assert.Throws<PoolSocketException>(() => client.Connect(new IPEndPoint(there, 9)));
        StackSnapshot snapshot = pair.Far.GetSnapshot();
        Assert.Equal(2, Count(snapshot.Interfaces[1].Dropped, "noListener"));
        Assert.Equal((2, 1), (Count(snapshot.DroppedByReason, "noListener"), Count(snapshot.DroppedByReason, "tcpNoConnection")));
        Assert.Empty(snapshot.Interfaces[0].Dropped);
        Assert.Equal((snapshot.Interfaces[1].FramesSent, snapshot.Interfaces[1].BytesSent),
            (pair.Near.GetSnapshot().Interfaces[1].FramesReceived, pair.Near.GetSnapshot().Interfaces[1].BytesReceived));
    }

    [Fact]
    public void A_full_receive_queue_is_told_at_its_socket()
    {
        using StackPair pair = new("192.0.2.1", "192.0.2.2", 24);
        using SocketPool near = new(pair.Near), far = new(pair.Far);
        using PoolSocket receiver = far.CreateSocket(type: SocketType.Dgram);
        receiver.Bind(new IPEndPoint(IPAddress.Any, 7));
        using PoolSocket sender = near.CreateSocket(type: SocketType.Dgram);
        for (int i = 0; i < 1000; i++)
        {
            sender.SendTo("x"u8, new IPEndPoint(IPAddress.Parse("192.0.2.2"), 7));
        }

        StackSnapshot snapshot = pair.Far.GetSnapshot();
        StackSocketInfo row = Assert.Single(snapshot.Sockets);
        Assert.InRange(row.Dropped, 1, 999);
        Assert.Equal(row.Dropped, Count(snapshot.DroppedByReason, "receiveQueue"));
        Assert.Equal(row.Dropped, snapshot.Limits.Single(limit => limit.Name == "packetReceiveBuffer").Rejected);
    }

    [Fact]
    public void Routes_and_groups_have_an_end()
    {
        LinkPair cable = LinkPair.Create();
        using StackRadio radio = new(new StackOptions { MaxRoutes = 4, MaxGroupsPerSocket = 2 });
        using ILink other = cable.B;
        radio.AddInterface(cable.A).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        IPAddress gateway = IPAddress.Parse("192.0.2.9");
        radio.AddRoute(IPAddress.Any, 0, gateway);
        Assert.Throws<InvalidOperationException>(() => radio.AddRoute(IPAddress.Parse("10.0.0.0"), 8, gateway));
        LimitInfo routes = radio.GetSnapshot().Limits.Single(limit => limit.Name == "routes");
        Assert.Equal((4, 4, 1), (routes.Used, routes.Limit, routes.Rejected));
        using SocketPool pool = new(radio);
        using PoolSocket socket = pool.CreateSocket(type: SocketType.Dgram);
        Join(1);
        Join(2);
        Assert.Equal(Errno.ENOBUFS, Assert.Throws<PoolSocketException>(() => Join(3)).Errno);
        Assert.Equal(1, radio.Counters.GroupJoinsRejected);

        void Join(byte last) =>
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, (byte[])[239, 0, 0, last, 192, 0, 2, 1]);
    }

    private static PoolSocket Listen(SocketPool pool, int port, int backlog)
    {
        PoolSocket listener = pool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen(backlog);
        return listener;
    }

    private static StackSocketInfo Single(StackRadio radio, string state) => Assert.Single(radio.GetSnapshot().Sockets, row => row.State == state);

    private static long Count(IReadOnlyList<CounterInfo> rows, string name) => rows.Single(row => row.Name == name).Count;
}
