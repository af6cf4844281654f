using System.Diagnostics;

namespace SocketPools.Simulation.Tests.Conducting;

public class RealTimerTests
{
    [Fact]
    public async Task Timers_of_the_runtime_fire_at_their_simulated_time()
    {
        List<double> seconds = await Simulation.RunAsync(1, async sim =>
        {
            List<double> at = [];
            await Task.Delay(1000);
            at.Add(sim.Elapsed.TotalSeconds);
            using CancellationTokenSource source = new(TimeSpan.FromHours(1));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(-1, source.Token));
            at.Add(sim.Elapsed.TotalSeconds);
            using PeriodicTimer periodic = new(TimeSpan.FromMinutes(1));
            for (int i = 0; i < 3; i++)
            {
                await periodic.WaitForNextTickAsync();
            }

            at.Add(sim.Elapsed.TotalSeconds);
            await Assert.ThrowsAsync<TimeoutException>(() => new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromHours(2)));
            at.Add(sim.Elapsed.TotalSeconds);
            return at;
        });
        Assert.Equal([1, 3601, 3781, 10981], seconds);
    }

    [Fact]
    public async Task A_delay_ends_at_its_simulated_time_however_long_real_work_takes()
    {
        int wrong = await Simulation.RunAsync(1, async sim =>
        {
            int count = 0;
            for (int i = 0; i < 60; i++)
            {
                TimeSpan start = sim.Elapsed;
                Task delay = Task.Delay(2);
                long until = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 250);
                while (Stopwatch.GetTimestamp() < until)
                {
                    Thread.SpinWait(20);
                }

                await delay;
                count += sim.Elapsed - start == TimeSpan.FromMilliseconds(2) ? 0 : 1;
            }

            return count;
        });
        Assert.Equal(0, wrong);
    }

    [Fact]
    public async Task Delays_end_in_the_order_of_their_time_and_then_in_the_order_in_which_they_began()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            List<int> order = [];
            await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
            {
                await Task.Delay(5 + (i % 2));
                order.Add(i);
            }));
            Assert.Equal([.. Enumerable.Range(0, 20).Select(i => i * 2), .. Enumerable.Range(0, 20).Select(i => (i * 2) + 1)], order);
        });
    }

    [Fact]
    public async Task A_timer_that_is_set_again_fires_at_the_new_time_and_one_that_is_stopped_never()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            List<TimeSpan> fired = [];
            using Timer again = new(_ => fired.Add(sim.Elapsed), null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
            using Timer stopped = new(_ => fired.Add(TimeSpan.Zero), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
            Timer disposed = new(_ => fired.Add(TimeSpan.Zero), null, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
            await Task.Delay(1000);
            again.Change(TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
            stopped.Change(Timeout.Infinite, Timeout.Infinite);
            await disposed.DisposeAsync();
            await Task.Delay(20_000);
            Assert.Equal([TimeSpan.FromSeconds(3)], fired);
        });
    }

    [Fact]
    public async Task Timers_that_were_set_before_wait_and_go_on_in_real_time_afterwards()
    {
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool hasFired = false;
        await using Timer before = new(_ =>
        {
            hasFired = true;
            end.TrySetResult();
        }, null, TimeSpan.FromMilliseconds(300), Timeout.InfiniteTimeSpan);
        await Simulation.RunAsync(1, async _ =>
        {
            await Task.Delay(TimeSpan.FromHours(1));
            Assert.False(hasFired);
        });
        await end.Task;
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(50);
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(45));
    }
}
