namespace SocketPools.Simulation.Tests.Conducting;

/// <summary>What else the thread pool may do while a simulation begins.</summary>
public class QuietPoolTests
{
    [Fact]
    public async Task A_worker_that_only_blocks_is_let_be_and_the_runs_are_exact()
    {
        // What NUnit's runner does: one thread of the pool waits until all tests are over.
        using ManualResetEventSlim end = new();
        Task blocked = Task.Run(end.Wait);
        try
        {
            await Simulation.CheckTwiceAsync(1, async sim =>
            {
                SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
                sim.Network.Everywhere.Loss(0.1);
                using PoolSocket listener = b.Pool.CreateSocket();
                listener.Bind("0.0.0.0", 7);
                listener.Listen();
                Task<PoolSocket> accepting = listener.AcceptAsync().AsTask();
                using PoolSocket client = a.Pool.CreateSocket();
                await client.ConnectAsync(b.Address.ToString(), 7);
                using PoolSocket server = await accepting;
                await client.SendAllAsync(new byte[50_000]);
            });
        }
        finally
        {
            end.Set();
        }

        await blocked;
    }

    [Fact]
    public async Task A_worker_may_wait_for_the_simulation()
    {
        TimeSpan elapsed = await Task.Run(() => Simulation.RunAsync(1, async sim =>
        {
            await Task.Delay(TimeSpan.FromHours(1));
            return sim.Elapsed;
        }).GetAwaiter().GetResult());
        Assert.Equal(TimeSpan.FromHours(1), elapsed);
    }

    [Fact]
    public async Task A_worker_that_works_is_waited_for()
    {
        // It works for longer than a blocked one is waited for, and the simulation begins after it.
        bool hasEnded = false;
        long start = TimeProvider.System.GetTimestamp();
        Task work = Task.Run(() =>
        {
            while (TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(2))
            {
                Thread.SpinWait(1000);
            }

            Volatile.Write(ref hasEnded, true);
        });
        Assert.True(await Simulation.RunAsync(1, _ => Task.FromResult(Volatile.Read(ref hasEnded))));
        await work;
    }
}
