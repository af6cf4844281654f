using System.Security.Cryptography;

namespace SocketPools.Simulation.Tests.Programs;

public class BlockingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Programs_that_block_are_exact_on_threads_of_their_own_and_on_the_pool(bool onPool)
    {
        string first = await CaptureAsync(7, onPool);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(first, await CaptureAsync(7, onPool));
        }

        Assert.NotEqual(first, await CaptureAsync(8, onPool));
    }

    [Fact]
    public async Task A_call_that_blocks_times_out_in_simulated_time()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode web = sim.Network.AddNode("web"), desk = sim.Network.AddNode("desk");
            sim.Network.Partition(web, desk);
            await desk.RunBlocking(node =>
            {
                using PoolSocket socket = node.Pool.CreateSocket();
                socket.SetTimeout(2.5);
                Assert.Equal(SocketPools.Radios.Errno.ETIMEDOUT, Assert.Throws<PoolSocketException>(() => socket.Connect("web", 80)).Errno);
                Assert.Equal(TimeSpan.FromSeconds(2.5), sim.Elapsed);
            });
        });
    }

    [Fact]
    public async Task A_thread_that_waits_for_nobody_is_named_in_the_report_with_its_node()
    {
        SimulationFailedException e = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(1, sim =>
            sim.Network.AddNode("lonely").RunBlocking(node =>
            {
                using PoolSocket socket = node.Pool.CreateSocket();
                socket.Bind("0.0.0.0", 80);
                socket.Listen();
                socket.Accept();
            })));
        Assert.IsType<SimulationDeadlockException>(e.InnerException);
        Assert.Contains("Thread \"lonely\" waits", e.Message, StringComparison.Ordinal);
    }

    internal static async Task<string> CaptureAsync(int seed, bool onPool)
    {
        using MemoryStream capture = new();
        await Simulation.RunAsync(seed, async sim =>
        {
            SimulatedNode web = sim.Network.AddNode("web"), desk = sim.Network.AddNode("desk");
            sim.Network.Between(web, desk).Loss(0.05);
            Task Start(SimulatedNode node, Action<SimulatedNode> program) => onPool ? Task.Run(() => program(node)) : node.RunBlocking(program);
            Task[] servers = [.. Enumerable.Range(0, 3).Select(i => Start(web, node => Serve(node, 7 + i)))];
            Task[] clients = [.. Enumerable.Range(0, 3).Select(i => Start(desk, node => Ask(node, 7 + i)))];
            Task mixed = Task.Run(() => AskAsync(sim, web, desk));
            await Task.WhenAll([.. servers, .. clients, mixed]);
        }, new SimulationOptions { Capture = capture });
        return Convert.ToHexString(SHA256.HashData(capture.ToArray()));
    }

    private static void Serve(SimulatedNode node, int port)
    {
        using PoolSocket listener = node.Pool.CreateSocket();
        listener.Bind("0.0.0.0", port);
        listener.Listen();
        using PoolSocket connection = listener.Accept();
        byte[] buffer = new byte[2000];
        for (int count = connection.ReceiveInto(buffer); count > 0; count = connection.ReceiveInto(buffer))
        {
            connection.SendAll(buffer.AsSpan(0, count));
        }
    }

    private static void Ask(SimulatedNode node, int port)
    {
        using PoolSocket socket = node.Pool.CreateSocket();
        socket.SetTimeout(60);
        socket.Connect("web", port);
        byte[] buffer = new byte[2000];
        for (int i = 0; i < 50; i++)
        {
            socket.SendAll(buffer.AsSpan(0, 100 + port));
            for (int left = 100 + port; left > 0;)
            {
                left -= socket.ReceiveInto(buffer);
            }
        }
    }

    private static async Task AskAsync(Simulation sim, SimulatedNode web, SimulatedNode desk)
    {
        using PoolSocket server = web.Pool.CreateSocket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram);
        server.Bind("0.0.0.0", 9);
        using PoolSocket client = desk.Pool.CreateSocket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram);
        for (int i = 0; i < 50; i++)
        {
            await client.SendToAsync(new byte[10], new System.Net.IPEndPoint(web.Address, 9));
            await sim.DelayAsync(TimeSpan.FromMilliseconds(3));
        }
    }
}
