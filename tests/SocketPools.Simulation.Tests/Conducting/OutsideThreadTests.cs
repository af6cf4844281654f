namespace SocketPools.Simulation.Tests.Conducting;

/// <summary>Threads that a program has started itself, with <c>new Thread</c>.</summary>
public class OutsideThreadTests
{
    [Fact]
    public async Task A_thread_that_has_blocked_in_a_socket_may_end_without_a_word() => await Simulation.RunAsync(1, async sim =>
    {
        SimulatedNode server = sim.Network.AddNode("server"), desk = sim.Network.AddNode("desk");
        for (int port = 7; port < 10; port++)
        {
            TaskCompletionSource<int> got = new(TaskCreationOptions.RunContinuationsAsynchronously);
            int own = port;
            TaskCompletionSource listens = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Thread thread = new(() =>
            {
                using PoolSocket socket = server.Pool.CreateSocket();
                socket.Bind("0.0.0.0", own);
                socket.Listen();
                listens.SetResult();
                using PoolSocket connection = socket.Accept();
                got.SetResult(connection.ReceiveInto(new byte[16]));
            })
            { IsBackground = true };

            // Until its first call that waits it runs in real time.
            await sim.RunInRealTime(() =>
            {
                thread.Start();
                listens.Task.Wait();
            });
            using PoolSocket client = desk.Pool.CreateSocket();
            await client.ConnectAsync("server", port);
            await client.SendAllAsync("hello"u8.ToArray());
            Assert.Equal(5, await got.Task);
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
        }
    });
}
