using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;

namespace SocketPools.Endurance;

/// <summary>Servers and clients on pools: large bodies, of which some are cancelled, and graceful stops, over h2c and TLS in turns.</summary>
internal static class SoakRun
{
    private const int Clients = 4;

    internal static async Task<int> RunAsync(TimeSpan time, int seed)
    {
        Random random = new(seed);
        long start = Stopwatch.GetTimestamp();
        long nextLine = 0;
        Tally tally = new();
        Console.WriteLine($"seed {seed}");
        Console.WriteLine("minute  rounds  bodies  cancelled  lost  descriptors  managed MiB  resident MiB");
        while (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < time)
        {
            await RoundAsync(tally.Rounds % 2 == 0 ? "h2c" : "tls", random.Next(), tally);
            tally.Rounds++;
            if (elapsed.TotalMinutes >= nextLine)
            {
                nextLine++;
                Print(elapsed, tally);
            }
        }

        Print(Stopwatch.GetElapsedTime(start), tally);
        return tally.Lost == 0 ? 0 : 1;
    }

    private static async Task RoundAsync(string protocol, int seed, Tally tally)
    {
        using SocketPool serverPool = new(new HostNetwork());
        using SocketPool clientPool = new(new HostNetwork());
        await using WebApplication app = WebServers.Create(serverPool, protocol);
        await app.StartAsync();
        using HttpClient client = WebServers.CreateClient(protocol, WebServers.PortOf(app), clientPool);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => FetchAsync(client, new Random(seed + i), tally)));

        // The last bodies are under way when the server stops.
        Random random = new(seed);
        HttpResponseMessage[] last = await Task.WhenAll(Enumerable.Range(0, Clients).Select(
            _ => client.GetAsync(UrlOf(random.NextInt64(1 << 20, 10 << 20)), HttpCompletionOption.ResponseHeadersRead)));
        Task[] bodies = [.. last.Select(response => DrainAsync(response, tally))];
        await app.StopAsync();
        await Task.WhenAll(bodies);
        serverPool.AssertNoLeaks();
    }

    private static async Task FetchAsync(HttpClient client, Random random, Tally tally)
    {
        for (int i = 0; i < 8; i++)
        {
            using CancellationTokenSource cancel = new();
            if (random.Next(3) == 0)
            {
                cancel.CancelAfter(random.Next(20));
            }

            try
            {
                await client.GetByteArrayAsync(UrlOf(random.NextInt64(1 << 16, 4 << 20)), cancel.Token);
                Interlocked.Increment(ref tally.Bodies);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref tally.Cancelled);
            }
        }
    }

    private static async Task DrainAsync(HttpResponseMessage response, Tally tally)
    {
        try
        {
            using (response)
            {
                await response.Content.CopyToAsync(Stream.Null);
            }

            Interlocked.Increment(ref tally.Bodies);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            Interlocked.Increment(ref tally.Lost);
        }
    }

    private static string UrlOf(long length) => string.Create(CultureInfo.InvariantCulture, $"body/{length}");

    private static void Print(TimeSpan elapsed, Tally tally)
    {
        long managed = GC.GetTotalMemory(forceFullCollection: true) >> 20;
        using Process self = Process.GetCurrentProcess();
        int descriptors = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{elapsed.TotalMinutes,6:0.0}  {tally.Rounds,6}  {tally.Bodies,6}  {tally.Cancelled,9}  {tally.Lost,4}  {descriptors,11}  {managed,11}  {self.WorkingSet64 >> 20,12}"));
    }

    private sealed class Tally
    {
        internal int Rounds;
        internal int Bodies;
        internal int Cancelled;
        internal int Lost;
    }
}
