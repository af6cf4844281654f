using System.Text;

namespace SocketPools.Tool.Tests;

public sealed class GetResumeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 240_000)]
    public async Task A_transfer_that_broke_goes_on_where_it_ended()
    {
        byte[] all = TemporaryDirectory.Bytes(500_000);
        bool broken = false;
        using ScriptedServer server = new(async (request, stream, stop) =>
        {
            int first = request.Contains("Range: bytes=200000-", StringComparison.Ordinal) ? 200_000 : 0;
            string status = first > 0 ? $"206 Partial\r\nContent-Range: bytes {first}-499999/500000" : "200 OK";
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nETag: \"one\"\r\nContent-Length: {500_000 - first}\r\n\r\n"), stop);
            await stream.WriteAsync(all.AsMemory(first, broken ? 500_000 - first : 200_000), stop);
            broken = true;
        });
        Assert.Contains("cut off", (await Tool.RunAsync("get", server.Url, "-o", _directory["f"])).Fails(), StringComparison.Ordinal);
        Assert.Equal(200_000, new FileInfo(_directory["f"]).Length);
        (await Tool.RunAsync("get", server.Url, "-o", _directory["f"], "-C")).Succeeds();
        Assert.Equal(all, File.ReadAllBytes(_directory["f"]));
        Assert.Contains("If-Range: \"one\"\r\n", server.Requests[1], StringComparison.Ordinal);
        Assert.Equal(["f"], Directory.EnumerateFiles(_directory.Root).Select(Path.GetFileName));
    }

    [Theory(Timeout = 240_000)]
    [InlineData("HTTP/1.1 206 P\r\nContent-Range: bytes 3-7/8\r\nContent-Length: 5\r\n\r\nworld", "HELworld")]
    [InlineData("HTTP/1.1 206 P\r\nContent-Range: bytes 3-7/*\r\n\r\nworld", "HELworld")]
    [InlineData("HTTP/1.1 206 P\r\nContent-Range: bytes 3-7/8\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nworld\r\n0\r\n\r\n", "HELworld")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew", "new")]
    [InlineData("HTTP/1.1 416 No\r\nContent-Range: bytes */3\r\n\r\n", "HEL")]
    public async Task A_partial_file_is_completed_or_begun_again(string answer, string expected)
    {
        _directory.Write("f", "HEL");
        using ScriptedServer server = new(answer);
        (await Tool.RunAsync("get", server.Url, "-o", _directory["f"], "--resume")).Succeeds();
        Assert.Equal(expected, File.ReadAllText(_directory["f"]));
        Assert.Contains("Range: bytes=3-\r\n", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Theory(Timeout = 240_000)]
    [InlineData("HTTP/1.1 206 P\r\nContent-Length: 5\r\n\r\nworld")]
    [InlineData("HTTP/1.1 206 P\r\nContent-Range: bytes 2-7/8\r\nContent-Length: 6\r\n\r\nLworld")]
    [InlineData("HTTP/1.1 206 P\r\nContent-Range: bytes 3-7/8\r\nContent-Length: 6\r\n\r\nworld!")]
    [InlineData("HTTP/1.1 206 P\r\nContent-Range: bytes 3-x/8\r\nContent-Length: 5\r\n\r\nworld")]
    [InlineData("HTTP/1.1 416 No\r\nContent-Range: bytes */2\r\n\r\n")]
    [InlineData("HTTP/1.1 416 No\r\n\r\n")]
    [InlineData("HTTP/1.1 404 No\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    public async Task An_answer_that_does_not_fit_leaves_the_file_alone(string answer)
    {
        _directory.Write("f", "HEL");
        using ScriptedServer server = new(answer);
        Assert.NotEmpty((await Tool.RunAsync("get", server.Url, "-o", _directory["f"], "--resume")).Fails());
        Assert.Equal("HEL", File.ReadAllText(_directory["f"]));
    }

    [Fact(Timeout = 240_000)]
    public async Task A_part_of_the_rest_is_kept_and_is_an_error()
    {
        _directory.Write("f", "HEL");
        using ScriptedServer server = new("HTTP/1.1 206 P\r\nContent-Range: bytes 3-4/8\r\nContent-Length: 2\r\n\r\nwo");
        Assert.Contains("5 of 8 bytes", (await Tool.RunAsync("get", server.Url, "-o", _directory["f"], "--resume")).Fails(), StringComparison.Ordinal);
        Assert.Equal("HELwo", File.ReadAllText(_directory["f"]));
    }

    [Theory(Timeout = 240_000)]
    [InlineData("bytes 3-7/8", "\r\nworldEXCESS", "HELworld")]
    [InlineData("bytes 3-7/*", "\r\nworldEXCESS", "HELworld")]
    [InlineData("bytes 3-7/8", "Transfer-Encoding: chunked\r\n\r\nb\r\nworldEXCESS\r\n0\r\n\r\n", "HELworld")]
    [InlineData("bytes 3-7/*", "\r\nwo", "HELwo")]
    [InlineData("bytes 3-7/*", "Transfer-Encoding: chunked\r\n\r\n2\r\nwo\r\n0\r\n\r\n", "HELwo")]
    public async Task A_rest_that_is_longer_or_shorter_than_its_range_fails_and_adds_nothing_beyond_it(string range, string rest, string left)
    {
        _directory.Write("f", "HEL");
        using ScriptedServer server = new($"HTTP/1.1 206 P\r\nContent-Range: {range}\r\n{rest}");
        Assert.NotEmpty((await Tool.RunAsync("get", server.Url, "-o", _directory["f"], "--resume")).Fails());
        Assert.Equal(left, File.ReadAllText(_directory["f"]));
    }

    [Fact(Timeout = 240_000)]
    public async Task A_file_that_grew_while_the_server_was_asked_gets_nothing()
    {
        _directory.Write("f", "HEL");
        using ScriptedServer server = new(async (_, stream, stop) =>
        {
            await File.AppendAllTextAsync(_directory["f"], "others", stop);
            await stream.WriteAsync("HTTP/1.1 206 P\r\nContent-Range: bytes 3-7/8\r\n\r\nworld"u8.ToArray(), stop);
        });
        Assert.Contains("another process", (await Tool.RunAsync("get", server.Url, "-o", _directory["f"], "--resume")).Fails(), StringComparison.Ordinal);
        Assert.Equal("HELothers", File.ReadAllText(_directory["f"]));
    }

    [Fact(Timeout = 240_000)]
    public async Task A_file_that_cannot_be_written_gets_no_note()
    {
        Directory.CreateDirectory(_directory["f"]);
        using ScriptedServer server = new("HTTP/1.1 200 OK\r\nETag: \"one\"\r\nContent-Length: 3\r\n\r\nnew");
        Assert.Contains(_directory["f"], (await Tool.RunAsync("get", server.Url, "-o", _directory["f"])).Fails(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_directory.Root));
    }

    [Fact(Timeout = 240_000)]
    public async Task A_file_beside_which_nothing_can_be_written_needs_no_note()
    {
        Directory.CreateDirectory(_directory["f.resume"]);
        using ScriptedServer server = new("HTTP/1.1 200 OK\r\nETag: \"one\"\r\nContent-Length: 3\r\n\r\nnew");
        (await Tool.RunAsync("get", server.Url, "-o", _directory["f"])).Succeeds();
        Assert.Equal("new", File.ReadAllText(_directory["f"]));
    }

    [Fact(Timeout = 240_000)]
    public async Task Our_own_server_resumes_for_us()
    {
        byte[] all = TemporaryDirectory.Bytes(300_000);
        _directory.Write("www/x", all);
        _directory.Write("part", all[..123]);
        using RunningTool serve = Tool.Start("serve", _directory["www"], "--port", "0");
        string url = (await serve.OutputLineAsync("Serving ")).Split(" on ")[1] + "x";
        (await Tool.RunAsync("get", url, "-o", _directory["part"], "-C")).Succeeds();
        Assert.Equal(all, File.ReadAllBytes(_directory["part"]));
        (await Tool.RunAsync("get", url, "-o", _directory["part"], "-C")).Succeeds();
        Assert.Equal("GET /x 206 299877", "GET /x " + await serve.OutputLineAsync("GET /x "));
        await serve.OutputLineAsync("GET /x 416");
    }
}
