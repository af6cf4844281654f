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
        at 11s signal pico ap -80 for 1s
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
            Assert.Equal(25, log.Count(t => t.StartsWith("rule", StringComparison.Ordinal) && t.Contains("begins", StringComparison.Ordinal)));
            Assert.Equal(25, log.Count(t => t.StartsWith("rule", StringComparison.Ordinal) && t.EndsWith("ends", StringComparison.Ordinal)));
            Assert.Contains("all of them", log);
            Assert.Equal(25, sim.Network.RulesCreated);
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
    [InlineData("loss 10%", 1, "begins with \"at TIME\"")]
    [InlineData("at soon cut", 4, "\"soon\" is not a time, as 250ms")]
    [InlineData("at 5 cut", 4, "\"5\" is not a time")]
    [InlineData("at -1s cut", 4, "not a time")]
    [InlineData("at 1e300h cut", 4, "not a time")]
    [InlineData("at", 3, "a time is missing after \"at\"")]
    [InlineData("at 1s", 6, "a fault is missing after \"1s\"")]
    [InlineData("  at  1s\texplode", 10, "there is no fault \"explode\": cut, loss, burst-loss, delay")]
    [InlineData("at 1s loss", 11, "a probability is missing")]
    [InlineData("at 1s loss 110%", 12, "\"110%\" is not a probability, as 10% or 0.1")]
    [InlineData("at 1s loss lots", 12, "\"lots\"")]
    [InlineData("at 1s loss NaN", 12, "\"NaN\"")]
    [InlineData("at 1s loss 1% betwen a b", 15, "\"betwen\" is not expected here: between A B, from A to B")]
    [InlineData("at 1s loss 1% between a", 24, "another device is missing")]
    [InlineData("at 1s loss 1% from a b", 22, "\"to\" is expected")]
    [InlineData("at 1s loss 1% port 0", 20, "not a whole number from 1 to 65535")]
    [InlineData("at 1s bandwidth 0", 17, "not a rate in bits per second")]
    [InlineData("at 1s bandwidth 1M codel interval 0s", 35, "longer than 0")]
    [InlineData("at 1s read-slowly a 0", 21, "1 byte per second or more")]
    [InlineData("at 1s cut for", 14, "a time is missing")]
    [InlineData("at 2s cut until 1s", 17, "before the beginning")]
    [InlineData("at 1s cut for 1s again", 18, "\"again\" is not expected")]
    [InlineData("at 1s restart a for 1s", 21, "restart happens at once, and has no end")]
    [InlineData("at 1s partition a b", 19, "two groups")]
    [InlineData("at 1s partition a | b | c", 23, "two groups")]
    [InlineData("at 1s dns-code whatever", 16, "not a code of DNS: servfail")]
    [InlineData("at 1s signal a ap 5", 19, "-120 to 0")]
    [InlineData("at 1s nemesis faults 1001", 22, "1 to 1000")]
    [InlineData("at 1s nemesis longest 0s", 23, "longer than 0")]
    [InlineData("at 1s nemesis at a", 15, "faults N, longest TIME")]
    [InlineData("at 1s note", 11, "a text is missing")]
    public void A_line_that_cannot_be_read_is_named_with_its_file_and_column(string line, int column, string says)
    {
        FaultScriptException e = Assert.Throws<FaultScriptException>(() => FaultScript.Parse($"# one\r\n\n{line}\n", "bad.faults"));
        Assert.StartsWith(FormattableString.Invariant($"bad.faults:3:{column}: "), e.Message, StringComparison.Ordinal);
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.Equal(("bad.faults", 3, column), (e.File, e.Line, e.Column));
    }

    [Fact]
    public async Task Words_begin_a_fault_at_once_and_a_number_in_the_place_of_a_time_is_in_seconds()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            Build(sim);
            FaultRule delay = FaultScript.Begin(sim.Network, ["delay", 0.02, "jitter", 0.005, "between", "web", "desk", "port", 80])!;
            Assert.Equal("web - desk where: delay 00:00:00.0200000 jitter 00:00:00.0050000", delay.Description);
            Assert.True(delay.IsActive);
            FaultRule skew = FaultScript.Begin(sim.Network, ["skew", "web", -100, "for", 5])!;
            await sim.DelayAsync(TimeSpan.FromSeconds(6));
            Assert.True(delay.IsActive);
            Assert.False(skew.IsActive);
            Assert.Null(FaultScript.Begin(sim.Network, ["note", "two words"]));
            FaultScriptException e = Assert.Throws<FaultScriptException>(() => FaultScript.Begin(sim.Network, ["loss", 2, "at", "web"]));
            Assert.Equal(("\"2\" is not a probability, as 10% or 0.1", 0), (e.Message, e.Line));
            Assert.Throws<FaultScriptException>(() => FaultScript.Begin(sim.Network, []));
            Assert.Throws<FaultScriptException>(() => FaultScript.Begin(sim.Network, ["delay", double.NaN]));
            Assert.Throws<FaultScriptException>(() => FaultScript.Begin(sim.Network, ["delay", -1.0]));
        });
    }

    [Fact]
    public async Task The_nemesis_of_a_line_is_the_one_of_the_program_with_the_same_seed()
    {
        string[] fromLine = await RunNemesisAsync(sim => FaultScript.Parse("at 0s nemesis faults 7 longest 3s without-crashes of web desk for 20s").Start(sim.Network));
        string[] fromProgram = await RunNemesisAsync(sim => sim.StartNemesis(new NemesisOptions
        {
            Faults = 7,
            MaxFaultDuration = TimeSpan.FromSeconds(3),
            Crashes = false,
            Devices = [sim.Network["web"], sim.Network["desk"]],
            Duration = TimeSpan.FromSeconds(20),
        }));
        Assert.Equal(fromProgram, fromLine);
        Assert.Equal(8, fromLine.Length);
    }

    private static async Task<string[]> RunNemesisAsync(Action<Simulation> start)
    {
        string[] notes = [];
        await Simulation.RunAsync(5, async sim =>
        {
            Build(sim);
            start(sim);
            await sim.DelayAsync(TimeSpan.FromSeconds(21));
            notes = [.. sim.Log.Events.Where(e => e.Text.StartsWith("nemesis", StringComparison.Ordinal)).Select(e => e.Text)];
        });
        return notes;
    }

    [Theory]
    [InlineData("at 1s crash nobody", "no node or router \"nobody\": there are ")]
    [InlineData("at 1s nemesis of nobody", "nobody")]
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
            Assert.StartsWith("names.faults:1:7: ", e.Message, StringComparison.Ordinal);
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
