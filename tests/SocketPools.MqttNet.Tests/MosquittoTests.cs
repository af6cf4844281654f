using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Certificates;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace SocketPools.MqttNet.Tests;

/// <summary>The real thing on the other side: mosquitto's broker and its two commands.</summary>
public sealed class MosquittoTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public static MatrixTheoryData<MqttProtocolVersion, MqttQualityOfServiceLevel> VersionsAndQualities =>
        new([MqttProtocolVersion.V311, MqttProtocolVersion.V500], Enum.GetValues<MqttQualityOfServiceLevel>());

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(VersionsAndQualities))]
    public async Task Our_client_publishes_and_subscribes_at_mosquitto(MqttProtocolVersion version, MqttQualityOfServiceLevel quality)
    {
        byte[] large = TemporaryDirectory.Bytes(1 << 20);
        using Mosquitto broker = await Mosquitto.StartAsync(_folder);
        using TestPool pool = new();
        await using (TestClient client = await TestClient.ConnectAsync(pool.Pool, broker.Port, o => o.WithProtocolVersion(version)))
        {
            await client.PublishAsync("kept", "from before"u8.ToArray(), quality, retain: true);
            await client.SubscribeAsync("kept", quality);
            Assert.Equal("from before", await client.NextTextAsync());
            await client.SubscribeAsync("large", quality);
            await client.PublishAsync("large", large, quality);
            MqttApplicationMessage message = await client.NextAsync();
            Assert.Equal(quality, message.QualityOfServiceLevel);
            Assert.Equal(SHA256.HashData(large), SHA256.HashData(System.Buffers.BuffersExtensions.ToArray(message.Payload)));
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task Our_client_shows_its_certificate_to_mosquitto()
    {
        using Certificates certificates = new();
        string root = _folder.Write("root.pem", certificates.Root.ExportCertificatePem());
        (string certificate, string key) = Certificates.Write(_folder, "server", certificates.Server);
        using Mosquitto broker = await Mosquitto.StartAsync(
            _folder, $"cafile {root}", $"certfile {certificate}", $"keyfile {key}", "require_certificate true");
        using TestPool pool = new();
        await using (TestClient client = await TestClient.ConnectAsync(pool.Pool, broker.Port, o => o.WithTlsOptions(tls => tls
            .WithTrustChain([certificates.Root]).WithRevocationMode(X509RevocationMode.NoCheck).WithClientCertificates([certificates.Client]))))
        {
            await client.SubscribeAsync("t");
            await client.PublishAsync("t", "hello"u8.ToArray());
            Assert.Equal("hello", await client.NextTextAsync());
        }

        pool.Pool.AssertNoLeaks();
    }

    [Theory]
    [InlineData(0, "mqttv311")]
    [InlineData(1, "mqttv5")]
    [InlineData(2, "mqttv5")]
    public async Task Mosquitto_publishes_at_our_server(int quality, string version)
    {
        string program = Mosquitto.Require("mosquitto_pub");
        using TestPool pool = new();
        await using (Broker broker = await Broker.StartAsync(pool.Pool))
        await using (TestClient client = await TestClient.ConnectAsync(pool.Pool, broker.Port))
        {
            await client.SubscribeAsync("t");
            await RunAsync(program, [.. At(broker.Port), "-V", version, "-t", "t", "-m", "from mosquitto", "-q", $"{quality}"]);
            MqttApplicationMessage message = await client.NextAsync();
            Assert.Equal("from mosquitto", message.ConvertPayloadToString());
            Assert.Equal(quality, (int)message.QualityOfServiceLevel);
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task Mosquitto_subscribes_at_our_server()
    {
        string program = Mosquitto.Require("mosquitto_sub");
        using TestPool pool = new();
        await using (Broker broker = await Broker.StartAsync(pool.Pool))
        await using (TestClient client = await TestClient.ConnectAsync(pool.Pool, broker.Port))
        {
            await client.PublishAsync("t", "kept"u8.ToArray(), retain: true);
            Assert.Equal("t kept\n", await RunAsync(program, [.. At(broker.Port), "-v", "-t", "#", "-C", "1"]));
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task Mosquitto_shows_its_certificate_to_our_server()
    {
        string program = Mosquitto.Require("mosquitto_pub");
        using Certificates certificates = new();
        string root = _folder.Write("root.pem", certificates.Root.ExportCertificatePem());
        (string certificate, string key) = Certificates.Write(_folder, "client", certificates.Client);
        string? subject = null;
        using TestPool pool = new();
        await using (Broker broker = await Broker.StartAsync(
            pool.Pool,
            options =>
            {
                options.TlsEndpointOptions.IsEnabled = true;
                options.TlsEndpointOptions.CertificateProvider = new X509CertificateProvider(certificates.Server);
                options.TlsEndpointOptions.ClientCertificateRequired = true;
                options.TlsEndpointOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => certificates.IsOurs(shown);
            },
            server => server.ValidatingConnectionAsync += e =>
            {
                subject = e.ClientCertificate?.Subject;
                return Task.CompletedTask;
            }))
        {
            await RunAsync(program, [.. At(broker.TlsPort), "-t", "t", "-m", "x", "-q", "1", "--cafile", root, "--cert", certificate, "--key", key]);
            Assert.Equal("CN=The client", subject);
        }

        pool.Pool.AssertNoLeaks();
    }

    // With a name of its own: MQTTnet's server takes no client without one.
    private static string[] At(int port) => ["-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-i", "mosquitto"];

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        ProgramRun.Result run = await ProgramRun.RunAsync(program, arguments, seconds: 30);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        return run.Output;
    }
}
