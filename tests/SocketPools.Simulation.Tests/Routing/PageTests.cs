namespace SocketPools.Simulation.Tests.Routing;

/// <summary>The networks of docs/simulation.md run here as they stand on the page.</summary>
public class PageTests
{
    [Fact]
    public void The_page_has_what_runs_here() => PageCode.AssertRunsHere("docs/simulation.md", ["## Networks", "## Wi-Fi"]);

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task The_sample_of_a_home_shows_its_NAT_and_a_power_cut()
    {
        string output = await Sample.OutputAsync("home-network");
        Assert.Contains("phone: Authentication failure", output, StringComparison.Ordinal);
        Assert.Contains("shop asks port 8080 of the router: nas greets 198.18.0.10:", output, StringComparison.Ordinal);
        Assert.Contains("as 198.18.0.2:8080, forwarded", output, StringComparison.Ordinal);
        Assert.Equal(2, output.Split("phone asks shop: shop greets 198.18.0.2:").Length - 1);
    }

    [Fact]
    public async Task The_networks_of_the_page_work_and_so_does_their_air()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            // {
            SimulatedNetwork net = sim.Network;
            SimulatedSwitch office = net.AddSwitch("office", "192.0.2.0/24", "2001:db8:1::/64"), lab = net.AddSwitch("lab", "198.51.100.0/24", "2001:db8:2::/64");
            SimulatedRouter router = net.AddRouter("r", office, lab);
            SimulatedNode desk = net.AddNode("desk", office), server = net.AddNode("server", lab);

            SimulatedInternet internet = net.AddInternet();
            SimulatedSite home = net.AddSite("home", internet);
            SimulatedNode phone = net.AddNode("phone", home.Switch), shop = net.AddNode("shop", internet.Switch);
            await phone.WaitForAddressAsync();
            // }
            await Probe.TransferAsync(desk, server, server.Address, 50_000);
            await Probe.TransferAsync(phone, shop, shop.Address, 50_000);
            Assert.Equal(home.Dhcp.Leases.Keys.Single(), phone.Address);
            Assert.Contains(router.Addresses, a => a.ToString() == "192.0.2.1");

            // {
            SimulatedAccessPoint ap = net.AddAccessPoint("ap", home.Switch, new AccessPointOptions { Ssid = "cafe", Password = "secret123", Channel = 6 });
            SimulatedStation pico = net.AddStation("pico");
            WifiResult result = await pico.ConnectAsync("cafe", "secret123");   // pico.Connect(...) in a program that blocks
            // }
            Assert.True(result.IsConnected, result.ToString());
            Assert.Equal(ap, pico.AccessPoint);
            await Probe.TransferAsync(pico, shop, shop.Address, 50_000);
        });
    }
}
