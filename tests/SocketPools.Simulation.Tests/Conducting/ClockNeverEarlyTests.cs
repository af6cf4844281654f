namespace SocketPools.Simulation.Tests.Conducting;

/// <summary>The clock moves only when nothing can run: random work of every kind says when it is under way, and each event looks.</summary>
public class ClockNeverEarlyTests
{
    private int _underWay;
    private long _early;

    [Theory]
    [InlineData(1, 1_000, 5_000)]
    [InlineData(1, 16_000, 100_000, Traits = ["Speed", "Slow"])]
    [InlineData(4, 2_000, 5_000)]
    public async Task The_clock_never_moves_while_work_is_under_way(int workers, int rounds, int least)
    {
        long jumps = await RunAsync(workers, rounds);
        Assert.Equal(0, _early);
        Assert.True(jumps > least, $"{jumps} jumps");
    }

    // Both conductors, with the question left out that keeps the clock from moving early.
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_clock_that_does_not_ask_for_work_is_found(int workers)
    {
        try
        {
            await RunAsync(workers, rounds: 500, () => false);
        }
        catch (SimulationFailedException)
        {
            // It may also lose its way altogether: what counts is that it was seen.
        }

        Assert.NotEqual(0, _early);
    }

    [Fact]
    public async Task The_check_finds_a_clock_that_moves_early()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            Interlocked.Increment(ref _underWay);
            await sim.DelayAsync(TimeSpan.FromMilliseconds(1)); // under way across a jump: a violation on purpose
            Interlocked.Decrement(ref _underWay);
        }, Options(1));
        Assert.NotEqual(0, _early);
    }

    private SimulationOptions Options(int workers, Func<bool>? isWorkPending = null) => new()
    {
        IsWorkPending = isWorkPending,
        Workers = workers,
        MaxDuration = TimeSpan.FromDays(100),
        BeforeEvent = () => _early += Volatile.Read(ref _underWay) == 0 ? 0 : 1,
    };

    private Task<long> RunAsync(int workers, int rounds, Func<bool>? isWorkPending = null) => Simulation.RunAsync(workers, async sim =>
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => ChainAsync(sim, i, rounds))));
        return sim.Jumps;
    }, Options(workers, isWorkPending));

    private async Task ChainAsync(Simulation sim, int number, int rounds)
    {
        Random random = sim.CreateRandom($"chain {number}");
        for (int round = 0; round < rounds; round++)
        {
            Interlocked.Increment(ref _underWay);
            for (int step = random.Next(1, 5); step > 0; step--)
            {
                await StepAsync(random);
            }

            Interlocked.Decrement(ref _underWay);
            await sim.DelayAsync(TimeSpan.FromTicks(random.Next(0, 500_000)));
        }
    }

    private static async Task StepAsync(Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                await Task.Yield();
                break;
            case 1:
                await Task.Run(() => Thread.SpinWait(100));
                break;
            case 2:
                TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
                ThreadPool.UnsafeQueueUserWorkItem(_ => end.SetResult(), null);
                await end.Task;
                break;
            case 3:
                await Task.WhenAll(Enumerable.Range(0, random.Next(1, 10)).Select(_ => Task.Run(async () => await Task.Yield())));
                break;
            case 4:
                ThreadPool.UnsafeQueueUserWorkItem(static _ => { }, (object?)null, preferLocal: true);
                await Task.Yield();
                break;
            default:
                await Task.Factory.StartNew(() => Task.Run(() => Thread.SpinWait(50)), CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default).Unwrap();
                break;
        }
    }
}
