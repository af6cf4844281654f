using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using SocketPools.Streams;

namespace SocketPools.Simulation.Tests.Doors;

public class GrpcTests
{
    [Fact]
    public void The_page_has_what_runs_here() => PageCode.AssertRunsHere("docs/simulated-programs.md", ["## gRPC"]);

    [Fact]
    public async Task A_call_passes_a_network_that_loses_a_tenth()
    {
        // {
        await Simulation.RunAsync(seed: 1, async sim =>
        {
            SimulatedNode server = sim.Network.AddNode("server"), desk = sim.Network.AddNode("desk");
            sim.Network.Between(server, desk).Loss(0.1);
            var builder = WebApplication.CreateSlimBuilder();
            builder.Services.AddGrpc();
            builder.WebHost.UseSocketPool(server.Pool).ConfigureKestrel(k => k.ListenAnyIP(80, o => o.Protocols = HttpProtocols.Http2));
            await using var app = builder.Build();
            app.MapGrpcService<EchoService>();
            await app.StartAsync();
            using var channel = GrpcChannel.ForAddress("http://server", new() { HttpHandler = new SocketsHttpHandler().UseSocketPool(desk.Pool) });
            string answer = await channel.CreateCallInvoker().AsyncUnaryCall(EchoService.SayMethod, null, new CallOptions(), "hello");
            Assert.Equal("hello", answer);
            await app.StopAsync();
        });
        // }
    }

    [Fact]
    public async Task A_deadline_passes_in_simulated_time_and_a_stream_keeps_its_times()
    {
        await Simulation.RunAsync(2, async sim =>
        {
            SimulatedNode server = sim.Network.AddNode("server"), desk = sim.Network.AddNode("desk");
            var builder = WebApplication.CreateSlimBuilder();
            builder.Services.AddGrpc();
            builder.WebHost.UseSocketPool(server.Pool).ConfigureKestrel(k => k.ListenAnyIP(80, o => o.Protocols = HttpProtocols.Http2));
            await using var app = builder.Build();
            app.MapGrpcService<EchoService>();
            await app.StartAsync();
            using var channel = GrpcChannel.ForAddress("http://server", new() { HttpHandler = new SocketsHttpHandler().UseSocketPool(desk.Pool), DisposeHttpClient = true });
            CallInvoker calls = channel.CreateCallInvoker();
            TimeSpan start = sim.Elapsed;
            List<string> got = [];
            using (AsyncServerStreamingCall<string> call = calls.AsyncServerStreamingCall(EchoService.CountMethod, null, new CallOptions(), "abcd"))
            {
                await foreach (string answer in call.ResponseStream.ReadAllAsync())
                {
                    got.Add(answer);
                }
            }

            Assert.Equal(["a", "ab", "abc", "abcd"], got);
            Assert.InRange(sim.Elapsed - start, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4.1));
            await app.StopAsync();
        });
    }
}
