namespace SocketPools.Simulation.Tests.Doors;

public class SocketTests
{
    [Fact]
    public void The_page_has_what_runs_here() => PageCode.AssertRunsHere("docs/simulated-programs.md", ["## Sockets"]);

    [Fact]
    public async Task Asynchronous_and_blocking_programs_talk_to_each_other()
    {
        // {
        await Simulation.RunAsync(seed: 1, async sim =>
        {
            SimulatedNode server = sim.Network.AddNode("server"), desk = sim.Network.AddNode("desk");
            sim.Network.Between(server, desk).Loss(0.1);
            _ = server.Run(async node =>
            {
                using PoolSocket listener = node.Pool.CreateSocket();
                listener.Bind("0.0.0.0", 7);
                listener.Listen();
                using PoolSocket connection = await listener.AcceptAsync();
                await connection.SendAllAsync("hello"u8.ToArray());
            });
            await desk.RunBlocking(node =>
            {
                using PoolSocket socket = node.Pool.CreateSocket();
                socket.Connect("server", 7);
                Assert.Equal(5, socket.ReceiveInto(new byte[16]));
            });
        });
        // }
    }
}
