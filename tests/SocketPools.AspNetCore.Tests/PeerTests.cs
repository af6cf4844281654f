using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SocketPools.AspNetCore.Tests;

/// <summary>Programs that others have written, against Kestrel on a pool.</summary>
public sealed class PeerTests
{
    private const string PythonClient = """
        import hashlib, http.client, ssl, sys
        port, tls = int(sys.argv[1]), sys.argv[2] == 'tls'
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection('127.0.0.1', port, context=context) if tls else http.client.HTTPConnection('127.0.0.1', port)
        body = bytes(i * 7 % 251 for i in range(3_000_000))
        for _ in range(3):
            connection.request('POST', '/echo', body=body)
            answer = connection.getresponse()
            assert answer.status == 200 and answer.read() == body
        connection.request('POST', '/echo', body=(body[i:i + 100_000] for i in range(0, len(body), 100_000)), encode_chunked=True,
                           headers={'Transfer-Encoding': 'chunked'})
        assert connection.getresponse().read() == body
        connection.close()
        print('ok')
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Python_posts_and_reads_back(bool tls)
    {
        SkipWithout("python3");
        await using TestServer server = await StartAsync(tls);
        await ExpectAsync("ok", "python3", "-c", PythonClient, $"{server.Address.Port}", tls ? "tls" : "plain");
        await server.OnlyOpenAsync(1);
    }

    [Theory]
    [InlineData("http", "--http1.1", "1.1")]
    [InlineData("http", "--http1.0", "1.1")]
    [InlineData("https", "--http1.1", "1.1")]
    [InlineData("https", "--http2", "2")]
    public async Task Curl_gets_and_posts(string scheme, string version, string spoken)
    {
        SkipWithout("curl");
        await using TestServer server = await StartAsync(scheme == "https");
        string url = $"{scheme}://127.0.0.1:{server.Address.Port}";
        await ExpectAsync($"hello {spoken}", "curl", "-sSk", version, "-w", " %{http_version}", $"{url}/hello");
        await ExpectAsync("something to echo", "curl", "-sSk", version, "-d", "something to echo", $"{url}/echo");
        await ExpectAsync("hellohello", "curl", "-sSk", version, $"{url}/hello", $"{url}/hello");
    }

    private static Task<TestServer> StartAsync(bool tls) => TestServer.StartAsync(
        app =>
        {
            app.MapGet("/hello", () => "hello");
            app.MapPost("/echo", (HttpContext context) => context.Request.Body.CopyToAsync(context.Response.Body));
        },
        new ServerSetup { Tls = tls });

    private static async Task ExpectAsync(string output, string program, params string[] arguments)
    {
        ProgramRun.Result result = await ProgramRun.RunAsync(program, arguments);
        Assert.Equal((output, ""), (result.Output.Trim(), result.Error));
    }

    private static void SkipWithout(string program) => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))),
        $"{program} is missing");
}
