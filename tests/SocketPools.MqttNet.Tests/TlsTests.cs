using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Certificates;
using MQTTnet.Exceptions;
using MQTTnet.Server;
using SocketPools.Radios;

namespace SocketPools.MqttNet.Tests;

/// <summary>TLS with certificates on both sides.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly Certificates _certificates = new();

    public static TheoryData<Sides> AllSides => MessageTests.AllSides;

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [MemberData(nameof(AllSides))]
    public async Task Both_sides_show_their_certificates_and_messages_pass(Sides sides)
    {
        byte[] payload = TemporaryDirectory.Bytes(200_000);
        TaskCompletionSource<string?> seen = new();
        using TestPool pool = new();
        await using (Broker broker = await StartAsync(sides.ForServer(pool), server => server.ValidatingConnectionAsync += e =>
        {
            seen.TrySetResult(e.IsSecureConnection ? e.ClientCertificate?.Subject : null);
            return Task.CompletedTask;
        }))
        await using (TestClient client = await TestClient.ConnectAsync(sides.ForClient(pool), broker.TlsPort, o => Trusting(o, _certificates.Client)))
        {
            await client.SubscribeAsync("secret/#");
            await client.PublishAsync("secret/small", "whisper"u8.ToArray());
            Assert.Equal("whisper", await client.NextTextAsync());
            await client.PublishAsync("secret/large", payload);
            Assert.Equal(payload, await client.NextPayloadAsync());
            Assert.Equal("CN=The client", await seen.Task);
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_client_that_nobody_vouches_for_is_refused()
    {
        using TestPool pool = new();
        await using (Broker broker = await StartAsync(pool.Pool))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => TestClient.ConnectAsync(pool.Pool, broker.TlsPort, o => Trusting(o, _certificates.Stranger)));
            await using TestClient friend = await TestClient.ConnectAsync(pool.Pool, broker.TlsPort, o => Trusting(o, _certificates.Client));
            Assert.True(friend.Client.IsConnected);
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_server_that_nobody_vouches_for_is_left_again()
    {
        using TestPool pool = new();
        await using (Broker broker = await StartAsync(pool.Pool))
        {
            MqttCommunicationException e = await Assert.ThrowsAsync<MqttCommunicationException>(
                () => TestClient.ConnectAsync(pool.Pool, broker.TlsPort, o => o.WithTlsOptions(tls => tls
                    .WithRevocationMode(X509RevocationMode.NoCheck).WithClientCertificates([_certificates.Client]))));
            Assert.IsType<AuthenticationException>(e.InnerException);
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task The_handlers_of_the_options_decide()
    {
        MqttClientCertificateValidationEventArgs? asked = null;
        using TestPool pool = new();
        await using (Broker broker = await StartAsync(pool.Pool))
        {
            await using (await TestClient.ConnectAsync(pool.Pool, broker.TlsPort, o => o.WithTlsOptions(tls => tls
                .WithCertificateSelectionHandler(_ => _certificates.Client)
                .WithCertificateValidationHandler(e => (asked = e) is not null))))
            {
                Assert.Equal("CN=The server", asked?.Certificate.Subject);
            }

            await Assert.ThrowsAnyAsync<MqttCommunicationException>(() => TestClient.ConnectAsync(
                pool.Pool, broker.TlsPort, o => o.WithTlsOptions(tls => tls.WithCertificateValidationHandler(_ => false))));
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_silent_peer_has_the_timeout_of_the_options_for_its_handshake()
    {
        using TestPool pool = new();
        using TestPool silent = new();
        await using (Broker broker = await StartAsync(pool.Pool, configure: o => o.DefaultCommunicationTimeout = TimeSpan.FromMilliseconds(100)))
        {
            using PoolSocket socket = silent.Pool.CreateSocket();
            socket.Connect("127.0.0.1", broker.TlsPort);
            Exception? e = Record.Exception(() => Assert.Equal(0, socket.ReceiveInto(new byte[1])));
            Assert.True(e is null or PoolSocketException { Errno: Errno.ECONNRESET }, $"{e}");
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_server_without_a_certificate_does_not_start()
    {
        using TestPool pool = new();
        MqttServerOptions options = Broker.OnLoopback();
        options.TlsEndpointOptions.IsEnabled = true;
        using MqttServer server = new MqttServerFactory().CreateMqttServer(options, pool.Pool);
        await Assert.ThrowsAsync<ArgumentException>(server.StartAsync);
        Assert.Equal(0, pool.Pool.OpenCount);
    }

    [Fact]
    public async Task A_server_whose_certificate_has_gone_serves_nobody_in_the_clear()
    {
        using TestPool pool = new();
        await using (Broker broker = await StartAsync(pool.Pool, configure: o => o.TlsEndpointOptions.CertificateProvider = new NoCertificate()))
        {
            await Assert.ThrowsAnyAsync<MqttCommunicationException>(() => TestClient.ConnectAsync(pool.Pool, broker.TlsPort));
        }

        pool.Pool.AssertNoLeaks();
    }

    private Task<Broker> StartAsync(SocketPool? pool, Action<MqttServer>? listen = null, Action<MqttServerOptions>? configure = null) => Broker.StartAsync(
        pool,
        options =>
        {
            options.TlsEndpointOptions.IsEnabled = true;
            options.TlsEndpointOptions.CertificateProvider = new X509CertificateProvider(_certificates.Server);
            options.TlsEndpointOptions.ClientCertificateRequired = true;
            options.TlsEndpointOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => _certificates.IsOurs(certificate);
            configure?.Invoke(options);
        },
        listen);

    // With a name: MQTTnet's own sockets check none against an address. Ours do, as the tests with mosquitto show.
    private void Trusting(MqttClientOptionsBuilder options, X509Certificate2 client) => options.WithTlsOptions(tls => tls
        .WithTargetHost("localhost").WithTrustChain([_certificates.Root]).WithRevocationMode(X509RevocationMode.NoCheck).WithClientCertificates([client]));

    private sealed class NoCertificate : ICertificateProvider
    {
        public X509Certificate2? GetCertificate() => null;
    }
}
