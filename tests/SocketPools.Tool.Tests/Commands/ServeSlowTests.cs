using System.Net.Sockets;
using System.Text;
using SocketPools.Tool.Serving;

namespace SocketPools.Tool.Tests;

/// <summary>Clients of <c>serve</c> that are slow, and links that are swapped while it works.</summary>
public sealed class ServeSlowTests : IDisposable
{
    private const int Length = 1 << 20;
    private readonly TemporaryDirectory _directory = new();

    public ServeSlowTests() => File.WriteAllBytes(Path.Combine(_directory.Root, "big"), new byte[Length]);

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task A_client_that_reads_slowly_is_not_cut_off_though_a_block_takes_longer_than_the_time_out()
    {
        using RunningTool serve = Tool.Start("serve", _directory.Root, "--port", "0", "--timeout", "2");
        using TcpClient client = await AskAsync(serve);
        byte[] block = new byte[16 * 1024];
        long got = 0;
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(100));
        while (await client.GetStream().ReadAsync(block, TestContext.Current.CancellationToken) is var count and > 0)
        {
            got += count;
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        Assert.InRange(got, Length, Length + 1000);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_that_takes_nothing_is_cut_off_and_the_cut_is_in_the_log()
    {
        using RunningTool serve = Tool.Start("serve", _directory.Root, "--port", "0", "--timeout", "0.5");
        using TcpClient client = await AskAsync(serve, times: 40);
        string line = await serve.OutputLineAsync("GET /big 200 1048576, cut off after ");
        Assert.EndsWith(" bytes: the peer took nothing for 0.5 s", line);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_below_the_minimum_rate_is_cut_off_and_the_log_says_so()
    {
        using RunningTool serve = Tool.Start("serve", _directory.Root, "--port", "0", "--timeout", "60", "--min-rate", "1000000000");
        using TcpClient client = await AskAsync(serve, times: 40);
        string line = await serve.OutputLineAsync("GET /big 200 1048576, cut off after ");
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

    private static async Task<TcpClient> AskAsync(RunningTool serve, int times = 1)
    {
        Uri url = new((await serve.OutputLineAsync("Serving ")).Split(" on ")[1]);
        TcpClient client = new();
        client.Client.ReceiveBufferSize = 8 * 1024;
        await client.ConnectAsync(url.Host, url.Port);
        string request = "GET /big HTTP/1.1\r\nHost: a\r\n" + (times == 1 ? "Connection: close\r\n" : "") + "\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(request, times))));
        return client;
    }
}
