using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using SocketPools.Simulation.Tests.Timelines;
using SocketPools.Streams;

namespace SocketPools.Simulation.Tests.Programs;

/// <summary>The tutorial of docs/simulation.md, step by step.</summary>
public class TutorialTests
{
    [Fact]
    public void The_code_of_the_tutorial_is_the_code_that_runs_here() =>
        PageCode.AssertRunsHere("docs/simulation.md", ["## Tutorial: an order too many"]);

    [Fact]
    public async Task A_sweep_finds_the_seed_and_the_seed_fails_in_the_same_way_again()
    {
        SimulationFailedException found = await Assert.ThrowsAsync<SimulationFailedException>(Shop.SweepAsync);
        SimulationFailedException again = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(found.Seed, Shop.OrderAsync));
        Assert.Equal((found.Elapsed, found.InnerException!.Message), (again.Elapsed, again.InnerException!.Message));
        Assert.Contains("seed " + found.Seed, found.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task The_timeline_of_the_seed_shows_that_the_answer_was_lost_and_the_order_went_twice()
    {
        Assert.SkipUnless(Chromium.IsInstalled, Chromium.NotInstalled);
        using TemporaryDirectory directory = new();
        Environment.SetEnvironmentVariable("SOCKETPOOL_SIMULATION_CAPTURES", directory.Root);
        SimulationFailedException failure = await Assert.ThrowsAsync<SimulationFailedException>(Shop.SweepAsync);
        Environment.SetEnvironmentVariable("SOCKETPOOL_SIMULATION_CAPTURES", null);
        Assert.Equal(directory[$"seed-{failure.Seed}.pcapng"], failure.CapturePath);
        Assert.Equal(directory[$"seed-{failure.Seed}.html"], failure.TimelinePath);

        await using Chromium browser = await Chromium.StartAsync();
        await browser.OpenAsync(failure.TimelinePath!);
        await browser.RunAsync($"const filter = document.getElementById('filter'); filter.value = 'shop desk :80'; filter.dispatchEvent(new Event('input'))");
        await browser.ClickAsync("#rules tbody button");
        await browser.WaitAsync("document.querySelectorAll('#events tr.lost').length > 0");
        Assert.Equal("shop - desk: cut", await browser.TextAsync("#rules tbody button"));
        string all = await browser.TextAsync("#events tbody");
        Assert.Contains("retransmission, lost: cut", all, StringComparison.Ordinal);

        // The first order arrived just before the cut.
        await browser.RunAsync("timeline.move(0.0025, 0.0065); [...document.querySelectorAll('#events tr')].find(r => r.textContent.includes('[P.]')).click()");
        Assert.Contains("POST /order/", await browser.TextAsync("#details"), StringComparison.Ordinal);
        await browser.SavePictureAsync("tutorial");
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task The_mended_shop_passes_all_seeds()
    {
        foreach (int seed in SimulationSeeds.Range(1, 100))
        {
            await Simulation.RunAsync(seed, Shop.MendedAsync);
        }
    }

    private static class Shop
    {
        // {
        internal static async Task SweepAsync()
        {
            foreach (int seed in SimulationSeeds.Range(1, 100))
            {
                await Simulation.RunAsync(seed, OrderAsync);
            }
        }

        internal static async Task OrderAsync(Simulation sim)
        {
            SimulatedNode shop = sim.Network.AddNode("shop"), desk = sim.Network.AddNode("desk");
            int orders = 0;
            await using WebApplication app = await StartAsync(shop, _ => orders++);

            // For 10 s nothing passes. When that begins depends on the seed.
            TimeSpan cut = TimeSpan.FromMicroseconds(sim.CreateRandom("cut").Next(6000));
            sim.In(cut, () => sim.Network.Partition(shop, desk).For(TimeSpan.FromSeconds(10)));

            using HttpClient client = new(new SocketsHttpHandler().UseSocketPool(desk.Pool)) { Timeout = TimeSpan.FromSeconds(2) };
            await OrderOnceAsync(client, Guid.Empty);
            await app.StopAsync();
            Assert.Equal(1, orders);
        }

        internal static async Task OrderOnceAsync(HttpClient client, Guid key)
        {
            while (true)
            {
                try
                {
                    using HttpResponseMessage response = await client.PostAsync($"http://shop/order/{key}", content: null);
                    response.EnsureSuccessStatusCode();
                    return;
                }
                catch (TaskCanceledException)
                {
                    // No answer: once more.
                }
            }
        }

        internal static async Task<WebApplication> StartAsync(SimulatedNode shop, Action<string> order)
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseSocketPool(shop.Pool).UseUrls("http://0.0.0.0:80");
            WebApplication app = builder.Build();
            app.MapPost("/order/{key}", (string key) => order(key));
            await app.StartAsync();
            return app;
        }
        // }

        // {
        internal static async Task MendedAsync(Simulation sim)
        {
            SimulatedNode shop = sim.Network.AddNode("shop"), desk = sim.Network.AddNode("desk");
            ConcurrentDictionary<string, bool> orders = new();
            await using WebApplication app = await StartAsync(shop, key => orders.TryAdd(key, true));
            TimeSpan cut = TimeSpan.FromMicroseconds(sim.CreateRandom("cut").Next(6000));
            sim.In(cut, () => sim.Network.Partition(shop, desk).For(TimeSpan.FromSeconds(10)));
            using HttpClient client = new(new SocketsHttpHandler().UseSocketPool(desk.Pool)) { Timeout = TimeSpan.FromSeconds(2) };
            byte[] key = new byte[16];
            sim.CreateRandom("key").NextBytes(key);
            await OrderOnceAsync(client, new Guid(key));
            await app.StopAsync();
            Assert.Single(orders);
        }
        // }
    }
}
