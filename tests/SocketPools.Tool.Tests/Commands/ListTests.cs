using System.Net.NetworkInformation;
using System.Text.Json;

namespace SocketPools.Tool.Tests;

public sealed class ListTests
{
    [Fact(Timeout = 240_000)]
    public async Task Radios_are_the_interfaces_of_the_host()
    {
        string[] names = [.. NetworkInterface.GetAllNetworkInterfaces().Select(i => i.Name)];
        using JsonDocument json = JsonDocument.Parse((await Tool.RunAsync("radios", "--json")).Succeeds().Output);
        Assert.Equal(names, json.RootElement.EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        string[] lines = (await Tool.RunAsync("radios")).Succeeds().Text.TrimEnd('\n').Split('\n');
        Assert.Equal(names.Length + 1, lines.Length);
        Assert.All(lines[1..], (line, i) => Assert.StartsWith(names[i], line));
    }

    [Fact(Timeout = 240_000)]
    public async Task One_radio_can_be_asked_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "lo is the name on Linux");
        using JsonDocument json = JsonDocument.Parse((await Tool.RunAsync("radios", "--json", "--interface", "lo")).Succeeds().Output);
        JsonElement row = Assert.Single(json.RootElement.EnumerateArray());
        Assert.True(row.GetProperty("up").GetBoolean());
        Assert.Contains("127.0.0.1", row.GetProperty("addresses").EnumerateArray().Select(a => a.GetString()));
    }

    [Theory(Timeout = 240_000)]
    [InlineData("127.0.0.1", "80")]
    [InlineData("::1", "443")]
    [InlineData("localhost", "http")]
    [InlineData("localhost", "0")]
    public async Task Resolve_gives_the_rows_of_CPython(string host, string port)
    {
        const string Script = """
            import socket, sys, json
            kinds = {socket.SOCK_STREAM: 'stream', socket.SOCK_DGRAM: 'dgram', socket.SOCK_RAW: 'raw'}
            rows = socket.getaddrinfo(sys.argv[1], sys.argv[2])
            print(';'.join('%s %s %s %d' % ({2: 'ipv4', 10: 'ipv6'}[int(f)], kinds[t], a[0], a[1]) for f, t, p, c, a in rows))
            """;
        string expected = (await Program.RunAsync("python3", "-c", Script, host, port)).Succeeds().Text.Trim();
        using JsonDocument json = JsonDocument.Parse((await Tool.RunAsync("resolve", host, port, "--json")).Succeeds().Output);
        string[] rows = [.. json.RootElement.EnumerateArray().Select(row =>
            $"{row.GetProperty("family").GetString()} {row.GetProperty("type").GetString()} {row.GetProperty("address").GetString()} {row.GetProperty("port").GetInt32()}")];
        Assert.Equal(expected, string.Join(';', rows));
    }

    [Fact(Timeout = 240_000)]
    public async Task Resolve_filters_by_family_and_type()
    {
        string text = (await Tool.RunAsync("resolve", "127.0.0.1", "7", "-4", "-t", "dgram")).Succeeds().Text;
        Assert.Equal("family  type   protocol  port  address    canonical name\nipv4    dgram  udp       7     127.0.0.1\n", text);
    }

    [Theory(Timeout = 240_000)]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("no such name.invalid")]
    public async Task A_name_that_does_not_resolve_is_one_line(string name) => Assert.NotEmpty((await Tool.RunAsync("resolve", name)).Fails());
}
