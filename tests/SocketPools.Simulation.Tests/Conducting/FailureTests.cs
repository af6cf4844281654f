namespace SocketPools.Simulation.Tests.Conducting;

public class FailureTests
{
    [Fact]
    public async Task Who_waits_for_ever_is_reported_at_once()
    {
        SimulationFailedException e = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(7, _ => new TaskCompletionSource().Task));
        Assert.IsType<SimulationDeadlockException>(e.InnerException);
        Assert.Equal(7, e.Seed);
        Assert.Contains("seed 7", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thread_that_blocks_for_ever_is_named()
    {
        SimulationFailedException e = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(1, sim => sim.RunBlocking("consumer", () => sim.Sleep(Timeout.InfiniteTimeSpan + TimeSpan.FromMilliseconds(1) + TimeSpan.FromDays(3)))));
        Assert.IsType<SimulationTimeoutException>(e.InnerException);
    }

    [Fact]
    public async Task Waiting_for_asynchronous_work_on_the_pool_is_refused_with_a_reason()
    {
        SimulationFailedException e = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(
            1, _ => Task.Run(() => Task.Delay(1000).Wait()), new SimulationOptions { StallTimeout = TimeSpan.FromMilliseconds(300) }));
        Assert.IsType<UnsoundWaitException>(e.InnerException);
        Assert.Contains("SendAsync", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blocking_program_that_waits_for_something_else_is_named()
    {
        using ManualResetEventSlim never = new();
        SimulationFailedException e = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(
            1, sim => sim.RunBlocking("consumer", () => never.Wait()), new SimulationOptions { StallTimeout = TimeSpan.FromMilliseconds(300) }));
        Assert.IsType<UnsoundWaitException>(e.InnerException);
        Assert.Contains("\"consumer\"", e.Message, StringComparison.Ordinal);
        never.Set();
    }

    [Fact]
    public async Task A_loop_without_end_is_found_by_the_time_of_the_processor()
    {
        bool stop = false;
        SimulationFailedException e = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(
            1,
            _ => Task.Run(() => SpinWait.SpinUntil(() =>
            {
                Thread.SpinWait(1000);
                return Volatile.Read(ref stop);
            })),
            new SimulationOptions { MaxCpuTime = TimeSpan.FromMilliseconds(500), StallTimeout = TimeSpan.FromMilliseconds(300) }));
        Volatile.Write(ref stop, true);
        Assert.True(e.InnerException is SimulationTimeoutException or UnsoundWaitException, e.ToString());
    }

    [Fact]
    public async Task The_thread_pool_is_as_before_also_after_a_failure()
    {
        ThreadPool.GetMinThreads(out int min, out int minPorts);
        ThreadPool.GetMaxThreads(out int max, out int maxPorts);
        await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(1, async sim =>
        {
            ThreadPool.GetMaxThreads(out int inside, out _);
            Assert.Equal(1, inside);
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            throw new InvalidOperationException("on purpose");
        }));
        ThreadPool.GetMinThreads(out int minAfter, out int minPortsAfter);
        ThreadPool.GetMaxThreads(out int maxAfter, out int maxPortsAfter);
        Assert.Equal((min, minPorts, max, maxPorts), (minAfter, minPortsAfter, maxAfter, maxPortsAfter));
    }

    [Fact]
    public async Task A_failure_has_its_seed_its_time_and_its_cause()
    {
        SimulationFailedException e = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(42, async sim =>
        {
            await sim.DelayAsync(TimeSpan.FromSeconds(90));
            throw new InvalidOperationException("on purpose");
        }));
        Assert.Equal((42, TimeSpan.FromSeconds(90)), (e.Seed, e.Elapsed));
        Assert.Equal("on purpose", e.InnerException!.Message);
        Assert.StartsWith("on purpose", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_that_is_not_asynchronous_may_block() =>
        Assert.Equal(5, Simulation.Run(1, async sim =>
        {
            await Task.Delay(5000);
            return (int)sim.Elapsed.TotalSeconds;
        }));

    [Fact]
    public async Task A_simulation_in_a_simulation_is_refused()
    {
        await Simulation.RunAsync(1, async _ => await Assert.ThrowsAsync<InvalidOperationException>(() => Simulation.RunAsync(2, _ => Task.CompletedTask)));
    }

    [Fact]
    public async Task Two_simulations_at_once_run_one_after_the_other()
    {
        int running = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Simulation.RunAsync(seed, async sim =>
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            Interlocked.Decrement(ref running);
        })));
    }
}
