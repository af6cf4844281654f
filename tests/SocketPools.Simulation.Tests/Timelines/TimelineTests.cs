using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using SocketPools.Streams;

namespace SocketPools.Simulation.Tests.Timelines;

/// <summary>The page of a run, as a browser shows it: by its elements.</summary>
public class TimelineTests
{
    [Fact]
    [Trait("Speed", "Slow")]
    public async Task A_page_has_the_nodes_the_packets_and_what_became_of_them()
    {
        Assert.SkipUnless(Chromium.IsInstalled, Chromium.NotInstalled);
        using TemporaryDirectory directory = new();
        string path = directory["shop.html"];
        SimulationFailedException failure = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(4, ShopAsync, new SimulationOptions { TimelinePath = path }));
        Assert.Equal(path, failure.TimelinePath);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);

        await using Chromium browser = await Chromium.StartAsync();
        await browser.OpenAsync(path);
        Assert.Equal("[\"shop\",\"desk\",\"phone\",\"dns\"]", (await browser.RunAsync("return JSON.stringify([...document.querySelectorAll('#nodes li')].map(n => n.textContent))")).GetString());
        int lost = int.Parse(await browser.TextAsync("#lost-count"), CultureInfo.InvariantCulture);
        int again = int.Parse(await browser.TextAsync("#retransmission-count"), CultureInfo.InvariantCulture);
        Assert.True(lost > 3 && again > 1, $"{lost} lost, {again} again");
        Assert.Equal("2", await browser.TextAsync("#rule-count"));
        Assert.Equal(2, await browser.CountAsync("#rules tbody tr"));
        Assert.Contains("an order too many", await browser.TextAsync("#failure"), StringComparison.Ordinal);
        await browser.ClickAsync("#trouble");
        await browser.WaitAsync($"document.querySelectorAll('#events tr.lost').length === {lost}");
        Assert.Equal(again, (await browser.RunAsync("return [...document.querySelectorAll('#events tr[data-packet]')].filter(r => r.textContent.includes('retransmission')).length")).GetInt32());
        await browser.ClickAsync("#trouble");
        await browser.SavePictureAsync("shop");
        await browser.SetDarkAsync(true);
        await browser.SavePictureAsync("shop-dark");
        Assert.Equal("rgb(18, 22, 29)", (await browser.RunAsync("return getComputedStyle(document.body).backgroundColor")).GetString());
        Assert.Equal("[]", await browser.ConsoleAsync());
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task A_click_shows_the_fields_of_a_packet_as_it_was_on_the_wire()
    {
        Assert.SkipUnless(Chromium.IsInstalled, Chromium.NotInstalled);
        using TemporaryDirectory directory = new();
        string path = directory["udp.html"];
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a", "192.0.2.1/24"), b = sim.Network.AddNode("b", "192.0.2.2/24");
            using PoolSocket sender = a.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
            sender.Bind("0.0.0.0", 5000);
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            for (int i = 0; i < 5; i++)
            {
                await sender.SendToAsync("</script><b>hello"u8.ToArray(), new IPEndPoint(b.Address, 7));
                await sim.DelayAsync(TimeSpan.FromMilliseconds(1));
            }

            sim.Log.Note("<i>done</i>");
            sim.WriteTimeline(path);
        });
        await using Chromium browser = await Chromium.StartAsync();
        await browser.OpenAsync(path);
        int index = (await browser.RunAsync("return [...document.querySelectorAll('#events tr[data-packet]')].find(r => r.textContent.includes('UDP 192.0.2.1:5000')).dataset.packet * 1")).GetInt32();
        await browser.RunAsync("timeline.move(0.9999, 1.0045)");
        await browser.WaitAsync("document.getElementById('window').textContent.startsWith('0.9999')");
        (double x, double y) = await PointAsync(browser, index);
        await browser.DragAsync(x, y);
        await browser.SavePictureAsync("click");
        await browser.WaitAsync("document.querySelector('#details dl')");
        string details = await browser.TextAsync("#details");
        foreach (string part in (string[])["Source port5000", "Destination port7", "Source192.0.2.1", "TTL64", "Payload17 bytes", "</script><b>hel", "Linka → b"])
        {
            Assert.Contains(part, details, StringComparison.Ordinal);
        }

        Assert.Equal(0, await browser.CountAsync("#details b, #events i"));
        Assert.Equal("true", (await browser.RunAsync($"return document.querySelector('#events tr[data-packet=\"{index}\"]').getAttribute('aria-selected')")).GetString());

        // The next one by the keyboard, none by Escape.
        await browser.PressAsync("n");
        Assert.StartsWith($"Packet {index + 2}:", await browser.TextAsync("#details h3"), StringComparison.Ordinal);
        await browser.PressAsync("p");
        Assert.StartsWith($"Packet {index + 1}:", await browser.TextAsync("#details h3"), StringComparison.Ordinal);
        await browser.PressAsync("\uE00C");
        Assert.Equal("", await browser.TextAsync("#details"));
        Assert.Equal("[]", await browser.ConsoleAsync());
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task The_wheel_zooms_and_dragging_and_keys_move()
    {
        Assert.SkipUnless(Chromium.IsInstalled, Chromium.NotInstalled);
        using TemporaryDirectory directory = new();
        string path = directory["zoom.html"];
        await Simulation.RunAsync(1, sim => TrafficAsync(sim, 200), new SimulationOptions { TimelinePath = path });
        await using Chromium browser = await Chromium.StartAsync();
        await browser.OpenAsync(path);
        (double all, _) = await WindowAsync(browser);
        (double x, double y) = ((await browser.RunAsync("return document.getElementById('lanes').getBoundingClientRect().x + 500")).GetDouble(),
            (await browser.RunAsync("return document.getElementById('lanes').getBoundingClientRect().y + 100")).GetDouble());
        await browser.WheelAsync(x, y, -300);
        (double zoomed, double start) = await WindowAsync(browser, changedFrom: all);
        Assert.InRange(zoomed, all * 0.3, all * 0.5);
        await browser.DragAsync(x, y, dx: -100);
        await browser.WaitAsync($"Math.abs(parseFloat(document.getElementById('window').textContent) - {start.ToString(CultureInfo.InvariantCulture)}) > 1e-6");
        (double same, double later) = await WindowAsync(browser);
        Assert.Equal(zoomed, same, 5);
        Assert.True(later > start);
        await browser.PressAsync("\uE011"); // Home
        (double fit, double first) = await WindowAsync(browser, changedFrom: same);
        Assert.Equal(0, first);
        Assert.True(fit >= all * 0.99, $"{fit} of {all}");
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task A_hundred_thousand_packets_are_drawn_at_once()
    {
        Assert.SkipUnless(Chromium.IsInstalled, Chromium.NotInstalled);
        using TemporaryDirectory directory = new();
        string path = directory["many.html"];
        await Simulation.RunAsync(1, sim => TrafficAsync(sim, 25_000), new SimulationOptions { TimelinePath = path, MaxLoggedEvents = 200_000 });
        long size = new FileInfo(path).Length;
        await using Chromium browser = await Chromium.StartAsync();
        await browser.OpenAsync(path);
        int packets = int.Parse(await browser.TextAsync("#packet-count"), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        Assert.True(packets >= 100_000, $"{packets} packets");
        Assert.InRange(await browser.CountAsync("#events tbody tr"), 100, 700);
        double milliseconds = (await browser.RunAsync("return performance.now()")).GetDouble();
        TestContext.Current.TestOutputHelper?.WriteLine($"{packets} packets, {size / 1024.0 / 1024:0.0} MiB, shown after {milliseconds:0} ms");
        Assert.True(size < 30_000_000, $"{size} bytes");
        await browser.SavePictureAsync("many");
        Assert.Equal("[]", await browser.ConsoleAsync());
    }

    [Fact]
    public async Task A_page_asks_for_nothing_else_and_may_not()
    {
        string page = await PageAsync(sim => TrafficAsync(sim, 1));
        foreach (string forbidden in (string[])["http:", "https:", "src=", "href=", "url(", "@import", "fetch(", "XMLHttpRequest"])
        {
            Assert.DoesNotContain(forbidden, page, StringComparison.Ordinal);
        }

        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_page() =>
        Assert.Equal(await PageAsync(sim => TrafficAsync(sim, 50)), await PageAsync(sim => TrafficAsync(sim, 50)));

    private static async Task<string> PageAsync(Func<Simulation, Task> body)
    {
        using MemoryStream stream = new();
        await Simulation.RunAsync(1, async sim =>
        {
            await body(sim);
            sim.WriteTimeline(stream);
        });
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static async Task<(double Width, double Start)> WindowAsync(Chromium browser, double? changedFrom = null)
    {
        const string Parts = "document.getElementById('window').textContent.match(/[0-9.]+/g).map(Number)";
        if (changedFrom is { } old)
        {
            await browser.WaitAsync($"Math.abs({Parts}[1] - {Parts}[0] - {old.ToString(CultureInfo.InvariantCulture)}) > 1e-6");
        }

        JsonElement parts = await browser.RunAsync($"return {Parts}");
        return (parts[1].GetDouble() - parts[0].GetDouble(), parts[0].GetDouble());
    }

    private static async Task<(double X, double Y)> PointAsync(Chromium browser, int packet)
    {
        JsonElement point = await browser.RunAsync($"const [x, y] = timeline.pointOf({packet}), box = document.getElementById('lanes').getBoundingClientRect(); return [x + box.x, y + box.y]");
        return (point[0].GetDouble(), point[1].GetDouble());
    }

    private static async Task ShopAsync(Simulation sim)
    {
        SimulatedNode shop = sim.Network.AddNode("shop"), desk = sim.Network.AddNode("desk"), phone = sim.Network.AddNode("phone");
        sim.Network.Everywhere.Loss(0.06);
        await using WebApplication app = await Programs.WebSite.StartAsync(shop);
        using HttpClient client = new(new SocketsHttpHandler().UseSocketPool(desk.Pool)) { Timeout = TimeSpan.FromSeconds(30) };
        using HttpClient other = new(new SocketsHttpHandler().UseSocketPool(phone.Pool)) { Timeout = TimeSpan.FromSeconds(30) };
        sim.In(TimeSpan.FromMilliseconds(4), () => sim.Network.Partition(shop, desk).For(TimeSpan.FromSeconds(1)));
        sim.Log.Note("orders begin");
        await Task.WhenAll(Enumerable.Range(0, 5).SelectMany(i => new[] { client.GetStringAsync($"http://shop/{i}"), other.GetStringAsync($"http://shop/{i}") }));
        await client.GetStringAsync("http://shop/7");
        await app.StopAsync();
        throw new InvalidOperationException("an order too many");
    }

    private static async Task TrafficAsync(Simulation sim, int rounds)
    {
        SimulatedNode[] nodes = [.. Enumerable.Range(0, 4).Select(i => sim.Network.AddNode($"n{i}"))];
        sim.Network.Everywhere.Loss(0.01);
        PoolSocket[] sockets = [.. nodes.Select(n => n.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram))];
        for (int i = 0; i < rounds; i++)
        {
            for (int k = 0; k < 4; k++)
            {
                await sockets[k].SendToAsync(new byte[20], new IPEndPoint(nodes[(k + 1 + (i % 3)) % 4].Address, 9));
            }

            await sim.DelayAsync(TimeSpan.FromMilliseconds(2));
        }
    }
}
