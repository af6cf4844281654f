using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SocketPools.Streams;
using SocketPools.Tests;

namespace SocketPools.Http.Tests;

/// <summary>gRPC on a pool. The code between the marks is docs/recipes/grpc.md's.</summary>
public sealed class GrpcTests
{
    [Fact]
    public void The_code_of_the_recipe_is_the_one_that_runs_here() => PageCode.AssertRunsHere("docs/recipes/grpc.md");

    [Fact]
    public async Task A_channel_makes_all_its_calls_over_one_socket_of_the_pool()
    {
        await using GrpcServer server = await GrpcServer.StartAsync();
        using TestPool made = new();
        SocketPool pool = made.Pool;
        Uri url = server.Url;

        using (GrpcChannel channel = Open(url, pool))
        {
            CallInvoker invoker = channel.CreateCallInvoker();
            string[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => SayAsync(invoker, $"{i}")));
            Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), answers);
            using AsyncDuplexStreamingCall<string, string> call = invoker.AsyncDuplexStreamingCall(GrpcServer.Duplex, null, default);
            await call.RequestStream.WriteAsync("on");
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal("on", call.ResponseStream.Current);
            await call.RequestStream.CompleteAsync();
            Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
        }

        Assert.Equal(1, pool.TotalOpened);
    }

    [Fact]
    public async Task A_pool_that_stays_full_is_Unavailable_and_names_the_holders()
    {
        await using GrpcServer server = await GrpcServer.StartAsync();
        using TestPool made = new(maxSockets: 1);
        made.Pool.CapacityTimeout = TimeSpan.FromSeconds(0.1);
        using PoolSocket holder = made.Pool.CreateSocket();
        using GrpcChannel channel = Open(server.Url, made.Pool);
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => SayAsync(channel.CreateCallInvoker(), "on"));
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
        Assert.Equal(holder.Id, Assert.Single(PoolClient.Find<OutOfSocketsException>(e.Status.DebugException!).Holders).Id);
    }

    [Fact]
    public async Task A_handlers_ConnectTimeout_on_a_full_pool_is_Unavailable()
    {
        await using GrpcServer server = await GrpcServer.StartAsync();
        using TestPool made = new(maxSockets: 1);
        using PoolSocket holder = made.Pool.CreateSocket();
        using GrpcChannel channel = Open(server.Url, made.Pool, new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1) });
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => SayAsync(channel.CreateCallInvoker(), "on"));
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
    }

    [Fact]
    public async Task A_refused_connection_is_Unavailable()
    {
        using TestPool made = new();
        using PoolSocket closed = made.Listener();
        int port = closed.LocalEndPoint.Port;
        closed.Close();
        using GrpcChannel channel = Open(new Uri($"http://127.0.0.1:{port}"), made.Pool);
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => SayAsync(channel.CreateCallInvoker(), "on"));
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
    }

    [Fact]
    public async Task A_deadline_that_passes_while_the_pool_is_full_is_DeadlineExceeded()
    {
        await using GrpcServer server = await GrpcServer.StartAsync();
        using TestPool made = new(maxSockets: 1);
        using PoolSocket holder = made.Pool.CreateSocket();
        using GrpcChannel channel = Open(server.Url, made.Pool);
        CallOptions options = new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(0.3));
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => SayAsync(channel.CreateCallInvoker(), "on", options));
        Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode);
    }

    [Fact]
    public async Task A_retry_policy_tries_again_until_the_pool_has_a_place()
    {
        await using GrpcServer server = await GrpcServer.StartAsync();
        using TestPool made = new(maxSockets: 1);
        SocketPool pool = made.Pool;
        pool.CapacityTimeout = TimeSpan.FromSeconds(0.1);
        Uri url = server.Url;
        using PoolSocket holder = pool.CreateSocket();
        RefusalObserver refusals = new();
        using IDisposable observation = pool.AddObserver(refusals);

        // {
        RetryPolicy retries = new()
        {
            MaxAttempts = 5,
            InitialBackoff = TimeSpan.FromSeconds(0.5),
            MaxBackoff = TimeSpan.FromSeconds(5),
            BackoffMultiplier = 2,
            RetryableStatusCodes = { StatusCode.Unavailable },
        };
        using GrpcChannel channel = GrpcChannel.ForAddress(url, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler().UseSocketPool(pool),
            DisposeHttpClient = true,
            ServiceConfig = new ServiceConfig { MethodConfigs = { new MethodConfig { Names = { MethodName.Default }, RetryPolicy = retries } } },
        });
        // }
        Task<string> call = SayAsync(channel.CreateCallInvoker(), "on");
        await refusals.First.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.False(call.IsCompleted);
        holder.Close();
        Assert.Equal("on", await call);
    }

    [Theory]
    [InlineData("dns:///127.0.0.1:{0}")]
    [InlineData("static:///lab")]
    public async Task A_resolver_or_a_balancer_of_gRPC_is_refused_by_gRPC(string address)
    {
        await using GrpcServer server = await GrpcServer.StartAsync();
        using TestPool made = new();
        ServiceCollection services = new();
        services.AddSingleton<Grpc.Net.Client.Balancer.ResolverFactory>(new Grpc.Net.Client.Balancer.StaticResolverFactory(
            _ => [new Grpc.Net.Client.Balancer.BalancerAddress("127.0.0.1", server.Url.Port)]));
        using ServiceProvider provider = services.BuildServiceProvider();
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            using GrpcChannel channel = GrpcChannel.ForAddress(string.Format(null, address, server.Url.Port), new GrpcChannelOptions
            {
                HttpHandler = new SocketsHttpHandler().UseSocketPool(made.Pool),
                Credentials = ChannelCredentials.Insecure,
                ServiceProvider = provider,
            });
            await SayAsync(channel.CreateCallInvoker(), "on");
        });
        Assert.Contains("doesn't support client-side load balancing", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_of_the_factory_uses_the_pool()
    {
        await using GrpcServer server = await GrpcServer.StartAsync();
        using TestPool made = new();
        ServiceCollection services = new();
        services.AddGrpcClient<EchoClient>(options => options.Address = server.Url).UseSocketPool(made.Pool);
        using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Equal("on", await provider.GetRequiredService<EchoClient>().SayAsync("on"));
        Assert.Equal(1, made.Pool.TotalOpened);
    }

    private static GrpcChannel Open(Uri url, SocketPool pool, SocketsHttpHandler? handler = null) => GrpcChannel.ForAddress(url, new GrpcChannelOptions
    {
        HttpHandler = (handler ?? new SocketsHttpHandler()).UseSocketPool(pool),
        DisposeHttpClient = true,
    });

    private static async Task<string> SayAsync(CallInvoker invoker, string text, CallOptions options = default)
    {
        using AsyncUnaryCall<string> call = invoker.AsyncUnaryCall(GrpcServer.Unary, null, options, text);
        return await call.ResponseAsync;
    }

    /// <summary>As generated code makes it.</summary>
    internal sealed class EchoClient(CallInvoker invoker) : ClientBase<EchoClient>(invoker)
    {
        internal Task<string> SayAsync(string text) => GrpcTests.SayAsync(CallInvoker, text);

        protected override EchoClient NewInstance(ClientBaseConfiguration configuration) => throw new NotSupportedException("Not needed here.");
    }

    private sealed class RefusalObserver : SocketPoolObserver
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task First => _first.Task;

        public override void OnCapacityWaitEnded(SocketPool pool, CapacityWait wait, Exception? exception, TimeSpan elapsed) => _first.TrySetResult();
    }
}
