using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using SocketPools.Radios;
using SocketPools.Tool.Serving;

namespace SocketPools.Tool.Tests;

/// <summary>Clients of <c>serve</c> that are slow, and links that are swapped while it works.</summary>
public sealed class ServeSlowTests : IDisposable
{
    private const int Length = 1 << 20;
    private readonly TemporaryDirectory _directory = new();

    public ServeSlowTests() => File.WriteAllBytes(Path.Combine(_directory.Root, "big"), new byte[Length]);

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 240_000)]
    public async Task A_client_that_reads_slowly_is_not_cut_off_though_a_block_takes_longer_than_the_time_out()
    {
        FakeTimeProvider time = new();
        using ClockedServer serve = new(time, _directory.Root, new ServeLimits(TimeSpan.FromSeconds(2), TimeSpan.Zero));
        using TcpClient client = await AskAsync(serve.Url);
        byte[] block = new byte[16 * 1024];
        long got = 0;
        while (await client.GetStream().ReadAsync(block, TestContext.Current.CancellationToken) is var count and > 0)
        {
            got += count;
            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(got, Length, Length + 1000);
        Assert.Equal("GET /big 200 1048576", await serve.LogLineAsync());
    }

    [Fact(Timeout = 240_000)]
    public async Task A_client_that_takes_nothing_is_cut_off_and_the_cut_is_in_the_log()
    {
        using RunningTool serve = Tool.Start("serve", _directory.Root, "--port", "0", "--timeout", "0.5", "--min-rate", "1");
        using TcpClient client = await AskAsync(new Uri((await serve.OutputLineAsync("Serving ")).Split(" on ")[1]), times: 40);
        string line = await serve.OutputLineAsync("GET /big 200 1048576, cut off after ");
        Assert.EndsWith(" bytes: the peer took nothing for 0.5 s", line);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_client_below_the_minimum_rate_is_cut_off_after_5_s_and_the_log_says_so()
    {
        FakeTimeProvider time = new();
        using ClockedServer serve = new(time, _directory.Root, new ServeLimits(TimeSpan.FromSeconds(60), TimeSpan.Zero, MinimumRate: 1_000_000_000));
        using TcpClient client = await AskAsync(serve.Url, times: 40);

        // Answers go out until the buffers are full. Then the server looks at the clock and waits, and looks again.
        DateTimeOffset start = time.GetUtcNow();
        string? line = null;
        while (line?.Contains("cut off", StringComparison.Ordinal) != true)
        {
            Task<string> next = serve.LogLineAsync();
            using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
            while (!next.IsCompleted)
            {
                await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
                time.Advance(TimeSpan.FromMilliseconds(50));
            }

            line = await next;
        }

        Assert.True(time.GetUtcNow() - start >= TimeSpan.FromSeconds(5));
        Assert.StartsWith("GET /big 200 1048576, cut off after ", line);
        Assert.Contains("less than the 1000000000 of --min-rate", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_is_put_in_the_place_of_a_directory_leads_nowhere()
    {
        using TemporaryDirectory outside = new();
        outside.Write("secret", "");
        _directory.Write("inside/file", "");
        ServedTree tree = new(_directory.Root);
        RequestPath path = RequestPath.Parse("/inside/");
        string real = tree.Find(path)!;
        using ServedDirectory before = tree.OpenDirectory(real)!;

        string place = Path.Combine(_directory.Root, "inside");
        Directory.Move(place, Path.Combine(_directory.Root, "moved"));
        Directory.CreateSymbolicLink(place, outside.Root);
        Assert.Null(tree.OpenDirectory(real));
        Assert.Null(tree.Find(path));
        string listing = DirectoryListing.Render(path, before);
        Assert.Contains("file", listing, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", listing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--min-rate", "-1", "--min-rate takes 0 or more bytes per second")]
    [InlineData("--linger", "-1", "--linger takes 0 to 3600 seconds")]
    public async Task Values_out_of_range_are_refused(string option, string value, string message) =>
        Assert.StartsWith(message, (await Tool.RunAsync("serve", _directory.Root, option, value)).Fails(2));

    private static async Task<TcpClient> AskAsync(Uri url, int times = 1)
    {
        TcpClient client = new();
        client.Client.ReceiveBufferSize = 8 * 1024;
        await client.ConnectAsync(url.Host, url.Port);
        string request = "GET /big HTTP/1.1\r\nHost: a\r\n" + (times == 1 ? "Connection: close\r\n" : "") + "\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(request, times))));
        return client;
    }

    /// <summary>The server of the command over the host's sockets, with a clock that a test moves.</summary>
    private sealed class ClockedServer : IDisposable
    {
        private readonly SocketPool _pool;
        private readonly StaticServer _server;
        private readonly CancellationTokenSource _stop = new();
        private readonly Channel<string> _log = Channel.CreateUnbounded<string>();
        private readonly Task _running;

        internal ClockedServer(TimeProvider time, string directory, ServeLimits limits)
        {
            _pool = new SocketPool(new WrappedRadio(new HostNetwork(), static (radio, inner) => new CountingSocket(radio, inner), time));
            _server = new StaticServer(_pool, new ServedTree(directory), new IPEndPoint(IPAddress.Loopback, 0), 4, limits, line => _log.Writer.TryWrite(line));
            _running = Task.Factory.StartNew(() => _server.Run(null, _stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        internal Uri Url => new($"http://{_server.Address}/");

        internal Task<string> LogLineAsync() => _log.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

        public void Dispose()
        {
            _stop.Cancel();
            _pool.Dispose();
            _running.Wait(TimeSpan.FromSeconds(120));
            _server.Dispose();
            _stop.Dispose();
        }
    }

    // The system says how many bytes were acknowledged.
    private sealed class CountingSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
    {
        private readonly RadioSocket _inner = inner;

        public override RadioResult GetRawOption(int level, int name, Span<byte> value) => _inner.GetRawOption(level, name, value);
    }
}
