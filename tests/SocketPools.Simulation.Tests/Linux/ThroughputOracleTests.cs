using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.Simulation.Tests.Linux;

/// <summary>
/// The rate of a transfer in the simulation beside that to a host of Linux in the same topology. The bottleneck and the delay are ours, on the stack's
/// side of a TAP device; the peer's TCP and the routers are Linux.
/// </summary>
[SupportedOSPlatform("linux")]
[Trait("Speed", "Slow")]
public class ThroughputOracleTests
{
    private const int Bytes = 2_000_000;
    private const int Queue = 60_000;
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(10);

    [Theory]
    [InlineData("direct", 0, false, 1500, 8)]
    [InlineData("one router", 1, false, 1500, 8)]
    [InlineData("two routers", 2, false, 1500, 6)]
    [InlineData("router with NAT", 1, true, 1500, 8)]
    [InlineData("router to a narrow link", 1, false, 1300, 8)]
    public void A_transfer_is_as_fast_as_to_Linux_in_the_same_topology(string topology, int routers, bool nat, int mtu, int megabits)
    {
        LinuxNamespaces.Require("nsenter", "unshare", "python3", "nft");
        double simulated = Simulate(routers, nat, mtu, megabits);
        double linux = 0;

        // Real time: another program that has the processor meanwhile makes Linux slower, never faster. The best of some tries counts.
        for (int tries = 0; tries < 10 && simulated - linux > 0.1 * linux; tries++)
        {
            linux = Math.Max(linux, Measure(routers, nat, mtu, megabits));
        }

        string line = string.Create(CultureInfo.InvariantCulture, $"{topology}: simulated {simulated:F2} Mbit/s, Linux {linux:F2} Mbit/s, {simulated / linux:F3}");
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        Assert.True(Math.Abs(simulated - linux) <= 0.1 * linux, line);
    }

    private static double Simulate(int routers, bool nat, int mtu, int megabits) => Simulation.Run(1, async sim =>
    {
        sim.Network.Latency = TimeSpan.Zero;
        SimulatedSwitch[] links = [.. Enumerable.Range(0, routers + 1).Select(i => sim.Network.AddSwitch($"s{i}", i == routers && i > 0 ? mtu : 1500, $"10.90.{i}.0/24"))];
        for (int i = 0; i < routers; i++)
        {
            SimulatedRouter router = sim.Network.AddRouter($"r{i}", links[i], links[i + 1]);
            if (nat)
            {
                router.EnableNat(links[i + 1]);
            }
        }

        SimulatedNode client = sim.Network.AddNode("client", links[0]), server = sim.Network.AddNode("server", links[^1]);
        FaultScope scope = sim.Network.On(links[0]);
        scope.Bandwidth(megabits * 1_000_000L, Queue);
        scope.Delay(s_delay);
        using PoolSocket listener = server.Pool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Any, 7));
        listener.Listen();
        Task serving = Task.Run(async () =>
        {
            using PoolSocket peer = await listener.AcceptAsync();
            byte[] buffer = new byte[65536];
            while (await peer.ReceiveIntoAsync(buffer) > 0)
            {
            }

            await peer.SendAllAsync(new byte[1]);
        });
        using PoolSocket socket = client.Pool.CreateSocket();
        TimeSpan start = sim.Elapsed;
        await socket.ConnectAsync(new IPEndPoint(server.Address, 7));
        await SendAsync(socket);
        double rate = Bytes * 8 / (sim.Elapsed - start).TotalSeconds / 1e6;
        await serving;
        return rate;
    });

    private static double Measure(int routers, bool nat, int mtu, int megabits)
    {
        double rate = 0;
        NetworkNamespace.Run(() =>
        {
            LinkFaults faults = new() { BitsPerSecond = megabits * 1_000_000L, Delay = s_delay, MaxQueuedBytes = Queue };
            using StackRadio radio = new();
            TapLink tap = TapLink.Open(new TapLinkOptions { Name = "tap0", Offloads = LinkOffloads.None });
            NetworkNamespace.Ip("address add 10.90.0.1/24 dev tap0");
            StackInterface one = radio.AddInterface(new FaultyLink(tap, new FaultyLinkOptions { Seed = 1, Inbound = faults, Outbound = faults }));
            one.AddAddress(IPAddress.Parse("10.90.0.10"), 24);
            radio.AddRoute(IPAddress.Any, 0, IPAddress.Parse("10.90.0.1"));
            using LinuxNamespaces others = new();
            IPAddress server = Build(others, routers, nat, mtu);
            string[] command = ["python3", "-c", Server, server.ToString()];
            using Process peer = routers == 0 ? LinuxNamespaces.Start(command[0], command[1..]) : others.StartIn(routers - 1, command);
            try
            {
                int port = int.Parse(peer.StandardOutput.ReadLine() ?? peer.StandardError.ReadToEnd(), CultureInfo.InvariantCulture);
                using SocketPool pool = new(radio);
                using PoolSocket socket = pool.CreateSocket();
                socket.SetTimeout(60);
                long start = Stopwatch.GetTimestamp();
                socket.Connect(new IPEndPoint(server, port));
                SendAsync(socket).GetAwaiter().GetResult();
                rate = Bytes * 8 / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e6;
            }
            finally
            {
                peer.Kill();
            }
        });
        return rate;
    }

    /// <summary>A chain: the test's own namespace is the first router, the last one is the server's.</summary>
    private static IPAddress Build(LinuxNamespaces others, int routers, bool nat, int mtu)
    {
        if (routers == 0)
        {
            return IPAddress.Parse("10.90.0.1");
        }

        LinuxNamespaces.Forward();
        for (int i = 1; i <= routers; i++)
        {
            int next = others.Add();
            string size = i == routers ? $" mtu {mtu}" : "";
            string link = $"ip link add near{i}{size} type veth peer name far{i}{size} && ip link set far{i} netns {others.ProcessOf(next)} && ip address add 10.90.{i}.1/24 dev near{i} && ip link set near{i} up";
            if (i == 1)
            {
                NetworkNamespace.Command("sh", $"-c \"{link}\"");
            }
            else
            {
                others.Run(next - 1, link);
                others.Run(next - 1, "echo 1 > /proc/sys/net/ipv4/ip_forward");
            }

            others.Run(next, $"ip address add 10.90.{i}.2/24 dev far{i} && ip link set far{i} up && ip route add 10.90.0.0/24 via 10.90.{i}.1{(mtu < 1500 ? " advmss 1460" : "")}");
            if (i == 2)
            {
                NetworkNamespace.Ip("route add 10.90.2.0/24 via 10.90.1.2");
            }
        }

        if (nat)
        {
            NetworkNamespace.Command("nft", "add table ip nat");
            NetworkNamespace.Command("nft", "\"add chain ip nat post { type nat hook postrouting priority 100 ; }\"");
            NetworkNamespace.Command("nft", "add rule ip nat post oifname near1 masquerade");
        }

        return IPAddress.Parse($"10.90.{routers}.2");
    }

    // What was sent is there when the peer has seen its end and answered.
    private static async Task SendAsync(PoolSocket socket)
    {
        await socket.SendAllAsync(new byte[Bytes]);
        socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Equal(1, await socket.ReceiveIntoAsync(new byte[1]));
    }

    private const string Server = """
        import socket, sys
        listener = socket.create_server((sys.argv[1], 0))
        print(listener.getsockname()[1], flush=True)
        peer, _ = listener.accept()
        while peer.recv(65536):
            pass
        peer.sendall(b"x")
        sys.stdin.read()
        """;
}
