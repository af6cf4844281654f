using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Streams;

/// <summary>Connecting to a host with several addresses, against the kernel.</summary>
public sealed class ConnectionHostTests
{
    [Fact]
    public async Task An_address_that_answers_nothing_loses_against_one_that_does()
    {
        HookedRadio radio = new() { Answer = Rows("127.0.0.2", "127.0.0.1") };
        using SocketPool pool = new(radio);
        using TestPool servers = new();
        using PoolSocket good = servers.Listener();
        using PoolSocket silent = servers.Pool.CreateSocket();
        silent.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), good.LocalEndPoint.Port));
        silent.Listen(0);
        FillBacklog(servers, silent.LocalEndPoint);
        using PoolSocket socket = await pool.CreateConnectionAsync("two.test", good.LocalEndPoint.Port, TimeSpan.FromSeconds(20));
        Assert.Equal(good.LocalEndPoint, socket.RemoteEndPoint);
        Assert.Equal((1, 1), (pool.OpenCount, radio.OpenSockets));
    }

    [Fact]
    public async Task A_cancelled_connect_and_one_that_takes_too_long_leave_no_descriptor()
    {
        HookedRadio radio = new() { Answer = Rows("127.0.0.1", "127.0.0.1") };
        using SocketPool pool = new(radio);
        using TestPool servers = new();
        using PoolSocket silent = servers.Listener(backlog: 0);
        FillBacklog(servers, silent.LocalEndPoint);
        int port = silent.LocalEndPoint.Port;
        PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(
            async () => await pool.CreateConnectionAsync("silent.test", port, TimeSpan.FromSeconds(0.3)));
        Assert.Equal(Errno.ETIMEDOUT, e.Errno);
        using CancellationTokenSource cancel = new();
        Task<PoolSocket> connect = pool.CreateConnectionAsync("silent.test", port, null, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
        Assert.Equal((0, 0), (pool.OpenCount, radio.OpenSockets));
    }

    [Fact]
    public async Task A_refused_address_of_the_other_family_does_not_matter()
    {
        HookedRadio radio = new() { Answer = Rows("::1", "127.0.0.1") };
        using SocketPool pool = new(radio);
        using TestPool servers = new();
        using PoolSocket listener = servers.Listener();
        using PoolSocket socket = await pool.CreateConnectionAsync("both.test", listener.LocalEndPoint.Port);
        Assert.Equal(AddressFamily.InterNetwork, socket.Family);
        Assert.Equal(1, radio.OpenSockets);
    }

    private static AddressLookup Rows(params string[] addresses) =>
        new([.. addresses.Select(IPAddress.Parse).Select(address =>
            new AddressInfo(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp, "", new IPSocketAddress(address, 0)))]);

    /// <summary>Connects until the kernel lets connects wait: what follows is answered by nobody.</summary>
    private static void FillBacklog(TestPool pool, IPEndPoint address)
    {
        for (int i = 0; i < 20; i++)
        {
            PoolSocket socket = pool.Pool.CreateSocket();
            socket.SetTimeout(0.2);
            try
            {
                socket.Connect(address);
            }
            catch (PoolSocketException e) when (e.Errno == Errno.ETIMEDOUT)
            {
                return;
            }
        }

        Assert.Fail("the backlog does not become full");
    }
}
