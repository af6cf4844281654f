using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using SocketPools.Streams;

namespace SocketPools.Simulation.Tests.Programs;

public class HttpTests
{
    [Fact]
    public void The_ten_lines_of_the_documentation_run_here() => PageCode.AssertRunsHere("docs/simulation.md", ["## Ten lines"]);

    [Fact]
    public async Task An_unmodified_client_gets_everything_from_an_unmodified_server_although_a_tenth_is_lost()
    {
        // {
        await Simulation.RunAsync(seed: 1, async sim =>
        {
            SimulatedNode web = sim.Network.AddNode("web"), desk = sim.Network.AddNode("desk");
            sim.Network.Between(web, desk).Loss(0.1);
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseSocketPool(web.Pool).UseUrls("http://0.0.0.0:80");
            await using var app = builder.Build();
            app.MapGet("/", () => "hello");
            await app.StartAsync();
            using var client = new HttpClient(new SocketsHttpHandler().UseSocketPool(desk.Pool));
            Assert.Equal("hello", await client.GetStringAsync("http://web/"));
            await app.StopAsync();
        });
        // }
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_and_another_seed_gives_others()
    {
        string first = await CaptureAsync(3);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(first, await CaptureAsync(3));
        }

        string[] others = [await CaptureAsync(4), await CaptureAsync(5), first];
        Assert.Equal(3, others.Distinct().Count());
    }

    [Fact]
    public async Task A_time_out_of_the_client_fires_in_simulated_time_and_it_recovers_after_the_cut()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode web = sim.Network.AddNode("web"), desk = sim.Network.AddNode("desk");
            await using WebApplication app = await WebSite.StartAsync(web);
            using HttpClient client = new(new SocketsHttpHandler().UseSocketPool(desk.Pool)) { Timeout = TimeSpan.FromSeconds(5) };
            await client.GetStringAsync("http://web/1");
            TimeSpan start = sim.Elapsed;
            sim.Network.Partition(web, desk).For(TimeSpan.FromSeconds(32));
            int failures = 0;
            for (bool isDone = false; !isDone;)
            {
                try
                {
                    await client.GetStringAsync("http://web/2");
                    isDone = true;
                }
                catch (TaskCanceledException)
                {
                    Assert.Equal(TimeSpan.FromSeconds(5 * ++failures), sim.Elapsed - start);
                }
            }

            Assert.Equal(6, failures);
            await app.StopAsync();
        });
    }

    [Fact]
    public async Task The_date_of_a_response_is_the_simulated_one()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode web = sim.Network.AddNode("web"), desk = sim.Network.AddNode("desk");
            await using WebApplication app = await WebSite.StartAsync(web);
            using HttpClient client = new(new SocketsHttpHandler().UseSocketPool(desk.Pool));
            await Task.Delay(TimeSpan.FromHours(2));
            using HttpResponseMessage response = await client.GetAsync("http://web/1");
            Assert.Equal(new DateTimeOffset(2030, 1, 1, 2, 0, 0, TimeSpan.Zero), response.Headers.Date);
            await app.StopAsync();
        });
    }

    [Fact]
    public async Task A_synchronous_request_is_refused_with_what_to_write_instead()
    {
        SimulationFailedException e = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(
            1,
            async sim =>
            {
                SimulatedNode web = sim.Network.AddNode("web"), desk = sim.Network.AddNode("desk");
                WebApplication app = await WebSite.StartAsync(web);
                HttpClient client = new(new SocketsHttpHandler().UseSocketPool(desk.Pool));
                await Task.Run(() => client.Send(new HttpRequestMessage(HttpMethod.Get, "http://web/1")));
            },
            new SimulationOptions { StallTimeout = TimeSpan.FromMilliseconds(500) }));
        Assert.IsType<UnsoundWaitException>(e.InnerException);
    }

    internal static async Task<string> CaptureAsync(int seed)
    {
        using MemoryStream capture = new();
        await Simulation.RunAsync(seed, async sim =>
        {
            SimulatedNode web = sim.Network.AddNode("web"), desk = sim.Network.AddNode("desk");
            sim.Network.Between(web, desk).Loss(0.05);
            sim.Network.Between(web, desk).Delay(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(1));
            await using WebApplication app = await WebSite.StartAsync(web);
            using HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 4 }.UseSocketPool(desk.Pool));
            string[] all = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => client.GetStringAsync($"http://web/{i}")));
            Assert.All(all, a => Assert.True(a.Length > 3000));
            await app.StopAsync();
        }, new SimulationOptions { Capture = capture });
        Assert.True(capture.Length > 200_000, $"{capture.Length} bytes");
        return Convert.ToHexString(SHA256.HashData(capture.ToArray()));
    }
}
