using System.Text.RegularExpressions;

namespace SocketPools.Tests.Docs;

/// <summary>The samples as a reader runs them: <c>dotnet run samples/NAME.cs</c>.</summary>
[Trait("Speed", "Slow")]
public sealed partial class SampleTests
{
    [Fact]
    public async Task The_echo_sample_talks_to_itself() =>
        Assert.Equal("hello from a pool", (await Sample.OutputAsync("tcp-echo")).Trim());

    [Fact]
    public async Task The_time_sample_tells_the_time()
    {
        DateTimeOffset before = DateTimeOffset.UtcNow.AddSeconds(-1);
        DateTimeOffset told = DateTimeOffset.Parse(await Sample.OutputAsync("udp-time"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(told, before, DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task The_ping_sample_pings()
    {
        NetworkNamespace.RequireRoot();
        Assert.Equal(3, Regex.Count(await Sample.OutputAsync("ping"), "127.0.0.1: Reply after"));
    }

    [Fact]
    public async Task The_http_sample_fetches()
    {
        using TestPool pool = new();
        using PoolSocket listener = pool.Listener();
        Task serve = Task.Run(() =>
        {
            using PoolSocket client = listener.Accept();
            byte[] head = new byte[1024];
            int count = client.ReceiveInto(head);
            client.SendAll("HTTP/1.0 200 OK\r\n\r\nit came: "u8);
            client.SendAll(head.AsSpan(0, count));
        });
        string output = await Sample.OutputAsync("http-by-hand", $"http://{listener.LocalEndPoint}/path?x=1");
        await serve;
        Assert.Contains("it came: GET /path?x=1 HTTP/1.0\r\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_metrics_sample_counts_its_own_traffic()
    {
        string output = await Sample.OutputAsync("metrics", "7", "300");
        const string Tcp = "socketpool.radio=host network.transport=tcp network.type=ipv4";
        Assert.Contains($"socketpool.network.io {Tcp} network.io.direction=transmit = 2100 By\n", output, StringComparison.Ordinal);
        Assert.Contains($"socketpool.network.io {Tcp} network.io.direction=receive = 2100 By\n", output, StringComparison.Ordinal);
        Assert.Contains($"socketpool.socket.closed {Tcp} socketpool.close.reason=closed = 3 {{socket}}\n", output, StringComparison.Ordinal);
        Assert.Contains("socketpool.socket.high_water socketpool.radio=host = 3 {socket}\n", output, StringComparison.Ordinal);
        Assert.Matches(@"socketpool\.connect\.duration \S+ \S+ \S+ = \d+ us on average of 1\n", output);
        Assert.Matches(@"socketpool\.lookup\.duration \S+ = \d+ us on average of 1\n", output);
    }

    [Fact]
    public async Task The_HttpClient_sample_asks_its_own_server_and_shows_the_pool()
    {
        string output = await Sample.OutputAsync("httpclient");
        Assert.StartsWith("200 OK, 18 bytes over HTTP/1.1", output, StringComparison.Ordinal);
        Assert.Matches(@"Radio host: 1 of 128 sockets open(?s).*tcp4 +Connected +127\.0\.0\.1:", output);
    }

    [Fact]
    public async Task The_program_of_the_readme_is_a_sample_and_compiles()
    {
        string shown = CSharpBlock().Match(Repository.Read("README.md")).Groups[1].Value;
        string sample = Repository.Read("samples/first-minute.cs");
        Assert.EndsWith(shown, sample, StringComparison.Ordinal);
        await Sample.BuildAsync("first-minute");
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}
