using SocketPools.Simulation;

namespace Mistakes;

/// <summary>
/// A cache asks its source when an entry has expired, and each request that comes meanwhile asks as well: what one question would do becomes a hundred at
/// once. The mend: requests that come while a question is under way wait for its answer.
/// </summary>
internal static class CacheStampede
{
    private const int Most = 3;

    internal static Task MistakenAsync(Simulation sim) => RunAsync(sim, isShared: false);

    internal static Task MendedAsync(Simulation sim) => RunAsync(sim, isShared: true);

    private static async Task RunAsync(Simulation sim, bool isShared)
    {
        SimulatedNode source = sim.Network.AddNode("source"), cache = sim.Network.AddNode("cache");
        sim.Network.Between(source, cache).Delay(TimeSpan.FromMilliseconds(2));
        int atOnce = 0;
        _ = Messages.ServeAsync(source, async _ =>
        {
            if (++atOnce > Most)
            {
                BrokenPromiseException.Report(sim, $"The source has {atOnce} of the same question at once.");
            }

            await Task.Delay(40);
            atOnce--;
            return "page";
        });

        string? page = null;
        TimeSpan expires = TimeSpan.Zero;
        Task<string>? asking = null;
        async Task<string> FetchAsync()
        {
            page = await Messages.AskAsync(cache, source, "page");
            expires = sim.Elapsed + TimeSpan.FromSeconds(10);
            asking = null;
            return page;
        }

        async Task GetAsync()
        {
            if (page is null || sim.Elapsed >= expires)
            {
                await (isShared ? asking ??= FetchAsync() : FetchAsync());
            }
        }

        // Visitors come by chance, 30 a second. Mostly one of them is there when the entry expires.
        Random visits = sim.CreateRandom("visits");
        List<Task> visitors = [];
        await GetAsync();
        while (sim.Elapsed < TimeSpan.FromMinutes(1))
        {
            await sim.DelayAsync(TimeSpan.FromMilliseconds(-33 * Math.Log(1 - visits.NextDouble())));
            visitors.Add(GetAsync());
        }

        await Task.WhenAll(visitors);
    }
}
