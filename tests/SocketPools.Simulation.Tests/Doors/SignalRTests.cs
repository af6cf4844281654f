using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace SocketPools.Simulation.Tests.Doors;

public class SignalRTests
{
    [Fact]
    public void The_page_has_what_runs_here() => PageCode.AssertRunsHere("docs/simulated-programs.md", ["## SignalR"]);

    [Fact]
    public async Task A_hub_answers_over_a_network_that_loses_a_tenth()
    {
        // {
        await Simulation.RunAsync(seed: 1, async sim =>
        {
            SimulatedNode server = sim.Network.AddNode("server"), desk = sim.Network.AddNode("desk");
            sim.Network.Between(server, desk).Loss(0.1);
            var builder = WebApplication.CreateSlimBuilder();
            builder.Services.AddSignalR();
            builder.WebHost.UseSocketPool(server.Pool).UseUrls("http://0.0.0.0:80");
            await using var app = builder.Build();
            app.MapHub<EchoHub>("/echo");
            await app.StartAsync();
            await using var hub = new HubConnectionBuilder().WithUrl("http://server/echo").UseSocketPool(desk.Pool).Build();
            await hub.StartAsync();
            Assert.Equal("hello", await hub.InvokeAsync<string>("Say", "hello"));
            await hub.StopAsync();
            await sim.DelayAsync(TimeSpan.FromSeconds(1)); // ASP.NET Core blocks its thread while it stops, if a connection of SignalR is open
            await app.StopAsync();
        });
        // }
    }

    internal sealed class EchoHub : Hub
    {
        public Task<string> Say(string what) => Clients.Caller is null ? throw new HubException("nobody calls") : Task.FromResult(what);
    }
}
