using System.Text.Json;

namespace SocketPools.Tool.Tests;

public sealed class DemoTests
{
    [Fact(Timeout = 240_000)]
    public async Task The_demo_works_without_a_network_and_shows_the_table()
    {
        string text = (await Tool.RunAsync("demo")).Succeeds().Text;
        Assert.Contains("200 OK, 4194304 bytes as sent", text, StringComparison.Ordinal);
        Assert.Contains("1000 round trips", text, StringComparison.Ordinal);
        Assert.Contains("tcp4  Listening  127.0.0.1:", text, StringComparison.Ordinal);
        Assert.Contains("At the end: Radio host: 0 of 128 sockets open", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task The_demo_has_the_documented_json()
    {
        using JsonDocument json = JsonDocument.Parse((await Tool.RunAsync("demo", "--json")).Succeeds().Output);
        JsonElement root = json.RootElement;
        Assert.Equal(["tcp", "udp", "icmp", "icmp6"], root.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()));
        Assert.Equal(0, root.GetProperty("openAtEnd").GetInt32());
        Assert.Equal(128, root.GetProperty("maxSockets").GetInt32());
        Assert.InRange(root.GetProperty("sockets").GetArrayLength(), 5, 8);
        Assert.Equal("listening", root.GetProperty("sockets")[0].GetProperty("state").GetString());
    }

    [Fact(Timeout = 240_000)]
    public async Task The_demo_says_that_it_needs_loopback()
    {
        string? other = System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
            .FirstOrDefault(i => i.NetworkInterfaceType != System.Net.NetworkInformation.NetworkInterfaceType.Loopback)?.Name;
        Assert.SkipWhen(other is null, "the host has no interface but loopback");
        Assert.StartsWith("demo talks to 127.0.0.1", (await Tool.RunAsync("demo", "--interface", other!)).Fails(2));
    }

    [Fact(Timeout = 240_000)]
    public async Task The_demo_runs_on_one_interface()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "lo is the name on Linux");
        Assert.Contains("Radio host/lo", (await Tool.RunAsync("demo", "--interface", "lo")).Succeeds().Text, StringComparison.Ordinal);
    }
}
