using System.Text.Json;

namespace SocketPools.Tool.Tests;

public sealed class PingTests
{
    [Theory(Timeout = 240_000)]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("localhost")]
    public async Task This_host_answers(string host)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "raw sockets need root here");
        ToolResult result = await Tool.RunAsync("ping", host, "-c", "3", "-i", "0.001", "-s", "100");
        Assert.Contains("3 sent, 3 answered, 0 % lost", result.Succeeds().Text, StringComparison.Ordinal);
    }

    [Theory(Timeout = 240_000)]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("1471")]
    [InlineData("60000")]
    public async Task Any_size_comes_back_and_is_told_in_json(string size)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "raw sockets need root here");
        ToolResult result = await Tool.RunAsync("ping", "127.0.0.1", "-c", "2", "-i", "0", "-s", size, "--json");
        using JsonDocument json = JsonDocument.Parse(result.Succeeds().Output);
        JsonElement root = json.RootElement;
        Assert.Equal(("raw", 2, 2, 0.0), (root.GetProperty("socket").GetString(), root.GetProperty("sent").GetInt32(), root.GetProperty("received").GetInt32(), root.GetProperty("lossPercent").GetDouble()));
        Assert.All(root.GetProperty("replies").EnumerateArray(), reply => Assert.InRange(reply.GetProperty("ms").GetDouble(), 0, 10_000));
    }

    [Fact(Timeout = 240_000)]
    public async Task Ctrl_C_ends_it_and_the_statistics_are_printed()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "raw sockets need root here");
        using RunningTool ping = Tool.Start("ping", "127.0.0.1", "-c", "0", "-i", "1000");
        await ping.OutputLineAsync("56 bytes from 127.0.0.1: seq=1");
        ping.Stop();
        ToolResult result = await ping.EndAsync();
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("1 sent, 1 answered, 0 % lost", result.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_payload_that_IPv6_cannot_carry_is_one_line()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "raw sockets need root here");
        ToolResult result = await Tool.RunAsync("ping", "::1", "-c", "1", "-s", "65507");
        Assert.True(result.ExitCode is 0 or 1);
        Assert.True(result.ExitCode == 0 || result.ErrorLine().Contains("EMSGSIZE", StringComparison.Ordinal), result.Error);
    }
}
