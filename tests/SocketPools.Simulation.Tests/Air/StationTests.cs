using System.Net;
using SocketPools.Simulation.Tests.Routing;

namespace SocketPools.Simulation.Tests.Air;

public class StationTests
{
    [Fact]
    public async Task A_station_joins_with_the_right_password_and_fails_as_wifi_does_without()
    {
        await RunAsync(async (sim, ap, station, web) =>
        {
            WifiResult missing = await station.ConnectAsync("nobody", "secret123");
            Assert.Equal((WifiFailure.NetworkNotFound, 201, "No network with that ssid"), (missing.Failure, missing.ReasonCode, missing.Message));
            TimeSpan start = sim.Elapsed;
            WifiResult wrong = await station.ConnectAsync("cafe", "secret124");
            Assert.Equal((WifiFailure.AuthenticationFailed, 15, "Authentication failure"), (wrong.Failure, wrong.ReasonCode, wrong.Message));
            Assert.InRange((sim.Elapsed - start).TotalSeconds, 5, 6);
            Assert.Equal(WifiFailure.AuthenticationFailed, (await station.ConnectAsync("cafe")).Failure);
            Assert.False(station.IsConnected);
            Assert.Null(station.AccessPoint);
            WifiResult right = await station.ConnectAsync("cafe", "secret123");
            Assert.True(right.IsConnected, right.ToString());
            Assert.Equal(ap, station.AccessPoint);
            Assert.Equal(-50, station.SignalDbm);
            Assert.Single(ap.Stations);
            Assert.Equal("192.0.2.100", station.Address.ToString());
            await Probe.TransferAsync(station, web, web.Address, 50_000);
            station.Disconnect();
            Assert.Empty(station.Addresses);
            Assert.Empty(ap.Stations);
        });
    }

    [Fact]
    public async Task A_scan_lists_what_is_heard_the_strongest_first()
    {
        await RunAsync(async (sim, ap, station, web) =>
        {
            SimulatedAccessPoint far = sim.Network.AddAccessPoint("far", ap.Switch, new AccessPointOptions { Ssid = "open", Channel = 11, SignalDbm = -80 });
            sim.Network.AddAccessPoint("away", ap.Switch, new AccessPointOptions { Ssid = "away", SignalDbm = -95 });
            Assert.Equal(["cafe", "open"], (await station.ScanAsync()).Select(n => n.Ssid));
            far.SetSignal(station, -30);
            Assert.Equal([("open", -30, 11, false), ("cafe", -50, 6, true)], station.FindNetworks().Select(n => (n.Ssid, n.SignalDbm, n.Channel, n.IsProtected)));
            Assert.True((await station.ConnectAsync("open", channel: 11)).IsConnected);
            Assert.Equal(WifiFailure.NetworkNotFound, (await station.ConnectAsync("open", channel: 1)).Failure);
        });
    }

    [Fact]
    public async Task Without_a_lease_there_is_no_connection_and_a_full_access_point_refuses()
    {
        await RunAsync(async (sim, ap, station, web) =>
        {
            using (sim.Network.Routers[0].DhcpServers[0].Outage())
            {
                Assert.Equal((WifiFailure.NoAddress, "Unknown failure 205"), await Fail(station));
                Assert.Null(station.AccessPoint);
            }

            SimulatedStation other = sim.Network.AddStation("other");
            Assert.True((await other.ConnectAsync("cafe", "secret123")).IsConnected);
            Assert.True((await station.ConnectAsync("cafe", "secret123")).IsConnected);
            SimulatedStation third = sim.Network.AddStation("third");
            Assert.Equal((WifiFailure.AssociationRefused, "Unknown failure 203"), await Fail(third));
            other.Crash();
            Assert.True((await third.ConnectAsync("cafe", "secret123")).IsConnected);
        });

        static async Task<(WifiFailure, string)> Fail(SimulatedStation station)
        {
            WifiResult result = await station.ConnectAsync("cafe", "secret123");
            return (result.Failure, result.Message);
        }
    }

    [Fact]
    public async Task An_access_point_that_is_off_is_noticed_after_its_beacons_are_missing_and_the_station_comes_back_by_itself()
    {
        await RunAsync(async (sim, ap, station, web) =>
        {
            List<(bool, TimeSpan)> changes = [];
            station.AssociationChanged += isAssociated => changes.Add((isAssociated, sim.Elapsed));
            Assert.True((await station.ConnectAsync("cafe", "secret123")).IsConnected);
            IPAddress address = station.Address;
            TimeSpan off = sim.Elapsed;
            FaultRule power = ap.PowerOff();
            await sim.DelayAsync(TimeSpan.FromSeconds(5));
            Assert.True(station.IsConnected);
            await sim.DelayAsync(TimeSpan.FromSeconds(2));
            Assert.False(station.IsConnected);
            Assert.Equal(WifiFailure.BeaconLost, station.LastFailure);
            Assert.Equal((false, off + TimeSpan.FromSeconds(6)), changes[^1]);
            await sim.DelayAsync(TimeSpan.FromMinutes(1));
            power.Dispose();
            await sim.DelayAsync(TimeSpan.FromSeconds(20));
            Assert.True(station.IsConnected);
            Assert.Equal(address, station.Address);

            Assert.True(ap.Deauthenticate(station));
            Assert.False(station.IsConnected);
            Assert.Equal(WifiFailure.Deauthenticated, station.LastFailure);
            await sim.DelayAsync(TimeSpan.FromSeconds(20));
            Assert.True(station.IsConnected);
            station.AutoReconnect = false;
            ap.Deauthenticate(station);
            await sim.DelayAsync(TimeSpan.FromMinutes(1));
            Assert.False(station.IsConnected);
            Assert.False(ap.Deauthenticate(station));
        });
    }

    [Fact]
    public async Task A_station_roams_to_a_stronger_access_point_and_keeps_its_address_and_connections()
    {
        await RunAsync(async (sim, ap, station, web) =>
        {
            SimulatedAccessPoint hall = sim.Network.AddAccessPoint("hall", ap.Switch, new AccessPointOptions { Ssid = "cafe", Password = "secret123", SignalDbm = -85 });
            Assert.True((await station.ConnectAsync("cafe", "secret123")).IsConnected);
            Assert.Equal(ap, station.AccessPoint);
            IPAddress address = station.Address;
            Task transfer = Probe.TransferAsync(station, web, web.Address, 3_000_000);
            await sim.DelayAsync(TimeSpan.FromMilliseconds(20));
            hall.SetSignal(station, -45);
            Assert.Equal(ap, station.AccessPoint);
            ap.SetSignal(station, -80);
            await sim.DelayAsync(TimeSpan.FromMilliseconds(60));
            Assert.Equal(hall, station.AccessPoint);
            await transfer;
            Assert.Equal(address, station.Address);
        });
    }

    [Fact]
    public async Task A_weak_signal_loses_frames_and_none_ends_the_association()
    {
        await RunAsync(async (sim, ap, station, web) =>
        {
            Assert.True((await station.ConnectAsync("cafe", "secret123")).IsConnected);
            long before = sim.Network.FramesLost;
            await Probe.TransferAsync(station, web, web.Address, 100_000);
            Assert.Equal(before, sim.Network.FramesLost);
            ap.SetSignal(station, -78);
            await Probe.TransferAsync(station, web, web.Address, 100_000);
            Assert.InRange(sim.Network.FramesLost - before, 5, 100);
            ap.SetSignal(station, -91);
            await sim.DelayAsync(TimeSpan.FromSeconds(7));
            Assert.False(station.IsConnected);
        });
    }

    [Fact]
    public async Task A_program_that_blocks_joins_and_a_new_attempt_ends_the_one_before()
    {
        await RunAsync(async (sim, ap, station, web) =>
        {
            await station.RunBlocking(_ =>
            {
                Assert.Equal(WifiFailure.NetworkNotFound, station.Connect("nobody").Failure);
                Assert.True(station.Connect("cafe", "secret123").IsConnected);
            });
            Task<WifiResult> first = station.ConnectAsync("cafe", "secret123");
            Assert.True((await station.ConnectAsync("cafe", "secret123")).IsConnected);
            Assert.Equal(WifiFailure.Left, (await first).Failure);
            station.Restart();
            Assert.False(station.IsConnected);
            Assert.True((await station.ConnectAsync("cafe", "secret123")).IsConnected);
        });
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_on_the_air()
    {
        await Simulation.CheckTwiceAsync(9, sim => BuildAsync(sim, async (_, ap, station, web) =>
        {
            ap.SetSignal(station, -76);
            Assert.True((await station.ConnectAsync("cafe", "secret123")).IsConnected);
            await Probe.TransferAsync(station, web, web.Address, 100_000);
        }));
    }

    [Fact]
    public void Options_that_wifi_does_not_have_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new AccessPointOptions { Ssid = "" });
        Assert.Throws<ArgumentException>(() => new AccessPointOptions { Ssid = new string('x', 33) });
        Assert.Throws<ArgumentException>(() => new AccessPointOptions { Ssid = "x", Password = "short" });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AccessPointOptions { Ssid = "x", Channel = 15 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AccessPointOptions { Ssid = "x", SignalDbm = 1 });
    }

    private static Task RunAsync(Func<Simulation, SimulatedAccessPoint, SimulatedStation, SimulatedNode, Task> body) => Simulation.RunAsync(1, sim => BuildAsync(sim, body));

    private static Task BuildAsync(Simulation sim, Func<Simulation, SimulatedAccessPoint, SimulatedStation, SimulatedNode, Task> body)
    {
        SimulatedSwitch lan = sim.Network.AddSwitch("cafe-lan", "192.0.2.0/24");
        sim.Network.AddRouter("r", lan).EnableDhcp(lan);
        SimulatedAccessPoint ap = sim.Network.AddAccessPoint("ap", lan, new AccessPointOptions { Ssid = "cafe", Password = "secret123", Channel = 6, MaxStations = 2 });
        return body(sim, ap, sim.Network.AddStation("pico"), sim.Network.AddNode("web", lan, "192.0.2.10/24"));
    }
}
