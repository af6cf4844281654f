using System.Net;
using SocketPools.Boards;
using SocketPools.Radios;

namespace SocketPools.Simulation.Tests.Air;

/// <summary>A board's profile on a station: the limits of the board and the faults of the air together, with blocking calls as a board's program has them.</summary>
public class BoardStationTests
{
    [Fact]
    public async Task A_program_meets_the_limits_of_its_board_in_simulated_time()
    {
        await RunAsync(BoardProfiles.PicoW, (sim, station, _) =>
        {
            TimeSpan start = sim.Elapsed;
            List<PoolSocket> open = [];
            Assert.Throws<OutOfSocketsException>(() =>
            {
                while (open.Count < 100)
                {
                    open.Add(station.Pool.CreateSocket());
                }
            });
            Assert.Equal(BoardProfiles.PicoW.Budget.MaxSockets.Value, open.Count);
            open.ForEach(s => s.Close());

            // lwIP's reset of a refused connection, over the air and a router.
            using (PoolSocket refused = station.Pool.CreateSocket())
            {
                Assert.Equal(Errno.ECONNRESET, Assert.Throws<PoolSocketException>(() => refused.Connect("web", 81)).Errno);
            }

            // One segment a receive, and a time-out that takes no real time.
            using PoolSocket client = station.Pool.CreateSocket();
            client.Connect("web", 80);
            byte[] buffer = new byte[4000];
            int received = 0;
            for (int count; received < 3000; received += count)
            {
                count = client.ReceiveInto(buffer);
                Assert.InRange(count, 1, 1460);
            }

            client.SetTimeout(600);
            TimeSpan before = sim.Elapsed;
            Assert.Equal(Errno.ETIMEDOUT, Assert.Throws<PoolSocketException>(() => client.ReceiveInto(buffer)).Errno);
            Assert.InRange((sim.Elapsed - before).TotalSeconds, 600, 601);
        });
    }

    [Fact]
    public async Task Without_its_network_the_board_fails_in_its_own_way_and_works_again_when_the_access_point_is_back()
    {
        await RunAsync(BoardProfiles.PicoW, (sim, station, ap) =>
        {
            FaultRule power = ap.PowerOff();
            sim.Sleep(TimeSpan.FromSeconds(10));
            Assert.False(station.IsConnected);
            using (PoolSocket lost = station.Pool.CreateSocket())
            {
                lost.SetTimeout(5);
                PoolSocketException e = Assert.Throws<PoolSocketException>(() => lost.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.10"), 80)));
                Assert.Equal(Errno.EHOSTUNREACH, e.Errno);
                Assert.Throws<AddressInfoException>(() => station.Pool.GetAddressInfo("web", 80));
            }

            power.Dispose();
            sim.Sleep(TimeSpan.FromSeconds(20));
            Assert.True(station.IsConnected);
            using PoolSocket client = station.Pool.CreateSocket();
            client.Connect("web", 80);
            Assert.InRange(client.ReceiveInto(new byte[4000]), 1, 1460);
        });
    }

    [Theory]
    [InlineData("picow")]
    [InlineData("esp32")]
    public async Task A_transfer_over_a_weak_signal_is_complete_and_the_same_for_the_same_seed(string board)
    {
        Assert.True(BoardProfiles.TryFind(board, out BoardProfile? profile));
        List<TimeSpan> ends = [];
        for (int i = 0; i < 2; i++)
        {
            await RunAsync(profile, (sim, station, ap) =>
            {
                ap.SetSignal(station, -80);
                using PoolSocket client = station.Pool.CreateSocket();
                client.SetTimeout(120);
                client.Connect("web", 80);
                byte[] buffer = new byte[1000];
                int received = 0;
                while (received < 3000)
                {
                    received += client.ReceiveInto(buffer);
                }

                Assert.True(sim.Network.FramesLost > 0);
                ends.Add(sim.Elapsed);
            });
        }

        Assert.Equal(ends[0], ends[1]);
    }

    private static async Task RunAsync(BoardProfile profile, Action<Simulation, SimulatedStation, SimulatedAccessPoint> body)
    {
        await Simulation.RunAsync(3, async sim =>
        {
            SimulatedSwitch cafe = sim.Network.AddSwitch("cafe", "192.0.2.0/24");
            sim.Network.AddRouter("r", cafe, sim.Network.Lan).EnableDhcp(cafe);
            SimulatedAccessPoint ap = sim.Network.AddAccessPoint("ap", cafe, new AccessPointOptions { Ssid = "cafe", Password = "secret123" });
            SimulatedStation station = sim.Network.AddStation("pico", new SimulatedNodeOptions
            {
                Addresses = ["dhcp"],
                Stack = profile.CreateStackOptions,
                Radio = stack => new BoardRadio(stack, profile),
            });
            station.AssociationChanged += isAssociated => ((BoardRadio)station.Pool.Radio).IsAssociated = isAssociated;
            _ = sim.Network.AddNode("web", cafe, "192.0.2.10/24").Run(ServeAsync);
            Assert.True((await station.ConnectAsync("cafe", "secret123")).IsConnected);
            await station.RunBlocking(_ => body(sim, station, ap));
        });
    }

    private static async Task ServeAsync(SimulatedNode node)
    {
        using PoolSocket listener = node.Pool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Any, 80));
        listener.Listen();
        List<PoolSocket> kept = [];
        while (true)
        {
            PoolSocket connection = await listener.AcceptAsync();
            kept.Add(connection);
            await connection.SendAllAsync(new byte[3000]);
        }
    }
}
