using SocketPools.Simulation.Conducting;

namespace SocketPools.Simulation.Tests.Conducting;

/// <summary>Threads that a program has started itself: while one runs the clock stands still.</summary>
public class OutsideThreadTests
{
    [Fact]
    public async Task A_thread_of_a_programs_own_that_computes_and_then_sends_is_never_late()
    {
        Assert.SkipUnless(LinuxThreads.IsSupported, "the system does not tell which threads run");
        for (int i = 0; i < 20; i++)
        {
            await Simulation.RunAsync(i, async sim =>
            {
                TaskCompletionSource<TimeSpan> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
                new Thread(() => done.SetResult(Compute(sim, 1 + (i % 3)))) { IsBackground = true, Name = i % 2 == 0 ? "mine" : null }.Start();
                Task first = await Task.WhenAny(done.Task, sim.DelayAsync(TimeSpan.FromMilliseconds(1)));
                Assert.Same(done.Task, first);
                Assert.Equal(TimeSpan.Zero, await done.Task);
            });
        }
    }

    [Fact]
    public async Task A_thread_of_a_programs_own_that_is_woken_is_never_late()
    {
        Assert.SkipUnless(LinuxThreads.IsSupported, "the system does not tell which threads run");
        await Simulation.RunAsync(1, async sim =>
        {
            using SemaphoreSlim work = new(0);
            TaskCompletionSource<TimeSpan>? done = null;
            Thread worker = new(() =>
            {
                while (true)
                {
                    work.Wait();
                    if (done is not { } asked)
                    {
                        return;
                    }

                    asked.SetResult(Compute(sim, 1));
                }
            })
            { IsBackground = true, Name = "worker" };
            worker.Start();
            for (int i = 0; i < 200; i++)
            {
                await sim.DelayAsync(TimeSpan.FromSeconds(1));
                TimeSpan asked = sim.Elapsed;
                done = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
                work.Release();
                Assert.Equal(asked, await done.Task);
            }

            done = null;
            work.Release();
        });
    }

    [Fact]
    public async Task A_thread_of_a_programs_own_that_never_ends_is_named()
    {
        Assert.SkipUnless(LinuxThreads.IsSupported, "the system does not tell which threads run");
        using ManualResetEventSlim over = new();
        Exception? e = await Record.ExceptionAsync(() => Simulation.RunAsync(
            1,
            async sim =>
            {
                new Thread(() =>
                {
                    while (!over.IsSet)
                    {
                    }
                })
                { IsBackground = true, Name = "spinner" }.Start();
                await sim.DelayAsync(TimeSpan.FromSeconds(1));
            },
            new SimulationOptions { MaxCpuTime = TimeSpan.FromSeconds(1) }));
        over.Set();
        Assert.IsType<SimulationTimeoutException>(Assert.IsType<SimulationFailedException>(e).InnerException);
        Assert.Contains("The thread \"spinner\", which a program has started, has used", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thread_of_a_programs_own_that_blocks_in_a_socket_takes_its_turn() => await Simulation.RunAsync(1, async sim =>
    {
        SimulatedNode server = sim.Network.AddNode("server"), desk = sim.Network.AddNode("desk");
        TaskCompletionSource<int> got = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            using PoolSocket socket = server.Pool.CreateSocket();
            socket.Bind("0.0.0.0", 7);
            socket.Listen();
            using PoolSocket connection = socket.Accept();
            got.SetResult(connection.ReceiveInto(new byte[16]));
        })
        { IsBackground = true }.Start();
        using PoolSocket client = desk.Pool.CreateSocket();
        await sim.DelayAsync(TimeSpan.FromSeconds(1));
        await client.ConnectAsync("server", 7);
        await client.SendAllAsync("hello"u8.ToArray());
        Assert.Equal(5, await got.Task);

        // It has ended without a word. Its turn is over, and another one comes.

        await sim.DelayAsync(TimeSpan.FromSeconds(1));
    });

    [Fact]
    public async Task Threads_that_follow_each_other_are_all_seen() => await Simulation.RunAsync(1, async sim =>
    {
        Assert.SkipUnless(LinuxThreads.IsSupported, "the system does not tell which threads run");
        for (int i = 0; i < 300; i++)
        {
            TimeSpan asked = sim.Elapsed;
            TaskCompletionSource<TimeSpan> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            new Thread(() => done.SetResult(Compute(sim, 1))) { IsBackground = true }.Start();
            Assert.Equal(asked, await done.Task);
            await sim.DelayAsync(TimeSpan.FromMilliseconds(1));
        }
    });

    // Some milliseconds of the processor's time, in which the clock must not move.
    private static TimeSpan Compute(Simulation sim, int rounds)
    {
        int x = 17;
        for (int i = 0; i < rounds * 1_000_000; i++)
        {
            x = (x * 31) + i;
        }

        GC.KeepAlive(x);
        return sim.Elapsed;
    }
}
