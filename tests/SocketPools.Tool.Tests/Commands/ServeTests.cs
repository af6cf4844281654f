using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketPools.Tool.Tests;

public sealed class ServeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 240_000)]
    public async Task Curl_and_python_get_what_is_there()
    {
        byte[] big = TemporaryDirectory.Bytes(2_000_000);
        _directory.Write("big.bin", big);
        _directory.Write("a & <b>.txt", "odd");
        _directory.Write("sub/index.html", "<p>index");
        using RunningTool serve = Tool.Start("serve", _directory.Root, "--port", "0");
        string url = await UrlOf(serve);
        Assert.Equal(big, (await Program.RunAsync("curl", "-sf", url + "big.bin")).Succeeds().Output);
        Assert.Equal(big[1000..2001], (await Program.RunAsync("curl", "-sf", "-r", "1000-2000", url + "big.bin")).Succeeds().Output);
        Assert.Equal("<p>index", (await Program.RunAsync("curl", "-sfL", url + "sub")).Succeeds().Text);
        Assert.Equal("odd", (await Program.RunAsync("curl", "-sf", url + "a%20%26%20%3Cb%3E.txt")).Succeeds().Text);
        string listing = (await Program.RunAsync("curl", "-sf", url)).Succeeds().Text;
        Assert.Contains("<a href=\"./a%20%26%20%3Cb%3E.txt\">a &amp; &lt;b&gt;.txt</a>", listing, StringComparison.Ordinal);

        const string Script = """
            import http.client, sys
            c = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]), timeout=20)
            def ask(method, path, **headers):
                c.request(method, path, headers=headers)
                r = c.getresponse()
                return r, r.read()
            r, body = ask('GET', '/big.bin')
            sock = c.sock
            assert (r.status, len(body)) == (200, 2000000), r.status
            tag, date = r.headers['ETag'], r.headers['Last-Modified']
            r, body = ask('HEAD', '/big.bin')
            assert (r.status, r.headers['Content-Length'], body) == (200, '2000000', b'')
            for h in ({'If-None-Match': tag}, {'If-None-Match': '"x", W/' + tag}, {'If-None-Match': '*'}, {'If-Modified-Since': date}):
                r, body = ask('GET', '/big.bin', **h)
                assert (r.status, body) == (304, b''), (r.status, h)
            for h in ({'If-None-Match': '"x"', 'If-Modified-Since': date}, {'If-Modified-Since': 'Sun, 06 Nov 1994 08:49:37 GMT'}, {'If-Modified-Since': 'nonsense'}):
                r, body = ask('GET', '/big.bin', **h)
                assert r.status == 200, (r.status, h)
            r, body = ask('GET', '/big.bin', **{'Range': 'bytes=-5', 'If-Range': tag})
            assert (r.status, r.headers['Content-Range'], len(body)) == (206, 'bytes 1999995-1999999/2000000', 5)
            r, body = ask('GET', '/big.bin', **{'Range': 'bytes=-5', 'If-Range': '"other"'})
            assert (r.status, len(body)) == (200, 2000000)
            r, body = ask('GET', '/big.bin', **{'Range': 'bytes=2000000-'})
            assert (r.status, r.headers['Content-Range']) == (416, 'bytes */2000000')
            r, body = ask('GET', '/nope')
            assert r.status == 404
            assert c.sock is sock, 'the connection was not kept'
            r, body = ask('DELETE', '/big.bin')
            assert (r.status, r.headers['Allow']) == (405, 'GET, HEAD')
            print('fine')
            """;
        string port = new Uri(url).Port.ToString(CultureInfo.InvariantCulture);
        Assert.Equal("fine\n", (await Program.RunAsync("python3", "-c", Script, port)).Succeeds().Text);
    }

    [Theory(Timeout = 240_000)]
    [InlineData("GET /../secret HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /%2e%2e/secret HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /a%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /link/secret HTTP/1.1\r\nHost: a\r\n\r\n", 404)]
    [InlineData("GET /leak HTTP/1.1\r\nHost: a\r\n\r\n", 404)]
    [InlineData("GET /x/ HTTP/1.1\r\nHost: a\r\n\r\n", 404)]
    [InlineData("GET /x HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET /x HTTP/3.0\r\nHost: a\r\n\r\n", 505)]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 405)]
    [InlineData("GET /x HTTP/1.0\r\n\r\n", 200)]
    [InlineData("GET http://a/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200)]
    [InlineData("\r\nGET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200)]
    public async Task Each_request_has_its_status(string request, int status)
    {
        using TemporaryDirectory outside = new();
        outside.Write("secret", "secret");
        _directory.Write("x", "x");
        File.CreateSymbolicLink(_directory["link"], outside.Root);
        File.CreateSymbolicLink(_directory["leak"], outside["secret"]);
        using RunningTool serve = Tool.Start("serve", _directory.Root, "--port", "0");
        using TcpClient client = await ConnectAsync(serve);
        using StreamReader reader = new(client.GetStream(), Encoding.Latin1);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send); // nothing follows, so the server need not wait for another request
        string answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.DoesNotContain("secret", answer, StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task Pipes_sockets_devices_and_names_without_UTF8_are_shown_and_not_opened()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "links to devices, names in bytes");
        const string Script = "mkfifo \"$1/pipe\"; mknod \"$1/zero\" c 1 5 2>/dev/null; touch \"$1/$(printf 'bad\\377')\"";
        (await Program.RunAsync("sh", "-c", Script, "sh", _directory.Root)).Succeeds();
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_directory["socket"]));
        using RunningTool serve = Tool.Start("serve", _directory.Root, "--port", "0", "--timeout", "5");
        string url = await UrlOf(serve);
        foreach (string name in (string[])["pipe", "zero", "socket"])
        {
            Assert.Contains("404 Not Found", (await Tool.RunAsync("get", url + name)).Fails(), StringComparison.Ordinal);
        }

        string listing = (await Tool.RunAsync("get", url)).Succeeds().Text;
        Assert.Contains("<li>bad\uFFFD</li>", listing, StringComparison.Ordinal);
        Assert.Contains("<a href=\"./pipe\">pipe</a>", listing, StringComparison.Ordinal);
        (await Program.RunAsync("sh", "-c", "rm \"$1\"/bad*", "sh", _directory.Root)).Succeeds(); // .NET cannot name it
    }

    [Theory(Timeout = 240_000)]
    [InlineData(414)]
    [InlineData(431)]
    public async Task A_head_that_is_too_long_is_answered_and_not_read_to_its_end(int status)
    {
        using RunningTool serve = Tool.Start("serve", _directory.Root, "--port", "0", "--timeout", "5");
        using TcpClient client = await ConnectAsync(serve);
        string request = status == 414 ? $"GET /{new string('x', 20_000)}" : $"GET / HTTP/1.1\r\n{string.Concat(Enumerable.Repeat("A: b\r\n", 5000))}";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        Assert.StartsWith($"HTTP/1.1 {status} ", await ReadToEndAsync(client));
    }

    [Fact(Timeout = 240_000)]
    public async Task A_client_that_is_slow_with_its_head_gets_408_and_an_idle_one_is_closed()
    {
        using RunningTool serve = Tool.Start("serve", _directory.Root, "--port", "0", "--timeout", "0.2");
        using TcpClient slow = await ConnectAsync(serve);
        using TcpClient idle = await ConnectAsync(serve);
        await slow.GetStream().WriteAsync("GET / HT"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 408 ", await ReadToEndAsync(slow));
        Assert.Empty(await ReadToEndAsync(idle));
    }

    [Fact(Timeout = 240_000)]
    public async Task With_the_pool_full_clients_wait_and_are_served_later()
    {
        _directory.Write("x", "x");
        using RunningTool serve = Tool.Start("serve", _directory.Root, "--port", "0", "--max-sockets", "3", "--timeout", "20");
        List<TcpClient> clients = [];
        for (int i = 0; i < 8; i++)
        {
            clients.Add(await ConnectAsync(serve));
        }

        // Two have a place. The others wait in the backlog until one of the two is done.
        foreach (TcpClient client in clients)
        {
            await client.GetStream().WriteAsync("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        foreach (TcpClient client in clients)
        {
            byte[] first = new byte[15];
            await client.GetStream().ReadExactlyAsync(first, TestContext.Current.CancellationToken);
            Assert.Equal("HTTP/1.1 200 OK", Encoding.ASCII.GetString(first));
            client.Dispose();
        }
    }

    [Fact(Timeout = 240_000)]
    public async Task Clients_that_reset_at_any_moment_do_not_end_the_server()
    {
        _directory.Write("big", TemporaryDirectory.Bytes(1_000_000));
        using RunningTool serve = Tool.Start("serve", _directory.Root, "--port", "0", "--max-sockets", "4", "--timeout", "5");
        string[] beginnings = ["", "G", "GET /big HTTP/1.1\r\n", "GET /big HTTP/1.1\r\nHost: a\r\n\r\n", "GET /big HTTP/1.1\r\nHost: a\r\n\r\nGET /big HTTP/1.1\r\nHost: a\r\n\r\n"];
        for (int i = 0; i < 50; i++)
        {
            using TcpClient client = await ConnectAsync(serve);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(beginnings[i % beginnings.Length]), TestContext.Current.CancellationToken);
            client.Client.Close(0);
        }

        ToolResult got = await Tool.RunAsync("get", await UrlOf(serve) + "big");
        Assert.Equal(1_000_000, got.Succeeds().Output.Length);
    }

    [Fact(Timeout = 240_000)]
    public async Task It_stops_after_so_many_clients_and_at_Ctrl_C()
    {
        _directory.Write("x", "x");
        using RunningTool counted = Tool.Start("serve", _directory.Root, "--port", "0", "--clients", "1");
        (await Tool.RunAsync("get", await UrlOf(counted) + "x")).Succeeds();
        (await counted.EndAsync()).Succeeds();

        using RunningTool stopped = Tool.Start("serve", _directory.Root, "--port", "0");
        using TcpClient idle = await ConnectAsync(stopped);
        stopped.Stop();
        ToolResult result = await stopped.EndAsync();
        Assert.Equal((130, ""), (result.ExitCode, result.Error));
    }

    [Fact(Timeout = 240_000)]
    public async Task What_cannot_be_served_is_one_line()
    {
        Assert.Contains("not a directory", (await Tool.RunAsync("serve", _directory["nope"])).Fails(), StringComparison.Ordinal);
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        Assert.Contains("EADDRINUSE", (await Tool.RunAsync("serve", _directory.Root, "--port", port)).Fails(), StringComparison.Ordinal);
        Assert.Contains("EADDRNOTAVAIL", (await Tool.RunAsync("serve", _directory.Root, "--bind", "192.0.2.77", "--port", "0")).Fails(), StringComparison.Ordinal);
    }

    private static async Task<string> UrlOf(RunningTool serve) => (await serve.OutputLineAsync("Serving ")).Split(" on ")[1];

    private static async Task<TcpClient> ConnectAsync(RunningTool serve)
    {
        Uri url = new(await UrlOf(serve));
        TcpClient client = new();
        await client.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task<string> ReadToEndAsync(TcpClient client)
    {
        using StreamReader reader = new(client.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
