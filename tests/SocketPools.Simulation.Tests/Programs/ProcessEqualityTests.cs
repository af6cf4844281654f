using System.Diagnostics;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using SocketPools.MqttNet;
using SocketPools.Simulation.Tests.Doors;
using SocketPools.Streams;

namespace SocketPools.Simulation.Tests.Programs;

/// <summary>
/// The same seed gives the same bytes in every process: HTTP, MQTT, gRPC, blocking programs beside asynchronous ones. Of TLS, whose keys differ, all
/// but the payload is the same: the times, addresses, flags and lengths of all packets.
/// </summary>
public class ProcessEqualityTests
{
    private const string FileVariable = "SIMULATION_HASHES";
    private const int Processes = 20;

    private static readonly (string Name, Func<int, Task<string>> Run)[] s_programs =
    [
        ("http", HttpTests.CaptureAsync),
        ("mqtt", seed => CaptureAsync(seed, MqttAsync)),
        ("grpc", seed => CaptureAsync(seed, GrpcAsync)),
        ("tls", TlsHeadersAsync),
        ("blocking", seed => BlockingTests.CaptureAsync(seed, onPool: false)),
        ("mixed", seed => BlockingTests.CaptureAsync(seed, onPool: true)),
    ];

    /// <summary>What each of the processes runs.</summary>
    [Fact]
    public async Task Each_program_is_the_same_again_and_another_with_another_seed()
    {
        StringBuilder hashes = new();
        foreach ((string name, Func<int, Task<string>> run) in s_programs)
        {
            string first = await run(3);
            hashes.AppendLine($"{name} {first}");
            if (Environment.GetEnvironmentVariable(FileVariable) is null)
            {
                Assert.True(first == await run(3), $"{name} differs from itself");
                Assert.True(first != await run(4), $"{name} does not depend on the seed");
            }
        }

        if (Environment.GetEnvironmentVariable(FileVariable) is { } file)
        {
            await File.WriteAllTextAsync(file, hashes.ToString());
        }
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Twenty_processes_have_the_same_bytes()
    {
        using TemporaryDirectory directory = new();
        await Parallel.ForEachAsync(Enumerable.Range(0, Processes), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (i, stop) =>
        {
            ProcessStartInfo start = new(Environment.ProcessPath!, ["--filter-method", $"*{nameof(Each_program_is_the_same_again_and_another_with_another_seed)}"]) { RedirectStandardOutput = true };
            start.Environment[FileVariable] = directory[$"{i}.txt"];
            start.Environment.Remove("SOCKETPOOL_SIMULATION_CAPTURES");
            using Process process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            Assert.True(process.ExitCode == 0, output);
        });
        string[] all = [.. Enumerable.Range(0, Processes).Select(i => File.ReadAllText(directory[$"{i}.txt"]))];
        Assert.Equal(s_programs.Length, all[0].TrimEnd().Split('\n').Length);
        Assert.All(all, hashes => Assert.Equal(all[0], hashes));
    }

    private static async Task<string> CaptureAsync(int seed, Func<Simulation, SimulatedNode, SimulatedNode, Task> body)
    {
        using MemoryStream capture = new();
        await Simulation.RunAsync(seed, async sim =>
        {
            SimulatedNode server = sim.Network.AddNode("server"), desk = sim.Network.AddNode("desk");
            sim.Network.Between(server, desk).Loss(0.05);
            sim.Network.Between(server, desk).Delay(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(1));
            await body(sim, server, desk);
        }, new SimulationOptions { Capture = capture });
        Assert.True(capture.Length > 5000, $"{capture.Length} bytes");
        return Convert.ToHexString(SHA256.HashData(capture.ToArray()));
    }

    private static async Task MqttAsync(Simulation sim, SimulatedNode broker, SimulatedNode desk)
    {
        MqttServerOptions options = new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(1883).Build();
        using MqttServer server = new MqttServerFactory().CreateMqttServer(options, broker.Pool);
        await server.StartAsync();
        using IMqttClient client = new MqttClientFactory().CreateMqttClient(desk.Pool);
        int received = 0;
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ApplicationMessageReceivedAsync += _ =>
        {
            if (++received == 30)
            {
                end.SetResult();
            }

            return Task.CompletedTask;
        };
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("server").WithClientId("desk").Build());
        await client.SubscribeAsync("room/#", MqttQualityOfServiceLevel.AtLeastOnce);
        for (int i = 0; i < 30; i++)
        {
            await client.PublishStringAsync($"room/{i}", "21.5", MqttQualityOfServiceLevel.AtLeastOnce);
        }

        await end.Task;
        await client.DisconnectAsync();
        await server.StopAsync();
    }

    private static async Task GrpcAsync(Simulation sim, SimulatedNode server, SimulatedNode desk)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.UseSocketPool(server.Pool).ConfigureKestrel(k => k.ListenAnyIP(80, o => o.Protocols = HttpProtocols.Http2));
        await using WebApplication app = builder.Build();
        app.MapGrpcService<EchoService>();
        await app.StartAsync();
        using GrpcChannel channel = GrpcChannel.ForAddress("http://server", new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler().UseSocketPool(desk.Pool), DisposeHttpClient = true });
        CallInvoker calls = channel.CreateCallInvoker();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => calls.AsyncUnaryCall(EchoService.SayMethod, null, new CallOptions(), $"hello {i}").ResponseAsync));
        await app.StopAsync();
    }

    private static async Task<string> TlsHeadersAsync(int seed)
    {
        // RSA's signatures all have one length.
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=server", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 bare = request.Create(
            request.SubjectName,
            X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1),
            new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero),
            [1, 2, 3, 4, 5, 6, 7, 8]);
        using X509Certificate2 made = bare.CopyWithPrivateKey(key);
        string log = await Simulation.RunAsync(seed, async sim =>
        {
            SimulatedNode server = sim.Network.AddNode("server"), desk = sim.Network.AddNode("desk");
            sim.Network.Between(server, desk).Loss(0.05);
            Task serving = server.Run(async node =>
            {
                using PoolSocket listener = node.Pool.CreateSocket();
                listener.Bind("0.0.0.0", 443);
                listener.Listen();
                await using SslStream stream = new(new PoolSocketStream(await listener.AcceptAsync(), ownsSocket: true));
                await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = made, EnabledSslProtocols = SslProtocols.Tls13, AllowTlsResume = false });
                byte[] buffer = new byte[1000];
                for (int i = 0; i < 20; i++)
                {
                    await stream.ReadExactlyAsync(buffer);
                    await stream.WriteAsync(buffer);
                }
            });
            PoolSocket socket = desk.Pool.CreateSocket();
            await socket.ConnectAsync("server", 443);
            await using SslStream client = new(new PoolSocketStream(socket, ownsSocket: true), false, (_, certificate, _, _) => certificate?.Subject == "CN=server");
            await client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "server", AllowTlsResume = false }); // a session of another run would shorten the handshake
            byte[] bytes = new byte[1000];
            for (int i = 0; i < 20; i++)
            {
                await client.WriteAsync(bytes);
                await client.ReadExactlyAsync(bytes);
            }

            await serving;
            using StringWriter writer = new();
            sim.Log.WriteText(writer);
            return writer.ToString();
        });
        Assert.Contains(":443 ", log, StringComparison.Ordinal);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(log)));
    }
}
