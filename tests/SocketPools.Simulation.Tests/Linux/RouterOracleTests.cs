using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SocketPools.Radios;
using SocketPools.Simulation.Tests.Routing;

namespace SocketPools.Simulation.Tests.Linux;

/// <summary>The simulation's router beside Linux: the same hosts do the same on both sides of it, and see the same.</summary>
[SupportedOSPlatform("linux")]
[Trait("Speed", "Slow")]
public class RouterOracleTests
{
    [Fact]
    public void Errors_fragments_and_echoes_of_a_router_are_those_of_Linux() => Compare(nat: false, async world =>
    {
        List<string> seen = [];
        foreach ((string to, bool dontFragment) in ((string, bool)[])[("203.0.113.10", true), ("2001:db8:2::a", false)])
        {
            IPAddress far = IPAddress.Parse(to);
            seen.Add($"{to} closed port: {await Probe.SendDatagramAsync(world.Inside, far)}");
            seen.Add($"{to} used up: {await Probe.SendDatagramAsync(world.Inside, far, timeToLive: 1)}");
            seen.Add($"{to} too long: {await Probe.SendDatagramAsync(world.Inside, far, length: 1400, dontFragment: dontFragment)}");
        }

        foreach (string to in (string[])["192.0.2.99", "2001:db8:ffff::1", "203.0.113.200", "2001:db8:2::200", "192.168.1.1", "2001:db8:1::1", "203.0.113.1"])
        {
            seen.Add($"{to}: {await Probe.SendDatagramAsync(world.Inside, IPAddress.Parse(to))}");
        }

        using PoolSocket receiver = Udp(world.Outside, 7);
        using PoolSocket sender = Udp(world.Inside, 7);
        byte[] text = new byte[3000];
        new Random(1).NextBytes(text);
        await sender.SendToAsync(text, new IPEndPoint(IPAddress.Parse("203.0.113.11"), 7));
        byte[] buffer = new byte[4000];
        int count = await receiver.ReceiveIntoAsync(buffer);
        seen.Add($"in fragments: {count} bytes, {buffer.AsSpan(0, count).SequenceEqual(text)}");
        foreach (string to in (string[])["192.168.1.1", "203.0.113.1", "2001:db8:2::1"])
        {
            using PoolSocket client = world.Inside.CreateSocket(IPAddress.Parse(to).AddressFamily);
            seen.Add($"connect to {to}: {await ErrnoOfAsync(() => client.ConnectAsync(new IPEndPoint(IPAddress.Parse(to), 81)).AsTask())}");
            using Icmp echo = new(world.Inside, IPAddress.Parse(to));
            seen.Add($"echo to {to}: {await echo.PingAsync()}");
        }

        using Icmp through = new(world.Inside, IPAddress.Parse("203.0.113.10"));
        seen.Add($"echo through: {await through.PingAsync()}");
        return [.. seen];
    });

    [Fact]
    public void Translation_of_addresses_is_that_of_Linux() => Compare(nat: true, async world =>
    {
        List<string> seen = [];
        byte[] buffer = new byte[100];
        IPEndPoint far = new(IPAddress.Parse("203.0.113.10"), 7);
        using PoolSocket server = Udp(world.Outside, 7), stranger = Udp(world.Outside, 8);
        using PoolSocket one = Udp(world.Inside, 5000, "192.168.1.10"), two = Udp(world.Inside, 5000, "192.168.1.11");
        await one.SendToAsync("1"u8.ToArray(), far);
        IPEndPoint first = (await server.ReceiveFromIntoAsync(buffer)).Remote.ToIPEndPoint();
        seen.Add($"seen outside: {first}");
        await two.SendToAsync("2"u8.ToArray(), far);
        IPEndPoint second = (await server.ReceiveFromIntoAsync(buffer)).Remote.ToIPEndPoint();
        seen.Add($"second host: {second.Address}, the same port {first.Port == second.Port}");
        await server.SendToAsync("a"u8.ToArray(), first);
        await server.SendToAsync("b"u8.ToArray(), second);
        seen.Add($"answers: {await TextAsync(one)} {await TextAsync(two)}");

        // Who was not asked is refused by the router itself.
        await stranger.SendToAsync("x"u8.ToArray(), first);
        seen.Add($"stranger: {await TextAsync(one)}");
        seen.Add($"nobody asked: {await Probe.SendDatagramAsync(world.Outside, IPAddress.Parse("203.0.113.1"), port: 4444)}");
        using PoolSocket uninvited = world.Outside.CreateSocket();
        seen.Add($"connect from outside: {await ErrnoOfAsync(() => uninvited.ConnectAsync(new IPEndPoint(IPAddress.Parse("203.0.113.1"), 82)).AsTask())}");

        // Errors about translated packets.
        seen.Add($"closed port: {await Probe.SendDatagramAsync(world.Inside, far.Address)}");
        seen.Add($"used up: {await Probe.SendDatagramAsync(world.Inside, far.Address, timeToLive: 1)}");
        seen.Add($"too long: {await Probe.SendDatagramAsync(world.Inside, far.Address, length: 1400, dontFragment: true)}");
        seen.Add($"no host: {await Probe.SendDatagramAsync(world.Inside, IPAddress.Parse("203.0.113.200"))}");
        using PoolSocket refused = world.Inside.CreateSocket();
        seen.Add($"refused: {await ErrnoOfAsync(() => refused.ConnectAsync(new IPEndPoint(far.Address, 83)).AsTask())}");
        using PoolSocket connected = world.Inside.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        await connected.ConnectAsync(new IPEndPoint(far.Address, 84));
        await connected.SendAsync("x"u8.ToArray());
        connected.SetTimeout(3);
        seen.Add($"told: {await ErrnoOfAsync(() => connected.ReceiveIntoAsync(buffer).AsTask())}");
        using Icmp echo = new(world.Inside, far.Address);
        seen.Add($"echo: {await echo.PingAsync()}");

        // A connection from inside, and one to a port that is forwarded.
        seen.Add($"TCP: {await ConnectionAsync(world.Inside, world.Outside, far.Address, 80, 80)}");
        seen.Add($"forwarded: {await ConnectionAsync(world.Outside, world.Inside, IPAddress.Parse("203.0.113.1"), 8080, 80)}");
        return [.. seen];
    });

    private static void Compare(bool nat, Func<RouterWorld, Task<string[]>> body)
    {
        string[] ours = RouterWorld.RunSimulated(nat, body);
        string[] linux = RouterWorld.RunOnLinux(nat, body);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(Environment.NewLine, linux));
        Assert.Equal(linux, ours);
        Assert.True(ours.Length > 10);
    }

    private static PoolSocket Udp(SocketPool pool, int port, string address = "0.0.0.0")
    {
        PoolSocket socket = pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        socket.SetTimeout(3);
        return socket;
    }

    private static async Task<string> TextAsync(PoolSocket socket)
    {
        byte[] buffer = new byte[100];
        try
        {
            return System.Text.Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveIntoAsync(buffer));
        }
        catch (PoolSocketException e)
        {
            return $"{e.Errno}";
        }
    }

    private static async Task<string> ErrnoOfAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "none";
        }
        catch (PoolSocketException e)
        {
            return $"{e.Errno}";
        }
    }

    private static async Task<string> ConnectionAsync(SocketPool from, SocketPool to, IPAddress address, int port, int listening)
    {
        using PoolSocket listener = to.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Any, listening));
        listener.Listen();
        listener.SetTimeout(20);
        using PoolSocket client = from.CreateSocket();
        client.SetTimeout(20);
        await client.ConnectAsync(new IPEndPoint(address, port));
        using PoolSocket server = await listener.AcceptAsync();
        byte[] text = new byte[200_000];
        Task sending = client.SendAllAsync(text).AsTask();
        byte[] buffer = new byte[65536];
        int left = text.Length;
        while (left > 0 && await server.ReceiveIntoAsync(buffer) is > 0 and int count)
        {
            left -= count;
        }

        await sending;
        return $"{server.RemoteEndPoint.Address}, {left} bytes missing, the same port {server.RemoteEndPoint.Port == client.LocalEndPoint.Port}";
    }

    /// <summary>An echo and its outcome.</summary>
    private sealed class Icmp(SocketPool pool, IPAddress to) : IDisposable
    {
        private readonly IcmpEcho _echo = new(pool, to.AddressFamily);

        public void Dispose() => _echo.Dispose();

        internal async Task<EchoOutcome> PingAsync() => (await _echo.PingAsync(new IPSocketAddress(to, 0), 1, new byte[8], TimeSpan.FromSeconds(3))).Outcome;
    }
}
