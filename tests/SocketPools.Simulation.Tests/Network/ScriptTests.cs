using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Simulation.Tests.Network;

public class ScriptTests
{
    private const string AllLines = """
        # every line of the language
        at 1s loss 10% between web desk port 80 for 1s
        at 1s burst-loss 5% 20% from web to desk for 1s
        at 1s delay 20ms jitter 5ms at web until 3s
        at 1s reorder 0.3 10ms on lan for 1s
        at 1s duplicate 10% everywhere for 1s
        at 1s corrupt 1% for 1s
        at 1s mark 50% for 1s
        at 1s mtu 1400 at web for 1s
        at 1s bandwidth 1M queue 64k between web desk for 1s
        at 1s bandwidth 500k codel for 1s
        at 1s cut from web to desk for 500ms
        at 1s partition web | desk r for 1s
        at 4s crash web for 1s
        at 4s power-off r for 1s
        at 7s freeze desk for 1s      # and a comment
        at 7s restart web
        at 9s sleep desk for 1s
        at 9s skew desk 100 ppm for 1s
        at 9s step-clock desk -1h for 1s
        at 9s read-slowly desk 10k for 1s
        at 9s dns-outage for 1s
        at 9s dns-delay 200ms for 1s
        at 9s dns-code servfail for 1s
        at 11s dhcp-outage r for 1s
        at 11s dhcp-revoke leased
        at 11s nat-flush r
        at 11s wifi-off ap for 1s
        at 11s signal pico ap -80
        at 11s deauthenticate pico
        at 12s note all of them
        """;

    [Fact]
    public async Task Every_line_of_the_language_does_something_and_ends()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            Build(sim);
            FaultScript script = FaultScript.Parse(AllLines, "all.faults");
            Assert.Equal(30, script.Count);
            Assert.Equal(TimeSpan.FromSeconds(12), script.Duration);
            script.Start(sim.Network);
            await sim.DelayAsync(TimeSpan.FromSeconds(30));
            string[] log = [.. sim.Log.Events.Select(e => e.Text)];
            Assert.Equal(24, log.Count(t => t.StartsWith("rule", StringComparison.Ordinal) && t.Contains("begins", StringComparison.Ordinal)));
            Assert.Equal(24, log.Count(t => t.StartsWith("rule", StringComparison.Ordinal) && t.EndsWith("ends", StringComparison.Ordinal)));
            Assert.Contains("all of them", log);
            Assert.Equal(24, sim.Network.RulesCreated);
        });
    }

    [Fact]
    public async Task A_fault_of_a_script_begins_and_ends_at_its_times()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
            FaultScript.Parse("at 2s cut from a to b port 9 for 1500ms").Start(sim.Network);
            using PoolSocket receiver = b.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
            receiver.Bind(new IPEndPoint(IPAddress.Any, 9));
            using PoolSocket sender = a.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
            List<int> arrived = [];
            for (int i = 0; i < 60; i++)
            {
                await sender.SendToAsync(new byte[1], new IPEndPoint(b.Address, 9));
                await sim.DelayAsync(TimeSpan.FromMilliseconds(100));
                if (receiver.Poll(Readiness.Readable, TimeSpan.Zero) != Readiness.None)
                {
                    receiver.ReceiveInto(new byte[1]);
                    arrived.Add(i);
                }
            }

            Assert.Equal(Enumerable.Range(0, 20).Concat(Enumerable.Range(35, 25)), arrived);
        });
    }

    [Theory]
    [InlineData("loss 10%", "begins with \"at TIME\"")]
    [InlineData("at soon cut", "\"soon\"")]
    [InlineData("at 5 cut", "\"5\" is no time")]
    [InlineData("at -1s cut", "no time")]
    [InlineData("at 1s", "a fault is missing")]
    [InlineData("at 1s explode", "no fault \"explode\"")]
    [InlineData("at 1s loss", "a probability is missing")]
    [InlineData("at 1s loss 110%", "\"110%\"")]
    [InlineData("at 1s loss lots", "\"lots\"")]
    [InlineData("at 1s loss NaN", "\"NaN\"")]
    [InlineData("at 1s loss 1% between a", "another device is missing")]
    [InlineData("at 1s loss 1% from a b", "\"to\" is expected")]
    [InlineData("at 1s loss 1% port 0", "no number from 1 to 65535")]
    [InlineData("at 1s bandwidth 0", "write cut")]
    [InlineData("at 1s cut for", "a time is missing")]
    [InlineData("at 2s cut until 1s", "before the beginning")]
    [InlineData("at 1s cut for 1s again", "\"again\" is not expected")]
    [InlineData("at 1s partition a b", "Two groups")]
    [InlineData("at 1s partition a | b | c", "two groups")]
    [InlineData("at 1s dns-code whatever", "no code of DNS")]
    [InlineData("at 1s signal a ap 5", "-120 to 0")]
    public void A_line_that_cannot_be_read_is_named_with_its_file(string line, string says)
    {
        FaultScriptException e = Assert.Throws<FaultScriptException>(() => FaultScript.Parse($"# one\r\n\n{line}\n", "bad.faults"));
        Assert.StartsWith("bad.faults:3: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.Equal(("bad.faults", 3), (e.File, e.Line));
    }

    [Theory]
    [InlineData("at 1s crash nobody", "nobody")]
    [InlineData("at 1s loss 1% on nowhere", "nowhere")]
    [InlineData("at 1s nat-flush web", "no router with a NAT")]
    [InlineData("at 1s deauthenticate web", "no station")]
    [InlineData("at 1s wifi-off web", "access point \"web\"")]
    [InlineData("at 1s partition web | nobody", "nobody")]
    public async Task A_name_that_is_not_there_is_told_at_the_start(string line, string says)
    {
        await Simulation.RunAsync(1, sim =>
        {
            Build(sim);
            FaultScriptException e = Assert.Throws<FaultScriptException>(() => FaultScript.Parse(line, "names.faults").Start(sim.Network));
            Assert.StartsWith("names.faults:1: ", e.Message, StringComparison.Ordinal);
            Assert.Contains(says, e.Message, StringComparison.Ordinal);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task A_script_is_read_from_a_file()
    {
        string path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "at 1s note hello", TestContext.Current.CancellationToken);
        try
        {
            await Simulation.RunAsync(1, async sim =>
            {
                Assert.Equal(path, sim.PlayScript(path).Name);
                await sim.DelayAsync(TimeSpan.FromSeconds(2));
                Assert.Contains(sim.Log.Events, e => e.Text == "hello");
            });
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Build(Simulation sim)
    {
        SimulatedRouter router = sim.Network.AddRouter("r", sim.Network.Lan);
        router.EnableDhcp(sim.Network.Lan);
        router.EnableNat(sim.Network.Lan);
        sim.Network.AddAccessPoint("ap", sim.Network.Lan, new AccessPointOptions { Ssid = "home" });
        sim.Network.AddNode("web", "10.0.1.1/16");
        sim.Network.AddNode("desk", "10.0.1.2/16");
        sim.Network.AddNode("leased", "dhcp");
        sim.Network.AddStation("pico");
    }
}
