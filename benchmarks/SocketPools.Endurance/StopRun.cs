using System.Globalization;
using Microsoft.AspNetCore.Builder;

namespace SocketPools.Endurance;

/// <summary>Stops a server while 16 bodies of 1 to 10 MiB are under way over one connection, and counts those that do not arrive whole.</summary>
internal static class StopRun
{
    private const int Bodies = 16;

    internal static async Task<int> RunAllAsync(int repeat, int seed)
    {
        Console.WriteLine("protocol  transport  lost  of");
        int lostByPool = 0;
        foreach (string protocol in (string[])["h2c", "tls"])
        {
            foreach (bool onPool in (bool[])[true, false])
            {
                int lost = 0;
                for (int i = 0; i < repeat; i++)
                {
                    lost += await RunAsync(protocol, onPool, seed + i);
                }

                lostByPool += onPool ? lost : 0;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{protocol,-8}  {(onPool ? "pool" : "standard"),-9}  {lost,4}  {Bodies * repeat}"));
            }
        }

        return lostByPool == 0 ? 0 : 1;
    }

    /// <returns>How many bodies were lost.</returns>
    internal static async Task<int> RunAsync(string protocol, bool onPool, int seed)
    {
        Random random = new(seed);
        using SocketPool? pool = onPool ? new SocketPool(new HostNetwork()) : null;
        await using WebApplication app = WebServers.Create(pool, protocol);
        await app.StartAsync();
        using HttpClient client = WebServers.CreateClient(protocol, WebServers.PortOf(app));
        _ = await client.GetStringAsync("");
        long[] lengths = [.. Enumerable.Range(0, Bodies).Select(_ => random.NextInt64(1 << 20, 10 << 20))];
        HttpResponseMessage[] begun = await Task.WhenAll(lengths.Select(
            length => client.GetAsync(string.Create(CultureInfo.InvariantCulture, $"body/{length}"), HttpCompletionOption.ResponseHeadersRead)));
        Task<bool>[] bodies = [.. begun.Select((response, i) => ArrivesAsync(response, lengths[i]))];
        await app.StopAsync();
        bool[] arrived = await Task.WhenAll(bodies);
        pool?.AssertNoLeaks();
        return arrived.Count(whole => !whole);
    }

    private static async Task<bool> ArrivesAsync(HttpResponseMessage response, long length)
    {
        try
        {
            using (response)
            {
                await using Stream body = await response.Content.ReadAsStreamAsync();
                byte[] block = new byte[8192];
                long got = 0;
                while (await body.ReadAsync(block) is var count and > 0)
                {
                    got += count;
                }

                return got == length;
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
    }
}
