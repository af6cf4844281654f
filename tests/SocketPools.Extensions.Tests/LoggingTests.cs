using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SocketPools.Extensions.Tests;

public sealed partial class LoggingTests
{
    [Fact]
    public async Task A_pool_of_the_container_writes_what_happens_to_the_log()
    {
        LogLines log = new();
        await using ServiceProvider provider = Services(log, options => options.MaxSockets = 3).BuildServiceProvider();
        SocketPool pool = provider.GetRequiredService<SocketPool>();
        PoolSocket listener = pool.CreateSocket();
        listener.Bind("127.0.0.1", 0);
        listener.Listen();
        PoolSocket client = pool.CreateSocket();
        client.Connect(listener.LocalEndPoint);
        PoolSocket server = listener.Accept();
        string to = listener.LocalEndPoint.ToString();
        string from = client.LocalEndPoint.ToString();
        Assert.Throws<OutOfSocketsException>(() => pool.CreateSocket());
        server.Close();
        client.Close();
        listener.Close();
        PoolSocket bound = pool.CreateSocket();
        bound.Bind("127.0.0.1", 0);
        PoolSocket refused = pool.CreateSocket();
        PoolSocketException error = Assert.Throws<PoolSocketException>(() => refused.Connect(bound.LocalEndPoint));
        pool.GetAddressInfo("localhost", 0);
        AddressInfoException unknown = Assert.Throws<AddressInfoException>(() => pool.GetAddressInfo("no host..", 0));
        await provider.DisposeAsync();
        Assert.Equal(
            [
                "Trace 1 SocketOpened: Radio host: socket 1 opened, tcp InterNetwork",
                "Trace 1 SocketOpened: Radio host: socket 2 opened, tcp InterNetwork",
                $"Debug 4 Connected: Radio host: socket 2 connected to {to} in # ms",
                "Trace 1 SocketOpened: Radio host: socket 3 opened, tcp InterNetwork",
                $"Trace 2 SocketAccepted: Radio host: socket 3 accepted from {from}",
                "Warning 8 OutOfSockets: Radio host: out of sockets, all 3 are in use",
                "Trace 3 SocketClosed: Radio host: socket 3 closed after # s: Closed",
                "Trace 3 SocketClosed: Radio host: socket 2 closed after # s: Closed",
                "Trace 3 SocketClosed: Radio host: socket 1 closed after # s: Closed",
                "Trace 1 SocketOpened: Radio host: socket 4 opened, tcp InterNetwork",
                "Trace 1 SocketOpened: Radio host: socket 5 opened, tcp InterNetwork",
                Time().Replace($"Information 5 ConnectFailed: Radio host: socket 5 could not connect to {error.Remote}, after 0 ms: {error.Message}", "#"),
                "Debug 6 LookedUp: Radio host: localhost looked up in # ms",
                Time().Replace($"Information 7 LookupFailed: Radio host: no host.. could not be looked up, after 0 ms: {unknown.Message}", "#"),
                "Trace 3 SocketClosed: Radio host: socket 4 closed after # s: PoolDisposed",
                "Trace 3 SocketClosed: Radio host: socket 5 closed after # s: PoolDisposed",
                "disposed",
            ],
            log.All.Select(line => Time().Replace(line, "#")));
    }

    [Fact]
    public async Task The_first_wait_for_a_place_is_a_warning_with_the_holders()
    {
        LogLines log = new();
        await using ServiceProvider provider = Services(log, options => options.MaxSockets = 1).BuildServiceProvider();
        SocketPool pool = provider.GetRequiredService<SocketPool>();
        PoolSocket holder = pool.CreateSocket();
        using CancellationTokenSource cancel = new();
        Task first = pool.WaitForCapacityAsync("first", CancellationToken.None).AsTask();
        Task second = pool.WaitForCapacityAsync("second", cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        holder.Close();
        await first;
        string[] lines = [.. log.All.Select(line => Time().Replace(line, "#")).Where(line => line.Contains("CapacityWait", StringComparison.Ordinal))];
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("Warning 10 CapacityWaitStarted: Radio host: first waits for a place, all 1 are in use. Holders:", lines[0], StringComparison.Ordinal);
        Assert.Contains("tcp4", lines[0], StringComparison.Ordinal);
        Assert.Equal("Debug 11 CapacityWaitQueued: Radio host: second waits for a place, with 2 waiting", lines[1]);
        Assert.StartsWith("Information 13 CapacityWaitFailed: Radio host: second waited ", lines[2], StringComparison.Ordinal);
        Assert.Contains(" ms for a place in vain: Out of sockets", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("Debug 12 CapacityWaitEnded: Radio host: first has waited ", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_leak_is_a_warning_with_the_line_that_made_the_socket()
    {
        LogLines log = new();
        await using ServiceProvider provider = Services(log, options => options.TrackCallers = true).BuildServiceProvider();
        MakeAndForget(provider.GetRequiredService<SocketPool>());
        while (!log.Warned.Task.IsCompleted)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.WhenAny(log.Warned.Task, Task.Delay(10));
        }

        Assert.Matches(
            @"^Warning 9 SocketLeaked: Radio host: socket 1 \(Created\) was collected without having been closed; made at LoggingTests\.cs:\d+$",
            log.All[^1]);
    }

    [Fact]
    public async Task Without_logging_or_with_the_option_off_there_is_no_log()
    {
        ServiceCollection bare = new();
        bare.AddSocketPool();
        await using ServiceProvider without = bare.BuildServiceProvider();
        without.GetRequiredService<SocketPool>().CreateSocket().Close();

        LogLines log = new();
        await using ServiceProvider off = Services(log, options => options.EnableLogging = false).BuildServiceProvider();
        off.GetRequiredService<SocketPool>().CreateSocket().Close();
        Assert.Empty(log.All);
    }

    [Fact]
    public void A_pool_outside_a_container_takes_the_logger_as_an_observer()
    {
        LogLines log = new();
        using ILoggerFactory factory = new LoggerFactory([log], new LoggerFilterOptions { MinLevel = LogLevel.Trace });
        using SocketPool pool = new(new HostNetwork());
        using (pool.AddObserver(new SocketPoolLogger(factory)))
        {
            pool.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Dgram).Close();
        }

        pool.CreateSocket().Close();
        Assert.Equal(2, log.All.Length);
        Assert.Equal("Trace 1 SocketOpened: Radio host: socket 1 opened, udp InterNetworkV6", log.All[0]);
    }

    private static ServiceCollection Services(LogLines log, Action<SocketPoolOptions> configure)
    {
        ServiceCollection services = new();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace));
        services.AddSingleton<ILoggerProvider>(_ => log); // so made, the container disposes it: after the pool, which still writes
        services.AddSocketPool(configure);
        return services;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeAndForget(SocketPool pool) => pool.CreateSocket();

    [GeneratedRegex(@"(?<=(after|in) )[\d.E-]+(?= (s|ms)\b)")]
    private static partial Regex Time();
}
