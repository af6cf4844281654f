using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Host;

public sealed class RawTests
{
    private const int CapNetRaw = 13;
    private const string PingRange = "/proc/sys/net/ipv4/ping_group_range";

    public static TheoryData<AddressFamily, ProtocolType> Families => new()
    {
        { AddressFamily.InterNetwork, ProtocolType.Icmp },
        { AddressFamily.InterNetworkV6, ProtocolType.IcmpV6 },
    };

    [Theory, MemberData(nameof(Families))]
    public void An_echo_comes_back_over_a_raw_socket(AddressFamily family, ProtocolType protocol) => NetworkNamespace.Run(() =>
    {
        using SocketPool pool = new(new HostNetwork());
        using IcmpEcho echo = new(pool, family);
        Assert.True(echo.IsRaw);
        Assert.Equal((SocketType.Raw, protocol), (echo.Socket.Type, echo.Socket.Protocol));
        EchoOfAllSizes(echo, family);
    });

    [Theory, MemberData(nameof(Families))]
    public void Without_the_right_an_echo_comes_back_over_a_ping_socket(AddressFamily family, ProtocolType protocol) => NetworkNamespace.Run(() =>
    {
        File.WriteAllText(PingRange, "0 2147483647");
        NetworkNamespace.DropCapability(CapNetRaw);
        using SocketPool pool = new(new HostNetwork());
        using IcmpEcho echo = new(pool, family);
        Assert.False(echo.IsRaw);
        Assert.Equal((SocketType.Dgram, protocol), (echo.Socket.Type, echo.Socket.Protocol));
        EchoOfAllSizes(echo, family);
    });

    [Theory, MemberData(nameof(Families))]
    public void With_neither_right_the_error_names_what_would_help(AddressFamily family, ProtocolType protocol) => NetworkNamespace.Run(() =>
    {
        File.WriteAllText(PingRange, "1 0");
        NetworkNamespace.DropCapability(CapNetRaw);
        using SocketPool pool = new(new HostNetwork());
        PoolSocketException error = Assert.Throws<PoolSocketException>(() => pool.CreateSocket(family, SocketType.Raw, protocol));
        Assert.Equal(Errno.EPERM, error.Errno);
        Assert.Contains("CAP_NET_RAW", error.Message, StringComparison.Ordinal);
        Assert.Contains("ping_group_range", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, pool.OpenCount);
    });

    [Fact]
    public void Nobody_who_answers_is_a_timeout_after_the_time() => NetworkNamespace.Run(() =>
    {
        // A link whose far end is not there: the request goes out and is lost.
        NetworkNamespace.Ip("link add quiet0 type veth peer name quiet1");
        NetworkNamespace.Ip("link set quiet0 up");
        NetworkNamespace.Ip("link set quiet1 up");
        NetworkNamespace.Ip("addr add 198.18.0.1/24 dev quiet0");
        NetworkNamespace.Ip("neigh add 198.18.0.9 lladdr 02:00:00:00:00:09 dev quiet0");
        using SocketPool pool = new(new HostNetwork());
        using IcmpEcho echo = new(pool, AddressFamily.InterNetwork);
        EchoResult result = echo.Ping(new IPEndPoint(IPAddress.Parse("198.18.0.9"), 0), 1, "lost"u8, TimeSpan.FromSeconds(0.1));
        Assert.Equal(EchoOutcome.TimedOut, result.Outcome);
        Assert.True(result.Time >= TimeSpan.FromSeconds(0.1), result.Time.ToString());
        result = echo.PingAsync(new IPEndPoint(IPAddress.Parse("198.18.0.9"), 0), 2, "lost"u8.ToArray(), TimeSpan.FromSeconds(0.1)).AsTask().GetAwaiter().GetResult();
        Assert.Equal(EchoOutcome.TimedOut, result.Outcome);
        using CancellationTokenSource source = new();
        Task waiting = echo.PingAsync(new IPEndPoint(IPAddress.Parse("198.18.0.9"), 0), 3, "lost"u8.ToArray(), TimeSpan.FromMinutes(1), source.Token).AsTask();
        Assert.False(waiting.IsCompleted);
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => waiting.GetAwaiter().GetResult());
    });

    private static void EchoOfAllSizes(IcmpEcho echo, AddressFamily family)
    {
        IPEndPoint self = new(TestPool.Loopback(family), 0);
        ushort sequence = 0;
        foreach (int size in new[] { 0, 1, 56, 1472, 8000 })
        {
            byte[] payload = new byte[size];
            Array.Fill(payload, (byte)size);
            EchoResult result = echo.Ping(self, ++sequence, payload, TimeSpan.FromSeconds(5));
            Assert.Equal(EchoOutcome.Reply, result.Outcome);
            Assert.Equal(self.Address, result.From.ToIPAddress());
        }
    }
}
