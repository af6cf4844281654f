using System.Text;

namespace SocketPools.Tool.Tests;

public sealed class GetTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 240_000)]
    public async Task Pythons_server_gives_us_its_files()
    {
        byte[] big = TemporaryDirectory.Bytes(3_000_000);
        _directory.Write("www/big.bin", big);
        _directory.Write("www/empty", "");
        _directory.Write("www/sub dir/index.html", "<p>hello");
        using Program python = Program.Start("python3", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", _directory["www"]);
        string line = await python.OutputLineAsync("Serving HTTP on");
        string url = line[line.IndexOf("http://", StringComparison.Ordinal)..].TrimEnd(')', ' ', '.');
        Assert.Equal(big, (await Tool.RunAsync("get", url + "big.bin")).Succeeds().Output);
        Assert.Empty((await Tool.RunAsync("get", url + "empty")).Succeeds().Output);
        Assert.Equal("<p>hello", (await Tool.RunAsync("get", url + "sub dir")).Succeeds().Text); // redirected to "sub dir/"
        Assert.Contains("404", (await Tool.RunAsync("get", url + "nope", "-o", _directory["nope"])).Fails(), StringComparison.Ordinal);
        Assert.False(File.Exists(_directory["nope"]));

        // It knows no ranges: it sends the whole, and we start again.
        _directory.Write("part", big[..1000]);
        (await Tool.RunAsync("get", url + "big.bin", "-o", _directory["part"], "--resume")).Succeeds();
        Assert.Equal(big, File.ReadAllBytes(_directory["part"]));
    }

    [Theory(Timeout = 240_000)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nX-Sum: z\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello")]
    [InlineData("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\nContent-Length: 5\n\nhello and more")]
    public async Task A_body_ends_where_its_framing_says(string answer)
    {
        using ScriptedServer server = new(answer);
        Assert.Equal("hello", (await Tool.RunAsync("get", server.Url)).Succeeds().Text);
    }

    [Theory(Timeout = 240_000)]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirects_are_followed(int status)
    {
        using ScriptedServer server = new((request, stream, stop) =>
        {
            string answer = request.StartsWith("GET /a/b ", StringComparison.Ordinal) ? $"HTTP/1.1 {status} Go\r\nLocation: ../c?d\r\nContent-Length: 0\r\n\r\n"
                : request.StartsWith("GET /c?d ", StringComparison.Ordinal) ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere"
                : "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n";
            return stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop).AsTask();
        });
        Assert.Equal("here", (await Tool.RunAsync("get", server.Url + "a/b")).Succeeds().Text);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_redirect_leads_to_another_host_and_names_it()
    {
        using ScriptedServer last = new("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere");
        using ScriptedServer first = new($"HTTP/1.1 302 Found\r\nLocation: http://localhost:{last.Port}/x\r\n\r\n");
        Assert.Equal("here", (await Tool.RunAsync("get", "-4", first.Url)).Succeeds().Text);
        Assert.Contains($"Host: localhost:{last.Port}\r\n", Assert.Single(last.Requests), StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task All_addresses_of_a_host_are_tried()
    {
        // localhost may be ::1 first; nobody listens there.
        using ScriptedServer server = new("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        Assert.Equal("hello", (await Tool.RunAsync("get", $"localhost:{server.Port}")).Succeeds().Text);
    }

    [Fact(Timeout = 240_000)]
    public async Task Nobody_there_is_one_line()
    {
        ScriptedServer gone = new("");
        gone.Dispose();
        Assert.Contains("ECONNREFUSED", (await Tool.RunAsync("get", gone.Url)).Fails(), StringComparison.Ordinal);
        Assert.NotEmpty((await Tool.RunAsync("get", "http://no-such-name.invalid/", "--timeout", "5")).Fails());
        Assert.NotEmpty((await Tool.RunAsync("get", gone.Url, "-o", _directory["no/such/directory"])).Fails());
    }

    [Fact(Timeout = 240_000)]
    public async Task A_file_that_cannot_be_written_is_one_line()
    {
        using ScriptedServer server = new("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        Assert.NotEmpty((await Tool.RunAsync("get", server.Url, "-o", _directory["no/such/directory"])).Fails());
    }
}
