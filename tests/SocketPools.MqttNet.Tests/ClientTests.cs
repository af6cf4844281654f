using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Exceptions;
using SocketPools.Radios;

namespace SocketPools.MqttNet.Tests;

/// <summary>The client's good and bad days.</summary>
public sealed class ClientTests
{
    [Fact]
    public async Task Two_hundred_clients_take_turns_in_a_pool_of_8()
    {
        using TestPool pool = new(maxSockets: 8);
        await using Broker broker = await Broker.StartAsync(null);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await using TestClient client = await TestClient.ConnectAsync(pool.Pool, broker.Port);
            await client.PublishAsync("turn", [(byte)i]);
        }));
        Assert.Equal(8, pool.Pool.HighWaterMark);
        pool.Pool.AssertNoLeaks();
    }

    [Theory(Timeout = 240_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_waits_and_then_connects_is_a_wait_and_no_refusal(bool isOneFamily)
    {
        using TestPool pool = new(maxSockets: 1);
        pool.Pool.CapacityTimeout = Timeout.InfiniteTimeSpan;
        await using Broker broker = await Broker.StartAsync(null);
        WaitObserver waits = new();
        using IDisposable observation = pool.Pool.AddObserver(waits);
        using PoolSocket holder = pool.Pool.CreateSocket();
        await using TestClient client = TestClient.Create(pool.Pool);
        Task connecting = client.Client.ConnectAsync(TestClient.OptionsFor(
            broker.Port, o => o.WithTimeout(TimeSpan.FromSeconds(230)).WithAddressFamily(isOneFamily ? AddressFamily.InterNetwork : AddressFamily.Unspecified)));
        Assert.Equal($"connect to 127.0.0.1:{broker.Port}", await waits.Started.Task);
        holder.Close();
        await connecting;
        Assert.Equal((1L, 0L), (pool.Pool.TotalCapacityWaits, pool.Pool.ExhaustedCount));
    }

    [Fact]
    public async Task Who_waits_for_a_place_in_vain_learns_who_has_them()
    {
        using TestPool pool = new(maxSockets: 1);
        using PoolSocket holder = pool.Pool.CreateSocket();
        await using TestClient client = TestClient.Create(pool.Pool);
        using CancellationTokenSource never = new();
        MqttCommunicationException e = await Assert.ThrowsAsync<MqttCommunicationException>(() => client.Client.ConnectAsync(
            TestClient.OptionsFor(1, o => o.WithTimeout(TimeSpan.FromMilliseconds(50))), never.Token));
        Assert.Equal(holder.Id, Assert.Single(Assert.IsType<OutOfSocketsException>(e.InnerException).Holders).Id);
    }

    [Fact]
    public async Task A_refused_connect_says_everything()
    {
        using TestPool pool = new();
        int port;
        using (PoolSocket listener = pool.Listener())
        {
            port = listener.LocalEndPoint.Port;
        }

        MqttCommunicationException e = await Assert.ThrowsAsync<MqttCommunicationException>(() => TestClient.ConnectAsync(pool.Pool, port));
        Assert.Equal(Errno.ECONNREFUSED, Assert.IsType<PoolSocketException>(e.InnerException).Errno);
        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_connect_that_is_cancelled_leaves_no_socket()
    {
        using TestPool server = new();
        using TestPool pool = new(maxSockets: 1);
        using PoolSocket listener = server.Listener(backlog: 0);
        using PoolSocket filler = server.Pool.CreateSocket();
        filler.Connect(listener.LocalEndPoint); // the backlog is full: the next connect waits
        await using TestClient client = TestClient.Create(pool.Pool);
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.Client.ConnectAsync(TestClient.OptionsFor(listener.LocalEndPoint.Port), soon.Token));
        await pool.Pool.WaitForCapacityAsync();
        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_left_when_the_token_is_cancelled()
    {
        using TestPool server = new();
        using TestPool pool = new(maxSockets: 1);
        pool.Pool.LingerTimeout = TimeSpan.Zero; // the server stays, and has a packet
        using PoolSocket listener = server.Listener();
        await using TestClient client = TestClient.Create(pool.Pool);
        using CancellationTokenSource cancel = new();
        Task connect = client.Client.ConnectAsync(TestClient.OptionsFor(listener.LocalEndPoint.Port), cancel.Token);
        using PoolSocket accepted = listener.Accept();
        Assert.NotEqual(0, accepted.ReceiveInto(new byte[1]));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<MqttCommunicationException>(() => connect); // what MQTTnet makes of it over any transport
        await pool.Pool.WaitForCapacityAsync();
        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task The_timeout_of_the_options_ends_a_connect_on_the_clock_of_the_radio()
    {
        WatchedClock clock = new();
        Hooks hooks = new(clock);
        using TestPool server = new();
        using SocketPool pool = new(hooks.Radio);
        using PoolSocket listener = server.Listener(backlog: 0);
        using PoolSocket filler = server.Pool.CreateSocket();
        filler.Connect(listener.LocalEndPoint);
        await using TestClient client = TestClient.Create(pool);
        using CancellationTokenSource never = new();
        Task connect = client.Client.ConnectAsync(
            TestClient.OptionsFor(listener.LocalEndPoint.Port, o => o.WithTimeout(TimeSpan.FromHours(1))), never.Token);
        await clock.NextTimerAsync();
        clock.Advance(TimeSpan.FromHours(1));
        MqttCommunicationException e = await Assert.ThrowsAsync<MqttCommunicationException>(() => connect);
        Assert.Equal(Errno.ETIMEDOUT, Assert.IsType<PoolSocketException>(e.InnerException).Errno);
        pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_server_that_answers_no_ping_is_left()
    {
        using TestPool server = new();
        using TestPool pool = new();
        using PoolSocket listener = server.Listener();
        Task<TestClient> connect = TestClient.ConnectAsync(
            pool.Pool, listener.LocalEndPoint.Port, o => o.WithKeepAlivePeriod(TimeSpan.FromSeconds(0.05)).WithTimeout(TimeSpan.FromSeconds(1)));
        using PoolSocket accepted = listener.Accept();
        accepted.ReceiveInto(new byte[256]);
        accepted.SendAll([0x20, 0x03, 0x00, 0x00, 0x00]); // CONNACK of MQTT 5, no properties
        await using (TestClient client = await connect)
        {
            await client.Disconnected.Task;
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_name_and_a_family_lead_to_the_server()
    {
        using TestPool pool = new();
        await using (Broker broker = await Broker.StartAsync(pool.Pool))
        {
            await using (await TestClient.ConnectAsync(pool.Pool, 0, o => o.WithTcpServer("localhost", broker.Port)))
            {
            }

            await using TestClient client = await TestClient.ConnectAsync(
                pool.Pool, 0, o => o.WithTcpServer("localhost", broker.Port, System.Net.Sockets.AddressFamily.InterNetwork));
            Assert.True(client.Client.IsConnected);
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task Transports_that_do_not_come_from_a_pool_are_named()
    {
        using TestPool pool = new();
        await using TestClient client = TestClient.Create(pool.Pool);
        NotSupportedException web = await Assert.ThrowsAsync<NotSupportedException>(() => client.Client.ConnectAsync(
            new MqttClientOptionsBuilder().WithWebSocketServer(o => o.WithUri("ws://127.0.0.1:1/mqtt")).Build()));
        Assert.Contains("Web sockets do not come from a pool", web.Message, StringComparison.Ordinal);
        NotSupportedException unix = await Assert.ThrowsAsync<NotSupportedException>(() => client.Client.ConnectAsync(
            new MqttClientOptionsBuilder().WithEndPoint(new System.Net.Sockets.UnixDomainSocketEndPoint("/tmp/none")).Build()));
        Assert.Contains("/tmp/none", unix.Message, StringComparison.Ordinal);
        Assert.Equal(0, pool.Pool.TotalOpened);
    }

    private sealed class WaitObserver : SocketPoolObserver
    {
        internal TaskCompletionSource<string> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void OnCapacityWaitStarted(SocketPool pool, CapacityWait wait) => Started.TrySetResult(wait.Purpose);
    }
}
