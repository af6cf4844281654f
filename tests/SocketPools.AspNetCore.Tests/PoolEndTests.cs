using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SocketPools.AspNetCore.Tests;

/// <summary>The end of the pool under a server. Alone in the process: it is on the clock.</summary>
[CollectionDefinition(nameof(PoolEndTests), DisableParallelization = true)]
[Collection(nameof(PoolEndTests))]
public sealed class PoolEndTests
{
    [Fact]
    public async Task Disposing_the_pool_under_load_ends_everything_within_a_second()
    {
        await using TestServer server = await TestServer.StartAsync(
            app =>
            {
                app.MapGet("/", () => "hello");
                app.MapGet("/wait", (HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted));
            },
            new ServerSetup { MayLogErrors = true });
        using HttpClient client = server.CreateClient();
        TaskCompletionSource warm = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int answered = 0;
        Task[] load = [.. Enumerable.Range(0, 40).Select(async n =>
        {
            while (true)
            {
                await client.GetStringAsync(n < 20 ? "/" : "/wait");
                if (Interlocked.Increment(ref answered) == 200)
                {
                    warm.SetResult();
                }
            }
        })];
        await warm.Task;
        long start = Stopwatch.GetTimestamp();
        server.Pool.Dispose();
        Assert.All(await Task.WhenAll(load.Select(task => Assert.ThrowsAsync<HttpRequestException>(() => task))), Assert.NotNull);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 1);
        await server.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, server.Pool.OpenCount);
    }
}
