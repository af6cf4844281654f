using System.Diagnostics;
using System.Globalization;

namespace SocketPools.Tests.Host;

/// <summary>What the threads of the epoll do while there is nothing to do.</summary>
[Collection(AloneCollection.Name)]
public sealed class EpollIdleTests
{
    private const int Exchanges = 200;

    // epoll_wait's fourth argument as /proc shows it: wait without a limit of time.
    private static readonly string[] s_endless = ["0xffffffffffffffff", "0xffffffff"];

    [Fact]
    public async Task All_threads_sleep_without_a_time_limit_after_asynchronous_exchanges()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll is Linux's");
        Assert.SkipUnless(File.Exists("/proc/self/syscall"), "this kernel does not show the system call of a thread");
        await ExchangeAsync(TestContext.Current.CancellationToken);

        // The exchange may have ended on one of these threads, which this test would keep.
        await Task.Yield();
        string[] threads = FindThreads();
        Assert.NotEmpty(threads);

        // Every thread polls for microseconds after its last work: on a slow machine that takes longer, and never for ever.
        Stopwatch watch = Stopwatch.StartNew();
        string[] calls = CallsOf(threads);
        while (!calls.All(IsEndlessWait) && watch.Elapsed < TimeSpan.FromSeconds(30))
        {
            Thread.Yield();
            calls = CallsOf(threads);
        }

        Assert.All(calls, call => Assert.True(IsEndlessWait(call), call));
        long[] switches = SwitchesOf(threads);
        Assert.All(CallsOf(threads), call => Assert.True(IsEndlessWait(call), call));
        Assert.Equal(switches, SwitchesOf(threads));
    }

    private static async Task ExchangeAsync(CancellationToken token)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        byte[] request = new byte[64];
        byte[] response = new byte[64];
        Task echo = Task.Run(
            async () =>
            {
                for (int i = 0; i < Exchanges; i++)
                {
                    _ = await server.ReceiveIntoAsync(request, token);
                    await server.SendAllAsync(request, token);
                }
            },
            token);
        for (int i = 0; i < Exchanges; i++)
        {
            await client.SendAllAsync(new byte[64], token);
            _ = await client.ReceiveIntoAsync(response, token);
        }

        await echo;
    }

    private static bool IsEndlessWait(string call) => call.Split(' ') is [_, _, _, _, var timeout, ..] && s_endless.Contains(timeout);

    private static string[] CallsOf(string[] threads) => [.. threads.Select(thread => File.ReadAllText(thread + "/syscall").Trim())];

    private static long[] SwitchesOf(string[] threads) =>
        [.. threads.SelectMany(thread => File.ReadLines(thread + "/status"))
            .Where(line => line.Contains("ctxt_switches", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(':')[1], CultureInfo.InvariantCulture))];

    private static string[] FindThreads() => [.. Directory.GetDirectories("/proc/self/task").Where(IsOfEpoll)];

    private static bool IsOfEpoll(string thread)
    {
        try
        {
            return File.ReadAllText(thread + "/comm").StartsWith("socketpool epol", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // A thread of the thread pool that has just ended.
            return false;
        }
    }
}
