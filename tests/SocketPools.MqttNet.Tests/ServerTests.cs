using System.Net;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.LowLevelClient;
using MQTTnet.Packets;
using MQTTnet.Server;
using SocketPools.Radios;

namespace SocketPools.MqttNet.Tests;

/// <summary>The server's good and bad days.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task Both_families_and_both_endpoints_get_ports_and_tell_them()
    {
        using Certificates certificates = new();
        using TestPool pool = new();
        MqttServerOptions options = Broker.OnLoopback();
        options.DefaultEndpointOptions.BoundInterNetworkV6Address = IPAddress.IPv6Loopback;
        options.TlsEndpointOptions.IsEnabled = true;
        options.TlsEndpointOptions.CertificateProvider = new MQTTnet.Certificates.X509CertificateProvider(certificates.Server);
        PoolMqttServerAdapter adapter = new(pool.Pool);
        using (MqttServer server = new MqttServerFactory().CreateMqttServer(options, [adapter]))
        {
            await server.StartAsync();
            int port = options.DefaultEndpointOptions.Port;
            Assert.NotEqual(0, port);
            Assert.Equal(
                [$"127.0.0.1:{port}", $"[::1]:{port}", $"127.0.0.1:{options.TlsEndpointOptions.Port}"],
                adapter.LocalEndPoints.Select(e => e.ToString()));
            await using (await TestClient.ConnectAsync(pool.Pool, 0, o => o.WithEndPoint(new IPEndPoint(IPAddress.IPv6Loopback, port))))
            {
            }

            await server.StopAsync();
            Assert.Empty(adapter.LocalEndPoints);
            await server.StartAsync(); // again, at the same port
            Assert.Equal(port, adapter.LocalEndPoints[0].Port);
            await using TestClient client = await TestClient.ConnectAsync(pool.Pool, port);
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_server_that_has_closed_its_connections_starts_again_at_its_port()
    {
        using TestPool pool = new();
        MqttServerOptions options = Broker.OnLoopback();
        using MqttServer server = new MqttServerFactory().CreateMqttServer(options, [new PoolMqttServerAdapter(pool.Pool)]);
        await server.StartAsync();
        int port = options.DefaultEndpointOptions.Port;
        for (int i = 0; i < 3; i++)
        {
            await using TestClient client = await TestClient.ConnectAsync(pool.Pool, port);
            await server.StopAsync(); // its sockets end first, and the kernel remembers them
            await server.StartAsync();
            Assert.Equal(port, options.DefaultEndpointOptions.Port);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error_and_leaves_nothing_behind()
    {
        using TestPool pool = new();
        using TestPool other = new();
        using PoolSocket taken = other.Listener();
        PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(
            () => Broker.StartAsync(pool.Pool, o => o.DefaultEndpointOptions.Port = taken.LocalEndPoint.Port));
        Assert.Equal(Errno.EADDRINUSE, e.Errno);
        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_pool_of_8_serves_200_clients_at_once()
    {
        const int Clients = 200;
        int seen = 0;
        using TestPool pool = new(maxSockets: 8);
        await using (Broker broker = await Broker.StartAsync(pool.Pool, listen: server => server.InterceptingPublishAsync += _ =>
        {
            Interlocked.Increment(ref seen);
            return Task.CompletedTask;
        }))
        {
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => PublishOnceAsync(null, broker.Port)));
        }

        Assert.Equal(Clients, seen);
        Assert.Equal(8, pool.Pool.HighWaterMark);
        Assert.Equal(0, pool.Pool.ExhaustedCount); // they waited, and none was refused
        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_host_without_descriptors_is_tried_again_after_short_pauses_and_a_connection_that_failed_pauses_nothing()
    {
        WatchedClock clock = new();
        Hooks hooks = new(clock);
        hooks.AcceptFails.Enqueue(Errno.EMFILE);
        hooks.AcceptFails.Enqueue(Errno.ECONNABORTED);
        hooks.AcceptFails.Enqueue(Errno.EHOSTUNREACH);
        hooks.AcceptFails.Enqueue(Errno.EPERM);
        hooks.AcceptFails.Enqueue(Errno.ENFILE);
        using SocketPool pool = new(hooks.Radio);
        await using (Broker broker = await Broker.StartAsync(pool))
        {
            Task<TestClient> connect = TestClient.ConnectAsync(null, broker.Port);
            foreach (int pause in new[] { 5, 10 })
            {
                Assert.Equal(TimeSpan.FromMilliseconds(pause), await clock.NextTimerAsync());
                Assert.False(connect.IsCompleted);
                clock.Advance(TimeSpan.FromMilliseconds(pause));
            }

            await using TestClient client = await connect;
            Assert.True(client.Client.IsConnected);
        }

        pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_stop_under_load_closes_everything_before_it_returns()
    {
        const int Clients = 20;
        using TestPool server = new();
        server.Pool.LingerTimeout = TimeSpan.FromSeconds(0.1); // the silent client never closes
        using TestPool clients = new();
        int published = 0;
        TaskCompletionSource busy = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Broker broker = await Broker.StartAsync(server.Pool, listen: s => s.InterceptingPublishAsync += _ =>
        {
            if (Interlocked.Increment(ref published) == 100)
            {
                busy.SetResult();
            }

            return Task.CompletedTask;
        });
        using PoolSocket silent = clients.Pool.CreateSocket();
        silent.Connect("127.0.0.1", broker.Port);
        TestClient[] connected = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => TestClient.ConnectAsync(clients.Pool, broker.Port)));
        Task[] load = [.. connected.Select(client => Task.Run(() => PublishUntilItEndsAsync(client)))];
        await busy.Task;
        await broker.Server.StopAsync();
        server.Pool.AssertNoLeaks();
        await Task.WhenAll(load);
        silent.Close();
        clients.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_stop_closes_a_connection_whose_handler_still_runs()
    {
        using TestPool pool = new();
        TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource leave = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Broker broker = await Broker.StartAsync(pool.Pool, listen: server => server.ValidatingConnectionAsync += e =>
        {
            entered.SetResult();
            return leave.Task;
        });
        await using TestClient client = TestClient.Create(null);
        Task connect = client.Client.ConnectAsync(TestClient.OptionsFor(broker.Port));
        await entered.Task;
        await broker.Server.StopAsync();
        pool.Pool.AssertNoLeaks();
        leave.SetResult();
        await Assert.ThrowsAnyAsync<Exception>(() => connect);
    }

    [Fact]
    public async Task Disposing_the_pool_ends_server_and_clients()
    {
        TestPool pool = new();
        await using Broker broker = await Broker.StartAsync(pool.Pool);
        await using TestClient client = await TestClient.ConnectAsync(pool.Pool, broker.Port);
        pool.Dispose();
        await client.Disconnected.Task;
        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_client_that_falls_silent_is_let_go_after_its_keep_alive()
    {
        TaskCompletionSource<ClientDisconnectedEventArgs> gone = new();
        using TestPool pool = new();
        await using (Broker broker = await Broker.StartAsync(pool.Pool, listen: server => server.ClientDisconnectedAsync += e =>
        {
            gone.TrySetResult(e);
            return Task.CompletedTask;
        }))
        {
            using ILowLevelMqttClient client = new MqttClientFactory().CreateLowLevelMqttClient(pool.Pool);
            await client.ConnectAsync(TestClient.OptionsFor(broker.Port, o => o.WithProtocolVersion(MqttProtocolVersion.V311)));
            await client.SendAsync(new MqttConnectPacket { ClientId = "quiet", KeepAlivePeriod = 1, CleanSession = true });
            Assert.IsType<MqttConnAckPacket>(await client.ReceiveAsync());
            ClientDisconnectedEventArgs e = await gone.Task;
            Assert.Equal("quiet", e.ClientId);
            Assert.Equal(MqttClientDisconnectType.NotClean, e.DisconnectType);
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task Each_connection_gets_the_socket_options_of_its_endpoint()
    {
        Hooks hooks = new();
        using SocketPool pool = new(hooks.Radio);
        await using (Broker broker = await Broker.StartAsync(pool, o =>
        {
            o.DefaultEndpointOptions.NoDelay = false;
            o.DefaultEndpointOptions.LingerState = new LingerOption(true, 0);
            o.DefaultEndpointOptions.KeepAlive = true;
            o.DefaultEndpointOptions.TcpKeepAliveTime = 77;
            o.DefaultEndpointOptions.TcpKeepAliveInterval = 7;
            o.DefaultEndpointOptions.TcpKeepAliveRetryCount = 3;
        }))
        {
            await using TestClient client = await TestClient.ConnectAsync(null, broker.Port);
            Assert.Equal(
                [
                    (SocketOptionName.ReuseAddress, 1), // the listener's
                    (SocketOptionName.NoDelay, 0), (SocketOptionName.Linger, 1), (SocketOptionName.KeepAlive, 1),
                    (SocketOptionName.TcpKeepAliveTime, 77), (SocketOptionName.TcpKeepAliveInterval, 7),
                    (SocketOptionName.TcpKeepAliveRetryCount, 3),
                ],
                hooks.Options);
        }

        pool.AssertNoLeaks();
    }

    private static async Task PublishOnceAsync(SocketPool? pool, int port)
    {
        await using TestClient client = await TestClient.ConnectAsync(pool, port);
        await client.PublishAsync("once", [1]);
    }

    private static async Task PublishUntilItEndsAsync(TestClient client)
    {
        try
        {
            while (true)
            {
                await client.PublishAsync("load", new byte[1000]);
            }
        }
        catch (Exception e) when (e is MQTTnet.Exceptions.MqttCommunicationException or OperationCanceledException)
        {
            // The server has stopped.
        }

        await client.Disconnected.Task;
        await client.DisposeAsync();
    }
}
