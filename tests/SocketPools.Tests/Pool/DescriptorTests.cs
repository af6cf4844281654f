using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SocketPools.Radios;

namespace SocketPools.Tests.Pool;

/// <summary>Alone in the process: these tests count or use up its descriptors.</summary>
[CollectionDefinition(nameof(DescriptorTests), DisableParallelization = true)]
[Collection(nameof(DescriptorTests))]
public sealed partial class DescriptorTests
{
    private const int RlimitNofile = 7;

    [Trait("Speed", "Slow")]
    [Fact]
    public Task A_million_sockets_made_and_closed_leave_no_descriptor_and_no_memory() => Task.Run(() =>
    {
        using TestPool pool = new();
        Cycle(pool.Pool, 10_000);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        (int descriptors, long memory, long resident) = (CountSockets(), GC.GetTotalMemory(true), Environment.WorkingSet);
        Cycle(pool.Pool, 1_000_000);
        Assert.Equal(descriptors, CountSockets());
        Assert.InRange(GC.GetTotalMemory(true) - memory, long.MinValue, 1 << 20);
        Assert.InRange(Environment.WorkingSet - resident, long.MinValue, 64 << 20);
        Assert.Equal(1_010_000, pool.Pool.TotalOpened);
        using (pool.Pool.CreateSocket())
        {
            Assert.Equal(descriptors + 1, CountSockets());
        }

        pool.Pool.AssertNoLeaks();
    });

    [Fact]
    public async Task When_others_use_up_the_descriptors_the_error_says_so_and_the_place_comes_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "RLIMIT_NOFILE is set with Linux's number");
        using TestPool pool = new();
        PoolSocket warm = pool.Listener();
        using TestPool clients = new();
        PoolSocket client = clients.Pool.CreateSocket();
        client.Connect(warm.LocalEndPoint);
        List<SafeFileHandle> others = [];
        Assert.Equal(0, getrlimit(RlimitNofile, out Limit old));
        Limit small = old with { Current = (nuint)CountDescriptors() + 64 };
        Assert.Equal(0, setrlimit(RlimitNofile, in small));
        try
        {
            Assert.Throws<IOException>(() => UseUp(others));
            PoolSocketException error = Assert.Throws<PoolSocketException>(() => pool.Pool.CreateSocket());
            Assert.Equal(Errno.EMFILE, error.Errno);
            Assert.Contains("ulimit", error.Message, StringComparison.Ordinal);
            Assert.Equal(Errno.EMFILE, Assert.Throws<PoolSocketException>(() => warm.Accept()).Errno);
            Assert.Equal(Errno.EMFILE, (await Assert.ThrowsAsync<PoolSocketException>(() => warm.AcceptAsync().AsTask())).Errno);
            Assert.Equal(Errno.EMFILE, (await Assert.ThrowsAsync<PoolSocketException>(() => ConnectAsync(clients, warm))).Errno);
            Assert.Equal(1, pool.Pool.OpenCount);
            Assert.Equal(1, clients.Pool.OpenCount);
        }
        finally
        {
            others.ForEach(handle => handle.Dispose());
            Assert.Equal(0, setrlimit(RlimitNofile, in old));
        }

        pool.Pool.CreateSocket().Close();
        (await warm.AcceptAsync()).Close();
        (await ConnectAsync(clients, warm)).Close();
        warm.Accept().Close();
    }

    private static Task<PoolSocket> ConnectAsync(TestPool clients, PoolSocket listener) =>
        clients.Pool.CreateConnectionAsync("127.0.0.1", listener.LocalEndPoint.Port).AsTask();

    private static void Cycle(SocketPool pool, int times)
    {
        for (int i = 0; i < times; i++)
        {
            pool.CreateSocket().Close();
        }
    }

    private static void UseUp(List<SafeFileHandle> handles)
    {
        while (true)
        {
            handles.Add(File.OpenHandle("/dev/null"));
        }
    }

    /// <summary>The sockets of the process; the runtime opens and closes files of its own as it likes.</summary>
    private static int CountSockets() => Directory.GetFiles("/proc/self/fd")
        .Count(f => File.ResolveLinkTarget(f, false)?.Name.StartsWith("socket:", StringComparison.Ordinal) == true);

    private static int CountDescriptors() => Directory.GetFiles("/proc/self/fd").Length;

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, out Limit limit);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, in Limit limit);

    internal record struct Limit(nuint Current, nuint Maximum);
}
