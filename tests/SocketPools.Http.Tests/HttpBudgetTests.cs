using System.Net.Sockets;
using SocketPools.Streams;
using SocketPools.Tests;

namespace SocketPools.Http.Tests;

/// <summary>HttpClient on a pool that is small, full, or goes away.</summary>
public sealed class HttpBudgetTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hundred_requests_at_once_are_answered_by_a_pool_of_eight(bool isTls)
    {
        await using WebServer server = await WebServer.StartAsync();
        using PoolClient http = new(maxSockets: 8);
        Uri url = isTls ? server.Tls : server.Http1;
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => http.Client.GetStringAsync(new Uri(url, $"{i}"))));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"hello {i}"), answers);
        Assert.InRange(http.Pool.HighWaterMark, 1, 8);
    }

    [Fact(Timeout = 240_000)]
    public async Task Requests_that_take_turns_on_a_small_pool_are_waits_and_no_refusals()
    {
        await using WebServer server = await WebServer.StartAsync();
        using PoolClient http = new(maxSockets: 2, handler => handler.PooledConnectionLifetime = TimeSpan.Zero);
        http.Pool.CapacityTimeout = Timeout.InfiniteTimeSpan;
        http.Client.Timeout = Timeout.InfiniteTimeSpan;
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => http.Client.GetStringAsync(new Uri(server.Http1, $"{i}"))));
        Assert.Equal(0, http.Pool.ExhaustedCount);
        Assert.InRange(http.Pool.TotalCapacityWaits, 1, 60);
    }

    [Fact]
    public async Task A_full_pool_makes_a_request_wait_until_somebody_closes()
    {
        await using WebServer server = await WebServer.StartAsync();
        using PoolClient http = new(maxSockets: 2);
        using PoolSocket one = http.Pool.CreateSocket();
        using PoolSocket two = http.Pool.CreateSocket();
        Task<string> request = http.Client.GetStringAsync(new Uri(server.Http1, "waited"));
        Assert.False(request.IsCompleted);
        Assert.Equal(0, http.Pool.ExhaustedCount);
        two.Close();
        Assert.Equal("hello waited", await request);
    }

    [Fact]
    public async Task Who_waits_is_counted_and_listed_and_the_wait_is_told()
    {
        await using WebServer server = await WebServer.StartAsync();
        using PoolClient http = new(maxSockets: 1);
        WaitObserver waits = new();
        using IDisposable observation = http.Pool.AddObserver(waits);
        using PoolSocket holder = http.Pool.CreateSocket();
        Task<string> request = http.Client.GetStringAsync(new Uri(server.Http1, "waited"));
        CapacityWait wait = await waits.Started.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal($"connect to {server.Http1.Host}:{server.Http1.Port}", wait.Purpose);
        Assert.Equal(1, http.Pool.CapacityWaitCount);
        Assert.Same(wait, Assert.Single(http.Pool.GetCapacityWaits()));
        Assert.Contains(wait.Purpose, http.Pool.Dump(), StringComparison.Ordinal);
        Assert.Equal(holder.Id, Assert.Single(wait.ToException().Holders).Id);
        holder.Close();
        Assert.Equal("hello waited", await request);
        Assert.Null(await waits.Ended.WaitAsync(TimeSpan.FromSeconds(120)));
        Assert.Equal(0, http.Pool.CapacityWaitCount);
        Assert.Equal(1, http.Pool.TotalCapacityWaits);
        Assert.Equal(0, http.Pool.ExhaustedCount);
    }

    [Theory]
    [InlineData("ConnectTimeout", "1.1")]
    [InlineData("ConnectTimeout", "2.0")]
    [InlineData("CapacityTimeout", "1.1")]
    [InlineData("CapacityTimeout", "2.0")]
    [InlineData("HttpClient.Timeout", "1.1")]
    [InlineData("HttpClient.Timeout", "2.0")]
    [InlineData("token", "1.1")]
    [InlineData("token", "2.0")]
    public async Task Who_waited_in_vain_learns_who_holds_the_places(string limit, string version)
    {
        await using WebServer server = await WebServer.StartAsync();
        using PoolClient http = new(maxSockets: 1, handler => handler.ConnectTimeout = limit == "ConnectTimeout" ? TimeSpan.FromSeconds(1) : Timeout.InfiniteTimeSpan);
        http.Client.Timeout = limit == "HttpClient.Timeout" ? TimeSpan.FromSeconds(0.2) : Timeout.InfiniteTimeSpan;
        http.Client.DefaultRequestVersion = Version.Parse(version);
        http.Pool.CapacityTimeout = limit == "CapacityTimeout" ? TimeSpan.FromSeconds(0.1) : Timeout.InfiniteTimeSpan;
        using CancellationTokenSource cancel = new(limit == "token" ? TimeSpan.FromSeconds(0.2) : Timeout.InfiniteTimeSpan);
        using PoolSocket holder = http.Pool.CreateSocket();
        Uri url = version == "2.0" ? server.Http2 : server.Http1;
        Task<string>[] requests = [http.Client.GetStringAsync(url, cancel.Token), http.Client.GetStringAsync(url, cancel.Token)];
        foreach (Task<string> request in requests)
        {
            Exception e = await Assert.ThrowsAnyAsync<Exception>(() => request.WaitAsync(TimeSpan.FromSeconds(120)));
            Assert.Equal(holder.Id, Assert.Single(PoolClient.Find<OutOfSocketsException>(e).Holders).Id);
            Assert.Equal(SocketError.TooManyOpenSockets, PoolClient.Find<SocketException>(e).SocketErrorCode);
            if (limit == "CapacityTimeout")
            {
                Assert.IsType<HttpRequestException>(e);
            }
            else if (limit is "HttpClient.Timeout" or "token")
            {
                Assert.IsType<TaskCanceledException>(e);
            }
        }

        // The one who gave up takes nothing from the next, which waits as long as it takes.
        holder.Close();
        using HttpClient next = new(new SocketsHttpHandler { UseProxy = false }.UseSocketPool(http.Pool))
        {
            DefaultRequestVersion = http.Client.DefaultRequestVersion,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        Assert.Equal("hello next", await next.GetStringAsync(new Uri(url, "next")));
    }

    [Fact]
    public async Task A_wait_that_its_own_limit_ends_counts_as_a_refusal()
    {
        using PoolClient http = new(maxSockets: 1);
        http.Pool.CapacityTimeout = TimeSpan.FromSeconds(0.05);
        using PoolSocket holder = http.Pool.CreateSocket();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.Client.GetStringAsync(new Uri("http://127.0.0.1:9/")));
        Assert.Equal(1, http.Pool.ExhaustedCount);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_waits_for_no_place()
    {
        using PoolClient http = new(maxSockets: 1);
        using PoolSocket holder = http.Pool.CreateSocket();
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => http.Client.GetStringAsync(new Uri("http://nowhere.invalid/")));
        PoolClient.Find<AddressInfoException>(e);
        Assert.Equal(0, http.Pool.TotalCapacityWaits);
    }

    [Fact]
    public async Task A_request_that_is_slow_for_another_reason_is_not_blamed_on_the_pool()
    {
        await using WebServer server = await WebServer.StartAsync();
        using PoolClient http = new(maxSockets: 1);
        http.Client.Timeout = TimeSpan.FromSeconds(0.5);
        Exception e = await Assert.ThrowsAsync<TaskCanceledException>(() => http.Client.GetStringAsync(new Uri(server.Http1, "hold")));
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
        {
            Assert.IsNotType<OutOfSocketsException>(inner);
        }
    }

    [Fact]
    public async Task A_connect_that_takes_too_long_leaves_no_place_taken()
    {
        using TestPool servers = new();
        using PoolSocket silent = PoolClient.SilentListener(servers);
        using PoolClient http = new(maxSockets: 1, handler => handler.ConnectTimeout = TimeSpan.FromSeconds(0.3));
        Exception e = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => http.Client.GetStringAsync(new Uri($"http://{silent.LocalEndPoint}/")));
        PoolClient.Find<TimeoutException>(e);
        await http.Pool.WaitForCapacityAsync();
        Assert.Equal(0, http.Pool.OpenCount);
    }

    [Fact]
    public async Task A_request_that_is_cancelled_while_connecting_leaves_no_place_taken()
    {
        using TestPool servers = new();
        using PoolSocket silent = PoolClient.SilentListener(servers);
        using PoolClient http = new(maxSockets: 1);
        using CancellationTokenSource cancel = new();
        Task<string> request = http.Client.GetStringAsync(new Uri($"http://{silent.LocalEndPoint}/"), cancel.Token);
        Assert.False(request.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await http.Pool.WaitForCapacityAsync();
        Assert.Equal(0, http.Pool.OpenCount);
    }

    [Fact]
    public async Task A_request_that_is_cancelled_in_the_handshake_leaves_no_place_taken()
    {
        using TestPool servers = new();
        using PoolSocket listener = servers.Listener();
        using PoolClient http = new(maxSockets: 1);
        using CancellationTokenSource cancel = new();
        Task<string> request = http.Client.GetStringAsync(new Uri($"https://{listener.LocalEndPoint}/"), cancel.Token);
        using PoolSocket server = await listener.AcceptAsync();
        Assert.NotEqual(0, await server.ReceiveIntoAsync(new byte[1000])); // the client's hello
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await http.Pool.WaitForCapacityAsync();
        Assert.Equal(0, http.Pool.OpenCount);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Disposing_the_pool_ends_every_request_with_a_clear_error(string version)
    {
        await using WebServer server = await WebServer.StartAsync();
        using PoolClient http = new(maxSockets: 8);
        http.Client.DefaultRequestVersion = Version.Parse(version);
        Uri url = new(version == "2.0" ? server.Http2 : server.Http1, "hold");
        Task<string>[] requests = [.. Enumerable.Range(0, 20).Select(_ => http.Client.GetStringAsync(url))];
        for (int i = 0; i < 8; i++)
        {
            await server.NextHeldAsync();
        }

        http.Pool.Dispose();
        foreach (Task<string> request in requests)
        {
            HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => request.WaitAsync(TimeSpan.FromSeconds(120)));
            Assert.True(Reasons(e).Any(reason => reason is PoolSocketException or ObjectDisposedException), e.ToString());
        }

        Assert.Equal(0, http.Pool.OpenCount);
    }

    private static IEnumerable<Exception> Reasons(Exception e)
    {
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
        {
            yield return inner;
        }
    }

    private sealed class WaitObserver : SocketPoolObserver
    {
        private readonly TaskCompletionSource<CapacityWait> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task<CapacityWait> Started => _started.Task;

        internal Task<Exception?> Ended => _ended.Task;

        public override void OnCapacityWaitStarted(SocketPool pool, CapacityWait wait) => _started.TrySetResult(wait);

        public override void OnCapacityWaitEnded(SocketPool pool, CapacityWait wait, Exception? exception, TimeSpan elapsed) => _ended.TrySetResult(exception);
    }
}
