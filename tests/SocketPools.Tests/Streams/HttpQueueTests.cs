using SocketPools.Streams;

namespace SocketPools.Tests.Streams;

/// <summary>Requests that wait for the connection of another request, which HttpClient keeps for them after that one has ended.</summary>
public sealed class HttpQueueTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_request_that_ends_while_the_pool_is_full_says_who_holds_the_places_not_only_the_first(bool isBlocking)
    {
        using TestPool pool = new(maxSockets: 1);
        using PoolSocket holder = pool.Pool.CreateSocket();
        WaitNotes waits = new();
        using IDisposable observation = pool.Pool.AddObserver(waits);
        using HttpClient client = new(new SocketsHttpHandler { UseProxy = false }.UseSocketPool(pool.Pool));
        using CancellationTokenSource first = new();
        Task<Exception> failure = FailAsync(client, isBlocking, first.Token);
        await waits.Started.Task;
        await first.CancelAsync();
        Assert.Contains(Chain(await failure), e => e is OutOfSocketsException);
        for (int i = 0; i < 2; i++)
        {
            // The connect of the first request goes on for some seconds, and these are queued for it.
            using CancellationTokenSource later = new(TimeSpan.FromSeconds(0.1));
            Exception error = await FailAsync(client, isBlocking, later.Token);
            Assert.True(Chain(error).Any(e => e is OutOfSocketsException), $"request {i + 2}: {error}");
        }
    }

    private static async Task<Exception> FailAsync(HttpClient client, bool isBlocking, CancellationToken token)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri("http://127.0.0.1:1/"));
        return await Assert.ThrowsAnyAsync<OperationCanceledException>(() => isBlocking
            ? Task.Run(() => client.Send(request, token), CancellationToken.None)
            : client.SendAsync(request, token));
    }

    private sealed class WaitNotes : SocketPoolObserver
    {
        internal TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void OnCapacityWaitStarted(SocketPool pool, CapacityWait wait) => Started.TrySetResult();
    }

    private static IEnumerable<Exception> Chain(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            yield return e;
        }
    }
}
