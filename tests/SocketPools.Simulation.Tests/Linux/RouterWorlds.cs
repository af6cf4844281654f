using System.Net;
using System.Runtime.Versioning;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.Simulation.Tests.Linux;

/// <summary>A host on each side of a router: the router is Linux or the simulation's, the hosts are stacks of this library in both.</summary>
internal sealed class RouterWorld
{
    internal const int NarrowMtu = 1300;

    internal required SocketPool Inside { get; init; }

    internal required SocketPool Outside { get; init; }

    internal required Func<TimeSpan, Task> DelayAsync { get; init; }

    /// <summary>What the body does on both; what it returns is compared.</summary>
    internal static string[] RunSimulated(bool nat, Func<RouterWorld, Task<string[]>> body) => Simulation.Run(1, sim =>
    {
        SimulatedSwitch inside = sim.Network.AddSwitch("inside", "192.168.1.0/24", "2001:db8:1::/64");
        SimulatedSwitch outside = sim.Network.AddSwitch("outside", NarrowMtu, "203.0.113.0/24", "2001:db8:2::/64");
        SimulatedRouter router = sim.Network.AddRouter("r", inside, outside);
        SimulatedNode a = sim.Network.AddNode("a", inside, "192.168.1.10/24", "192.168.1.11/24", "2001:db8:1::a/64");
        SimulatedNode b = sim.Network.AddNode("b", outside, "203.0.113.10/24", "203.0.113.11/24", "2001:db8:2::a/64");
        if (nat)
        {
            router.EnableNat(outside, new NatOptions { PicksUpTcp = true, RejectsUnsolicited = true }).Forward(8080, new IPEndPoint(IPAddress.Parse("192.168.1.10"), 80));
        }

        return body(new RouterWorld { Inside = a.Pool, Outside = b.Pool, DelayAsync = delay => sim.DelayAsync(delay) });
    });

    [SupportedOSPlatform("linux")]
    internal static string[] RunOnLinux(bool nat, Func<RouterWorld, Task<string[]>> body)
    {
        LinuxNamespaces.Require("nft");
        string[] seen = [];
        NetworkNamespace.Run(() =>
        {
            using StackRadio a = new(new StackOptions { Name = "a" }), b = new(new StackOptions { Name = "b" });
            TapLink inside = TapLink.Open(new TapLinkOptions { Name = "tap0", Offloads = LinkOffloads.None });
            TapLink outside = TapLink.Open(new TapLinkOptions { Name = "tap1", Mtu = NarrowMtu, Offloads = LinkOffloads.None });
            foreach (string address in (string[])["192.168.1.1/24 dev tap0", "203.0.113.1/24 dev tap1", "2001:db8:1::1/64 dev tap0 nodad", "2001:db8:2::1/64 dev tap1 nodad"])
            {
                NetworkNamespace.Ip($"address add {address}");
            }

            LinuxNamespaces.Forward();
            if (nat)
            {
                string rules = Path.GetTempFileName();
                File.WriteAllText(rules, """
                    table ip nat {
                        chain pre { type nat hook prerouting priority -100; iifname "tap1" tcp dport 8080 dnat to 192.168.1.10:80; }
                        chain post { type nat hook postrouting priority 100; oifname "tap1" masquerade; }
                    }
                    """);
                NetworkNamespace.Command("nft", $"-f {rules}");
                File.Delete(rules);
            }

            Connect(a, inside, ["192.168.1.10/24", "192.168.1.11/24", "2001:db8:1::a/64"], ["192.168.1.1", "2001:db8:1::1"]);
            Connect(b, outside, ["203.0.113.10/24", "203.0.113.11/24", "2001:db8:2::a/64"], ["203.0.113.1", "2001:db8:2::1"]);
            using SocketPool insidePool = new(a), outsidePool = new(b);
            seen = body(new RouterWorld { Inside = insidePool, Outside = outsidePool, DelayAsync = Task.Delay }).GetAwaiter().GetResult();
        });
        return seen;
    }

    private static void Connect(StackRadio radio, TapLink link, string[] addresses, string[] gateways)
    {
        StackInterface one = radio.AddInterface(link);
        foreach (string address in addresses)
        {
            string[] parts = address.Split('/');
            one.AddAddress(IPAddress.Parse(parts[0]), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), skipDuplicateAddressDetection: true);
        }

        foreach (IPAddress gateway in gateways.Select(IPAddress.Parse))
        {
            radio.AddRoute(gateway.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0, gateway);
        }
    }
}
