using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SocketPools.AspNetCore.Tests;

/// <summary>The end of the pool under a server.</summary>
public sealed class PoolEndTests
{
    [Fact]
    public async Task Disposing_the_pool_under_load_ends_everything()
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
        server.Pool.Dispose();

        // Long before the time-out of the client, which is 100 s.
        await Task.WhenAll(load.Select(task => Assert.ThrowsAsync<HttpRequestException>(() => task))).WaitAsync(TimeSpan.FromSeconds(120));
        await server.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, server.Pool.OpenCount);
    }
}
