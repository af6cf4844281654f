using System.Globalization;
using System.Net;
using SocketPools.Stack.Tcp;

namespace SocketPools.Simulation.Tests.Network;

/// <summary>TCP over the simulated network beside the approved table of the stack's own tests: the rows without random losses.</summary>
[Trait("Speed", "Slow")]
public class ApprovedTableTests
{
    private const int Bytes = 10_000_000;

    [Fact]
    public void Throughput_over_the_simulated_network_is_that_of_the_approved_table()
    {
        string path = Path.Combine(Repository.Root, "tests", "SocketPools.Stack.Tests", "Tcp", "Approved", "throughput.txt");
        int compared = 0;
        foreach (string line in File.ReadLines(path).Skip(2))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            double[] numbers = [.. columns[1..].Select(c => double.Parse(c, CultureInfo.InvariantCulture))];
            if (numbers[0] > 0)
            {
                continue;
            }

            double measured = Measure(Enum.Parse<TcpCongestionControl>(columns[0]), numbers[1] / 2, (int)numbers[2] * 1024);
            TestContext.Current.TestOutputHelper?.WriteLine($"{line}  simulated {measured:F1}");
            Assert.InRange(measured, numbers[3] * 0.9, numbers[3] * 1.1);
            compared++;
        }

        Assert.Equal(18, compared);
    }

    private static double Measure(TcpCongestionControl control, double oneWay, int buffer) => Simulation.Run(7, async sim =>
    {
        SimulatedNodeOptions options = new()
        {
            Stack = stack => stack with
            {
                Tcp = stack.Tcp with
                {
                    CongestionControl = control,
                    ReceiveBuffer = Math.Min(buffer, 128 * 1024),
                    MaxReceiveBuffer = buffer,
                    SendBuffer = Math.Min(buffer, 128 * 1024),
                    MaxSendBuffer = buffer,
                },
            },
        };
        SimulatedNode a = sim.Network.AddNode("a", options), b = sim.Network.AddNode("b", options);
        sim.Network.Latency = TimeSpan.Zero;
        FaultScope scope = sim.Network.Between(a, b);
        scope.Bandwidth(100_000_000, 100_000);
        scope.Delay(TimeSpan.FromMilliseconds(oneWay));
        using PoolSocket listener = b.Pool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Any, 80));
        listener.Listen();
        using PoolSocket client = a.Pool.CreateSocket();
        TimeSpan start = sim.Elapsed;
        await client.ConnectAsync(new IPEndPoint(b.Address, 80));
        using PoolSocket server = await listener.AcceptAsync();
        Task sending = client.SendAllAsync(new byte[Bytes]).AsTask();
        byte[] received = new byte[65536];
        for (int left = Bytes; left > 0;)
        {
            left -= await server.ReceiveIntoAsync(received);
        }

        await sending;
        return Bytes * 8 / (sim.Elapsed - start).TotalSeconds / 1e6;
    }, new SimulationOptions { MaxLoggedEvents = 0 });
}
