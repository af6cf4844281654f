using System.Text.Json;

namespace SocketPools.Tool.Tests;

/// <summary>Stacks as radios of the command, without a device.</summary>
public sealed class StackRadioTests
{
    [Fact(Timeout = 240_000)]
    public async Task The_demo_runs_on_a_stack_and_its_frames_are_captured()
    {
        using TemporaryDirectory folder = new();
        ToolResult result = await Tool.RunAsync("demo", "--radio", "stack", "--pcap", folder["demo.pcapng"]);
        Assert.Contains("4194304 bytes as sent", result.Succeeds().Text, StringComparison.Ordinal);
        Assert.Contains("At the end: Radio stack: 0 of 128 sockets open", result.Text, StringComparison.Ordinal);
        Assert.Equal("", result.Error);
        Assert.InRange(new FileInfo(folder["demo.pcapng"]).Length, 4194304, long.MaxValue);
        if (File.Exists("/usr/bin/tshark"))
        {
            string comments = (await Program.RunAsync("tshark", "-r", folder["demo.pcapng"], "-T", "fields", "-e", "frame.comment", "-c", "50")).Succeeds().Text;
            Assert.Contains("ESTABLISHED, socket ", comments, StringComparison.Ordinal);
        }

        if (File.Exists("/usr/bin/tcpdump") || File.Exists("/usr/sbin/tcpdump"))
        {
            string packets = (await Program.RunAsync("tcpdump", "-Z", "root", "-nn", "-c", "20", "-r", folder["demo.pcapng"])).Succeeds().Text;
            Assert.Contains("IP 127.0.0.1.", packets, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 240_000)]
    public async Task Netstat_shows_a_running_stack_until_it_ends()
    {
        using RunningTool nc = Tool.Start("nc", "-l", "127.0.0.1", "0", "--radio", "stack");
        string address = await nc.ErrorLineAsync("Listening on ");
        JsonElement row = await FindAsync(address);
        Assert.Equal(("tcp", "LISTEN", 1), (row.GetProperty("protocol").GetString(), row.GetProperty("state").GetString(), row.GetProperty("socket").GetInt32()));
        string text = (await Tool.RunAsync("netstat", "--radio", "stack")).Succeeds().Text;
        Assert.Contains($"Process {Environment.ProcessId}, socketpool nc", text, StringComparison.Ordinal);
        Assert.Contains(address, text, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            UnixFileMode mode = File.GetUnixFileMode(Netstat.RuntimeDirectory.Path);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, mode);
        }

        nc.Stop();
        Assert.Equal(130, (await nc.EndAsync()).ExitCode);
        Assert.DoesNotContain(address, (await Tool.RunAsync("netstat")).Succeeds().Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task The_socket_of_a_process_that_is_gone_is_cleaned_away()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc tells who lives");
        string path = Path.Combine(Netstat.RuntimeDirectory.Create(), "2147483647-1.sock");
        await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);
        (await Tool.RunAsync("netstat")).Succeeds();
        Assert.False(File.Exists(path));
    }

    [Theory(Timeout = 240_000)]
    [InlineData("is not a radio", "resolve", "127.0.0.1", "--radio", "tap")]
    [InlineData("is not a radio", "resolve", "127.0.0.1", "--radio", "tap:")]
    [InlineData("tcpdump", "resolve", "127.0.0.1", "--pcap", "x.pcapng")]
    [InlineData("--address is for", "resolve", "127.0.0.1", "--address", "192.0.2.1/24")]
    [InlineData("--interface is for", "resolve", "127.0.0.1", "--radio", "tap:x", "--interface", "lo")]
    [InlineData("ADDRESS/LENGTH", "resolve", "127.0.0.1", "--radio", "tap:x", "--address", "192.0.2.1")]
    [InlineData("ADDRESS/LENGTH", "resolve", "127.0.0.1", "--radio", "tap:x", "--address", "192.0.2.1/33")]
    [InlineData("--gateway takes", "resolve", "127.0.0.1", "--radio", "tap:x", "--gateway", "router")]
    [InlineData("--dns takes", "resolve", "127.0.0.1", "--radio", "tap:x", "--dns", "server")]
    [InlineData("--mtu takes", "resolve", "127.0.0.1", "--radio", "tap:x", "--mtu", "20")]
    [InlineData("nothing to configure", "resolve", "127.0.0.1", "--radio", "stack", "--address", "192.0.2.1/24")]
    [InlineData("nothing to configure", "resolve", "127.0.0.1", "--radio", "stack", "--threaded-napi")]
    [InlineData("--threaded-napi is for a tap: or tun: radio", "resolve", "127.0.0.1", "--threaded-napi")]
    [InlineData("--dhcp needs Ethernet", "resolve", "127.0.0.1", "--radio", "tun:x", "--dhcp")]
    [InlineData("1 to 15 bytes", "resolve", "127.0.0.1", "--radio", "tap:a-name-that-is-too-long")]
    [InlineData("netstat shows stacks", "netstat", "--radio", "host")]
    [InlineData("radios lists", "radios", "--radio", "tap:x")]
    public async Task What_does_not_fit_together_is_a_usage_error(string message, params string[] args)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "devices are Linux's");
        Assert.Contains(message, (await Tool.RunAsync(args)).Fails(2), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> FindAsync(string local)
    {
        ToolResult result = await Tool.RunAsync("netstat", "--radio", "stack", "--json");
        using JsonDocument json = JsonDocument.Parse(result.Succeeds().Output);
        return json.RootElement.EnumerateArray()
            .SelectMany(report => report.GetProperty("stack").GetProperty("sockets").EnumerateArray())
            .Single(row => row.GetProperty("local").GetString() == local).Clone();
    }
}
