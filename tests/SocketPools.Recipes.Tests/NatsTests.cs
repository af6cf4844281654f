extern alias NatsV1;

using System.Net.Sockets;
using NATS.Client.Core;
using SocketPools.Streams;

namespace SocketPools.Recipes.Tests;

/// <summary>NATS: docs/recipes/nats.md.</summary>
public sealed class NatsTests
{
    [Fact]
    public async Task Messages_and_requests_go_over_the_pool_and_the_client_reconnects()
    {
        await using LabServer server = await StartAsync();
        (SocketPool pool, string host, int port) = (server.Pool, LabServer.Host, server.Port);

        // {
        await using NatsConnection nats = new(new NatsOpts { Url = $"nats://{host}:{port}", SocketConnectionFactory = new PoolConnections(pool) });
        await nats.ConnectAsync();
        // }
        using CancellationTokenSource end = new(TimeSpan.FromSeconds(100));
        await using INatsSub<string> questions = await nats.SubscribeCoreAsync<string>("questions", cancellationToken: end.Token);
        Task answering = AnswerAsync(questions, end.Token);
        NatsMsg<string> reply = await nats.RequestAsync<string, string>("questions", "how warm?", cancellationToken: end.Token);
        Assert.Equal("how warm? 21.5", reply.Data);
        Assert.Equal(1, pool.OpenCount);

        TaskCompletionSource again = new(TaskCreationOptions.RunContinuationsAsynchronously);
        nats.ConnectionOpened += (_, _) =>
        {
            again.TrySetResult();
            return default;
        };
        await server.CutAsync();
        await again.Task.WaitAsync(TimeSpan.FromSeconds(120));
        reply = await nats.RequestAsync<string, string>("questions", "and now?", cancellationToken: end.Token);
        Assert.Equal("and now? 21.5", reply.Data);
        Assert.InRange(pool.OpenCount, 1, 2);
        await end.CancelAsync();
        await answering;
    }

    [Fact]
    public async Task The_older_client_goes_over_the_pool_too()
    {
        PageCode.AssertRunsHere("docs/recipes/nats.md");
        await using LabServer server = await StartAsync();
        (SocketPool pool, string host, int port) = (server.Pool, LabServer.Host, server.Port);

        // {
        NatsV1::NATS.Client.Options options = NatsV1::NATS.Client.ConnectionFactory.GetDefaultOptions();
        options.Url = $"nats://{host}:{port}";
        options.TCPConnection = new PoolTcp(pool);
        using NatsV1::NATS.Client.IConnection nats = new NatsV1::NATS.Client.ConnectionFactory().CreateConnection(options);
        // }
        using NatsV1::NATS.Client.ISyncSubscription subscription = nats.SubscribeSync("news");
        nats.Publish("news", "on"u8.ToArray());
        Assert.Equal("on"u8.ToArray(), subscription.NextMessage(30_000).Data);
        Assert.Equal(1, pool.OpenCount);
    }

    private static async Task<LabServer> StartAsync()
    {
        string nats = LabServer.Require("nats-server", "/usr/sbin/nats-server", "/usr/bin/nats-server");
        LabServer server = new();
        server.Start(nats, ["-a", "127.0.0.1", "-p", $"{server.Port}"]);
        await server.PublishAsync();
        return server;
    }

    private static async Task AnswerAsync(INatsSub<string> questions, CancellationToken end)
    {
        try
        {
            await foreach (NatsMsg<string> question in questions.Msgs.ReadAllAsync(end))
            {
                await question.ReplyAsync($"{question.Data} 21.5", cancellationToken: end);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    // {
    private sealed class PoolConnections(SocketPool pool) : INatsSocketConnectionFactory
    {
        public async ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken) =>
            new Connection(await pool.ConnectStreamAsync(uri.Host, uri.Port, opts.ConnectTimeout, cancellationToken));

        private sealed class Connection(PoolSocketStream stream) : INatsSocketConnection
        {
            public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer)
            {
                await stream.WriteAsync(buffer);
                return buffer.Length;
            }

            public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReadAsync(buffer);

            public ValueTask DisposeAsync() => stream.DisposeAsync();
        }
    }
    // }

    // {
    private sealed class PoolTcp(SocketPool pool) : NatsV1::NATS.Client.ITCPConnection
    {
        private PoolSocketStream? _stream;

        public bool Connected => _stream is { Socket.Connected: true };

        public bool DataAvailable => _stream is { Socket.Available: > 0 };

        public int SendTimeout { set => _stream?.WriteTimeout = value > 0 ? value : Timeout.Infinite; }

        // 0 means "none" there, and a stream refuses it.
        public int ReceiveTimeout
        {
            get => _stream is { ReadTimeout: > 0 and var timeout } ? timeout : 0;
            set => _stream?.ReadTimeout = value > 0 ? value : Timeout.Infinite;
        }

        public void open(NatsV1::NATS.Client.Srv s, NatsV1::NATS.Client.Options options) =>
            _stream = pool.ConnectStreamAsync(s.Url.Host, s.Url.Port, TimeSpan.FromMilliseconds(options.Timeout)).AsTask().GetAwaiter().GetResult();

        public void close(TcpClient c) => c?.Dispose();

        public void makeTLS() => throw new NotSupportedException("Wrap the stream in an SslStream here.");

        public bool isSetup() => _stream is not null;

        public void teardown() => Dispose();

        public Stream getReadBufferedStream() => new BufferedStream(_stream!, 32768);

        public Stream getWriteBufferedStream(int size) => new BufferedStream(_stream!, size);

        public void Dispose() => Interlocked.Exchange(ref _stream, null)?.Dispose();
    }
    // }
}
