using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using MQTTnet;
using MQTTnet.Server;
using SocketPools.Chips.Tests.Support;
using SocketPools.MqttNet;
using SocketPools.Streams;

namespace SocketPools.Chips.Tests.Driver;

/// <summary>What stands on a pool stands on a chip: HttpClient and MQTTnet's client on one, Kestrel and MQTTnet's server on another.</summary>
public sealed class LibraryTests
{
    public static TheoryData<string> Kinds => ["W5500", "W5100S"];

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public async Task Kestrel_on_a_chip_answers_HttpClient_on_another(string kind)
    {
        using ChipPair chips = new(kind);
        using SocketPool clients = new(chips.Near);
        using SocketPool servers = new(chips.Far);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSocketPool(servers);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(Cable.FarAddress, 0));
        await using WebApplication app = builder.Build();
        byte[] page = [.. Enumerable.Range(0, 50_000).Select(i => (byte)(i * 7))];
        app.MapGet("/page", () => Microsoft.AspNetCore.Http.Results.Bytes(page));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using (HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 2 }.UseSocketPool(clients)) { BaseAddress = new Uri(app.Urls.First()) })
        {
            byte[][] got = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.GetByteArrayAsync("/page", TestContext.Current.CancellationToken)));
            Assert.All(got, bytes => Assert.Equal(page, bytes));
        }

        await app.StopAsync(TestContext.Current.CancellationToken);
        Assert.InRange(servers.HighWaterMark, 2, chips.Far.MaxSocketsLimit);
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public async Task A_broker_on_a_chip_serves_a_client_on_another(string kind)
    {
        using ChipPair chips = new(kind);
        using SocketPool clients = new(chips.Near);
        using SocketPool servers = new(chips.Far);
        MqttServerOptions options = new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(Cable.FarAddress)
            .WithDefaultEndpointPort(0).WithDefaultEndpointBoundIPV6Address(IPAddress.None).Build();
        using MqttServer server = new MqttServerFactory().CreateMqttServer(options, servers);
        await server.StartAsync();
        using IMqttClient client = new MqttClientFactory().CreateMqttClient(clients);
        TaskCompletionSource<byte> came = new();
        client.ApplicationMessageReceivedAsync += e =>
        {
            came.TrySetResult(e.ApplicationMessage.Payload.FirstSpan[0]);
            return Task.CompletedTask;
        };
        await client.ConnectAsync(
            new MqttClientOptionsBuilder().WithEndPoint(new IPEndPoint(Cable.FarAddress, options.DefaultEndpointOptions.Port)).Build(), TestContext.Current.CancellationToken);
        await client.SubscribeAsync("a", cancellationToken: TestContext.Current.CancellationToken);
        await client.PublishBinaryAsync("a", [42], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(42, await came.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken));
        await client.DisconnectAsync(cancellationToken: TestContext.Current.CancellationToken);
        await server.StopAsync();
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void The_budget_is_the_chips_sockets(string kind)
    {
        using ChipPair chips = new(kind);
        using SocketPool pool = new(chips.Near);
        for (int i = 0; i < chips.NearChip.SocketCount; i++)
        {
            pool.CreateSocket(type: System.Net.Sockets.SocketType.Dgram).Bind(new IPEndPoint(IPAddress.Any, 0));
        }

        Assert.Throws<OutOfSocketsException>(() => pool.CreateSocket());
        Assert.Equal(kind == "W5500" ? 8 : 4, pool.MaxSockets);
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void A_peer_that_nobody_answers_for_is_EHOSTUNREACH_after_the_chips_ARP_timeout(string kind)
    {
        FastClock clock = new(factor: 20);
        using ChipPair chips = new(kind, clock);
        using SocketPool pool = new(chips.Near);
        chips.NearChip.IsLinkUp = false;
        Assert.False(chips.Near.IsLinkUp);
        using PoolSocket socket = pool.CreateSocket();
        long start = clock.GetTimestamp();
        PoolSocketException late = Assert.Throws<PoolSocketException>(() => socket.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.66"), 80)));
        Assert.Equal(Radios.Errno.EHOSTUNREACH, late.Errno);
        Assert.True(clock.GetElapsedTime(start) >= TimeSpan.FromSeconds(1.8));
        Assert.Contains("ARP", late.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public void A_bus_without_a_chip_is_told()
    {
        IOException nobody = Assert.Throws<IOException>(() => new WiznetRadio(new SilentDevice(), new WiznetRadioOptions { Address = Cable.NearAddress }));
        Assert.Contains("wiring", nobody.Message, StringComparison.Ordinal);
    }

    private sealed class SilentDevice : System.Device.Spi.SpiDevice
    {
        public override System.Device.Spi.SpiConnectionSettings ConnectionSettings { get; } = new(0, 0);

        public override void Read(Span<byte> buffer) => buffer.Clear();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
        }

        public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => readBuffer.Clear();
    }
}
