using System.Text;

namespace SocketPools.Tool.Tests;

public sealed class GetHostileTests
{
    [Theory(Timeout = 240_000)]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: br\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nX\0: y\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: \u0001\r\n\r\n")]
    [InlineData("HTTP/9.9 200 OK\r\n\r\n")]
    [InlineData("220 ftp.example FTP server \u001b[31mready\r\n")]
    [InlineData("HTTP/1.1 301 Moved\r\n\r\n")]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n")]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: ftp://a/\r\n\r\n")]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: http://\u00FF\u00FE/\r\n\r\n")]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: http://a:99999999999/\r\n\r\n")]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: http://user:password@127.0.0.1/\r\n\r\n")]
    [InlineData("HTTP/1.1 500 \u009b31mRed\r\n\r\n")]
    [InlineData("HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-4/5\r\nContent-Length: 5\r\n\r\nhello")]
    public async Task A_bad_answer_is_one_line_without_control_characters(string answer)
    {
        using ScriptedServer server = new(answer);
        string line = (await Tool.RunAsync("get", server.Url, "--timeout", "10")).Fails();
        Assert.DoesNotContain(line, char.IsControl);
    }

    [Theory(Timeout = 240_000)]
    [InlineData("HTTP/1.1 200 OK\r\n", "X: y\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: ", "yyyyyyyyyyyyyyyy")]
    [InlineData("", "HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;", "xxxxxxxxxxxxxxxx")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X: y\r\n")]
    public async Task An_endless_answer_is_given_up_within_bounds(string beginning, string forever)
    {
        long sent = 0;
        using ScriptedServer server = new(async (_, stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), stop);
            byte[] block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(forever, 100)));
            while (true)
            {
                await stream.WriteAsync(block, stop);
                Interlocked.Add(ref sent, block.Length);
            }
        });
        Assert.NotEmpty((await Tool.RunAsync("get", server.Url)).Fails());
        Assert.InRange(Interlocked.Read(ref sent), 0, 32 * 1024 * 1024); // what fits into the buffers of two sockets
    }

    [Fact(Timeout = 240_000)]
    public async Task A_server_that_drips_its_head_is_given_up_when_the_time_is_up()
    {
        using ScriptedServer server = new(async (_, stream, stop) =>
        {
            using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
            foreach (byte value in Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nX: " + new string('y', 10_000)))
            {
                await stream.WriteAsync(new[] { value }, stop);
                await timer.WaitForNextTickAsync(stop);
            }
        });
        Assert.Contains("ETIMEDOUT", (await Tool.RunAsync("get", server.Url, "--timeout", "0.3")).Fails(), StringComparison.Ordinal);
    }

    [Theory(Timeout = 240_000)]
    [InlineData("5;")]
    [InlineData("5\r\nhello\r\n0\r\nX: ")]
    public async Task A_server_that_drips_the_framing_of_a_body_is_given_up_when_the_time_is_up(string beginning)
    {
        using ScriptedServer server = new(async (_, stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + beginning), stop);
            using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
            for (int i = 0; i < 4000; i++)
            {
                await stream.WriteAsync("x"u8.ToArray(), stop);
                await timer.WaitForNextTickAsync(stop);
            }
        });
        Assert.Contains("ETIMEDOUT", (await Tool.RunAsync("get", server.Url, "--timeout", "0.3")).Fails(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task Redirects_that_grow_are_given_up_and_the_error_stays_short()
    {
        using ScriptedServer server = new($"HTTP/1.1 302 F\r\nLocation: {new string('a', 7000)}/\r\n\r\n");
        Assert.InRange((await Tool.RunAsync("get", server.Url)).Fails().Length, 1, 3000);
        Assert.InRange(server.Requests.Length, 1, 2);
    }

    [Theory(Timeout = 240_000)]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")]
    public async Task A_silent_server_is_given_up_when_the_time_is_up(string beginning)
    {
        using ScriptedServer server = new(async (_, stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        Assert.Contains("ETIMEDOUT", (await Tool.RunAsync("get", server.Url, "--timeout", "0.2")).Fails(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_server_that_resets_is_one_line()
    {
        using ScriptedServer server = new((_, stream, _) =>
        {
            ((System.Net.Sockets.NetworkStream)stream).Socket.Close(0);
            return Task.CompletedTask;
        });
        Assert.Contains("ECONNRESET", (await Tool.RunAsync("get", server.Url)).Fails(), StringComparison.Ordinal);
    }
}
