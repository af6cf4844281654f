using System.Diagnostics;
using System.Threading.Channels;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SocketPools.Simulation.Tests.Programs;

/// <summary>What programs are made of beside sockets: each in simulated time, the same twice, and quick in real time.</summary>
public class LibraryTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public Task Semaphores_that_are_awaited_end_with_their_time() => PlayAsync(async sim =>
    {
        using SemaphoreSlim empty = new(0);
        Assert.False(await empty.WaitAsync(s_minute));
        Assert.Equal(s_minute, sim.Elapsed);
        Task<bool> waits = empty.WaitAsync(s_minute);
        sim.In(TimeSpan.FromSeconds(10), () => empty.Release());
        Assert.True(await waits);
        Assert.Equal(TimeSpan.FromSeconds(70), sim.Elapsed);
    });

    [Fact]
    public Task Channels_and_parallel_loops_take_turns() => PlayAsync(async sim =>
    {
        Channel<int> channel = Channel.CreateBounded<int>(2);
        Task producer = Task.Run(async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                await channel.Writer.WriteAsync(i);
            }

            channel.Writer.Complete();
        });
        int sum = 0;
        await Parallel.ForEachAsync(channel.Reader.ReadAllAsync(), new ParallelOptions { MaxDegreeOfParallelism = 5 }, async (i, token) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), token);
            sum += i;
        });
        await producer;
        Assert.Equal((45, TimeSpan.FromSeconds(2)), (sum, sim.Elapsed));
    });

    [Fact]
    public Task Waits_with_a_limit_and_cancellation_follow_the_simulated_time() => PlayAsync(async sim =>
    {
        await Assert.ThrowsAsync<TimeoutException>(() => new TaskCompletionSource().Task.WaitAsync(s_minute));
        using CancellationTokenSource late = new(s_minute);
        late.CancelAfter(2 * s_minute); // put off
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Timeout.Infinite, late.Token));
        Assert.Equal(3 * s_minute, sim.Elapsed);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken.None);
        linked.CancelAfter(s_minute);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new SemaphoreSlim(0).WaitAsync(linked.Token));
        Assert.Equal(4 * s_minute, sim.Elapsed);
        Assert.True(await Task.WhenAny(Task.Delay(s_minute), Task.Delay(2 * s_minute)) is { IsCompletedSuccessfully: true });
        Assert.Equal(5 * s_minute, sim.Elapsed);
    });

    [Fact]
    public Task Timers_of_all_kinds_fire_in_their_order_and_stop() => PlayAsync(async sim =>
    {
        List<string> order = [];
        void Note(string what) => order.Add($"{what} {sim.Elapsed.TotalSeconds}");
        using Timer threading = new(_ => Note("threading"), null, 1000, 2000);
        using System.Timers.Timer component = new(1500) { AutoReset = true };
        component.Elapsed += (_, _) => Note("component");
        component.Start();
        using ITimer provided = TimeProvider.System.CreateTimer(_ => Note("provided"), null, TimeSpan.FromSeconds(2.5), Timeout.InfiniteTimeSpan);
        using PeriodicTimer periodic = new(TimeSpan.FromSeconds(4));
        await periodic.WaitForNextTickAsync();
        component.Stop();
        threading.Change(Timeout.Infinite, Timeout.Infinite);
        await Task.Delay(s_minute);
        Assert.Equal(["threading 1", "component 1.5", "provided 2.5", "threading 3", "component 3"], order);
    });

    [Fact]
    public Task Background_services_run_and_stop_with_their_host() => PlayAsync(async sim =>
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHostedService<Ticker>().AddSingleton<List<TimeSpan>>();
        using IHost host = builder.Build();
        await host.StartAsync();
        await Task.Delay(TimeSpan.FromSeconds(35));
        await host.StopAsync();
        Assert.Equal([10, 20, 30], host.Services.GetRequiredService<List<TimeSpan>>().Select(t => t.TotalSeconds));
    });

    [Fact]
    public Task Rate_limiters_that_fill_by_a_timer_give_what_their_rate_says() => PlayAsync(async sim =>
    {
        await using TokenBucketRateLimiter limiter = new(new TokenBucketRateLimiterOptions
        {
            TokenLimit = 1,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 100,
            AutoReplenishment = true,
        });
        for (int i = 0; i < 5; i++)
        {
            using RateLimitLease lease = await limiter.AcquireAsync();
            Assert.True(lease.IsAcquired);
        }

        Assert.InRange(sim.Elapsed.TotalSeconds, 4, 6);
    });

    [Fact]
    public Task A_semaphore_that_blocks_a_worker_for_good_is_refused_by_name() => RefusedAsync(async sim =>
    {
        await Task.Yield();
        using SemaphoreSlim empty = new(0);
        empty.Wait();
    });

    [Fact]
    public Task A_task_that_is_waited_for_over_simulated_time_is_refused_by_name() => RefusedAsync(async sim =>
    {
        await Task.Yield();
        Task.Delay(s_minute).Wait();
    });

    private static async Task PlayAsync(Func<Simulation, Task> body)
    {
        long start = Stopwatch.GetTimestamp();
        await Simulation.CheckTwiceAsync(1, body);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), "it took real time");
    }

    private static async Task RefusedAsync(Func<Simulation, Task> body)
    {
        SimulationFailedException e = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(
            1, body, new SimulationOptions { StallTimeout = TimeSpan.FromMilliseconds(300) }));
        Assert.IsType<UnsoundWaitException>(e.InnerException);
        Assert.Contains("await", e.Message, StringComparison.Ordinal);
    }

    private sealed class Ticker(List<TimeSpan> ticks) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using PeriodicTimer timer = new(TimeSpan.FromSeconds(10));
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                ticks.Add(TimeSpan.FromSeconds(Math.Round(Simulation.Current!.Elapsed.TotalSeconds)));
            }
        }
    }
}
