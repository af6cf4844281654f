using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using SocketPools.Streams;

namespace SocketPools.Simulation.Tests.Doors;

public class FactoryTests
{
    [Fact]
    public void The_page_has_what_runs_here() => PageCode.AssertRunsHere("docs/simulated-programs.md", ["## WebApplicationFactory"]);

    [Fact]
    public async Task An_application_under_test_serves_a_simulated_node()
    {
        // {
        await using var factory = new WebApplicationFactory<Program>();
        await Simulation.RunAsync(seed: 1, async sim =>
        {
            SimulatedNode web = sim.Network.AddNode("web"), desk = sim.Network.AddNode("desk");
            sim.Network.Between(web, desk).Loss(0.1);
            var app = factory.WithWebHostBuilder(b => b.UseSocketPool(web.Pool).UseUrls("http://0.0.0.0:80"));
            app.UseKestrel();
            await sim.RunInRealTime(app.StartServer);
            using var client = new HttpClient(new SocketsHttpHandler().UseSocketPool(desk.Pool));
            Assert.Equal("Open", await client.GetStringAsync("http://web/"));
        });
        // }
    }
}
