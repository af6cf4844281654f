using SocketPools.Host.Linux;

namespace SocketPools.Tests.Host;

[Collection(nameof(Pool.DescriptorTests))]
public sealed class DescriptorReserveTests
{
    [Fact]
    public void A_reserve_holds_its_descriptors_gives_them_up_once_and_takes_them_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the reserve holds nothing on other systems");
        using DescriptorReserve reserve = new(20);
        Assert.Equal((20, 20), (reserve.Count, reserve.HeldCount));
        int held = CountEvents();
        Assert.Equal(20, reserve.Release());
        Assert.Equal(held - 20, CountEvents());
        Assert.Equal(0, reserve.Release());
        Assert.Equal(0, reserve.HeldCount);
        Assert.True(reserve.TryRefill());
        Assert.True(reserve.TryRefill());
        Assert.Equal(held, CountEvents());
        reserve.Dispose();
        Assert.Equal(held - 20, CountEvents());
        Assert.False(reserve.TryRefill());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1025)]
    public void A_count_out_of_range_is_refused(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DescriptorReserve(count));

    [Fact]
    public void A_reserve_starts_the_threads_of_asynchronous_waits()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll is Linux's");
        using DescriptorReserve reserve = new();
        Assert.Contains(Directory.GetDirectories("/proc/self/task"), task => File.ReadAllText(task + "/comm").StartsWith("socketpool epol", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_one_thread_cannot_be_started_none_of_them_stays_and_none_used_the_epoll()
    {
        int starts = 0;
        int runs = 0;
        List<Thread> started = [];
        EpollThreads threads = new(-1, thread =>
        {
            if (++starts == 3)
            {
#pragma warning disable CA2201 // what the runtime throws
                throw new OutOfMemoryException();
#pragma warning restore CA2201
            }

            thread.Start();
            started.Add(thread);
        });
        Assert.False(threads.TryStart(5, _ => Interlocked.Increment(ref runs)));
        Assert.Equal(3, starts);
        Assert.Equal(0, runs);
        Assert.All(started, thread => Assert.False(thread.IsAlive));
    }

    [Fact]
    public void When_all_threads_start_each_of_them_runs()
    {
        using CountdownEvent runs = new(4);
        Assert.True(new EpollThreads(7).TryStart(4, epoll =>
        {
            if (epoll == 7)
            {
                runs.Signal();
            }
        }));
        runs.Wait();
    }

    [Theory]
    [InlineData(20_000, 19_775)]
    [InlineData(1024, 799)]
    [InlineData(400, 175)]
    [InlineData(300, 75)]
    [InlineData(256, 64)]
    [InlineData(64, 16)]
    [InlineData(2, 1)]
    public void The_budget_leaves_the_runtime_a_reserve_of_descriptors(int descriptors, int most)
    {
        HostNetwork radio = new(null, new FakeBackend { Descriptors = descriptors });
        Assert.Equal(most, radio.MaxSocketsLimit);
        Assert.Equal(Math.Min(most, HostNetwork.DefaultMaxSockets), radio.MaxSockets);
    }

    private static int CountEvents() => Directory.GetFiles("/proc/self/fd")
        .Count(f => new FileInfo(f).LinkTarget?.Contains("[eventfd]", StringComparison.Ordinal) == true);
}
