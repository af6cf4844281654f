namespace SocketPools.Tool.Tests;

public sealed class UsageTests
{
    [Theory(Timeout = 240_000)]
    [InlineData("nope")]
    [InlineData("get")]
    [InlineData("get", "ftp://a/")]
    [InlineData("get", "http://a:99999/")]
    [InlineData("get", "http://127.0.0.1/", "--resume")]
    [InlineData("get", "http://127.0.0.1/", "-4", "-6")]
    [InlineData("get", "http://127.0.0.1/", "--timeout", "0")]
    [InlineData("get", "http://127.0.0.1/", "--timeout", "-1")]
    [InlineData("get", "http://127.0.0.1/", "--timeout", "nan")]
    [InlineData("get", "http://127.0.0.1/", "--timeout", "soon")]
    [InlineData("get", "http://127.0.0.1/", "--timeout", "1,5")]
    [InlineData("get", "http://127.0.0.1/", "-o", "")]
    [InlineData("get", "@")]
    [InlineData("get", "http://127.0.0.1/", "--max-sockets", "0")]
    [InlineData("get", "http://127.0.0.1/", "--max-sockets", "2000000000")]
    [InlineData("get", "http://127.0.0.1/", "--interface", "no-such-interface")]
    [InlineData("radios", "--interface", "no-such-interface")]
    [InlineData("resolve")]
    [InlineData("resolve", "localhost", "65536")]
    [InlineData("resolve", "localhost", "--type", "seqpacket")]
    [InlineData("resolve", "localhost", "")]
    [InlineData("serve", ".", "--port", "65536")]
    [InlineData("serve", ".", "--port", "x")]
    [InlineData("serve", ".", "--clients", "0")]
    [InlineData("serve", ".", "--max-sockets", "1")]
    [InlineData("ping", "127.0.0.1", "--count", "-1")]
    [InlineData("ping", "127.0.0.1", "--count", "many")]
    [InlineData("ping", "127.0.0.1", "--size", "65508")]
    [InlineData("ping", "127.0.0.1", "--interval", "-1")]
    [InlineData("ping", "127.0.0.1", "--interval", "0,5")]
    [InlineData("nc", "127.0.0.1")]
    [InlineData("nc", "127.0.0.1", "0")]
    [InlineData("nc", "127.0.0.1", "port")]
    public async Task A_wrong_command_line_is_one_line_and_exit_code_2(params string[] args) =>
        Assert.NotEmpty((await Tool.RunAsync(args)).Fails(2));

    [Fact(Timeout = 240_000)]
    public async Task Without_arguments_the_command_shows_its_help()
    {
        string help = (await Tool.RunAsync("--help")).Succeeds().Text;
        Assert.Contains("netstat", help, StringComparison.Ordinal);
        Assert.Equal(help, (await Tool.RunAsync()).Succeeds().Text);
    }

    [Theory(Timeout = 240_000)]
    [InlineData("stream", "tcp", 6)]
    [InlineData("dgram", "udp", 17)]
    [InlineData("raw", "ip", 0)]
    public async Task Resolve_names_the_protocol_of_each_type(string type, string protocol, int number)
    {
        string json = (await Tool.RunAsync("resolve", "127.0.0.1", "-t", type, "--json")).Succeeds().Text;
        Assert.Contains($"\"protocol\": \"{protocol}\"", json, StringComparison.Ordinal);
        Assert.Contains($"\"protocolNumber\": {number}", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_from_elsewhere_cannot_turn_the_line_around() =>
        Assert.Equal("a\\u202eb?c\\u2066d", ToolConsole.OneLine("a\u202eb\nc\u2066d"));

    [Fact(Timeout = 240_000)]
    public async Task Errors_name_no_type_of_NET()
    {
        string line = (await Tool.RunAsync("ping", "127.0.0.1", "--count", "many")).Fails(2);
        Assert.DoesNotContain("System.", line, StringComparison.Ordinal);
        Assert.StartsWith("--count takes 0 or more", line);
    }

    [Fact(Timeout = 240_000)]
    public async Task An_argument_with_an_at_sign_is_no_file_of_arguments()
    {
        using TemporaryDirectory directory = new();
        string file = directory.Write("arguments", "127.0.0.1:1");
        Assert.Contains("user name", (await Tool.RunAsync("get", "@" + file)).Fails(2), StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_name_with_an_end_of_line_loses_nothing_of_the_error()
    {
        string line = (await Tool.RunAsync("resolve", "a\nb\u2028c\u001b[31m", "--timeout", "5")).Fails();
        Assert.Contains("a?b?c?[31m", line, StringComparison.Ordinal);
        Assert.Contains("EAI_", line, StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task Errors_name_what_is_wrong()
    {
        Assert.StartsWith("Unrecognized command or argument 'nope'", (await Tool.RunAsync("nope")).Fails(2));
        Assert.Contains("1 to 65535", (await Tool.RunAsync("nc", "127.0.0.1", "70000")).Fails(2), StringComparison.Ordinal);
        Assert.Contains("0 to 65535", (await Tool.RunAsync("nc", "-l", "70000")).Fails(2), StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task Help_tells_every_command()
    {
        string help = (await Tool.RunAsync("--help")).Succeeds().Text;
        Assert.All(["demo", "radios", "resolve", "get", "serve", "ping", "nc", "--interface", "--timeout", "--max-sockets"], word => Assert.Contains(word, help, StringComparison.Ordinal));
    }

    [Fact(Timeout = 240_000)]
    public async Task The_last_socket_of_the_budget_is_named()
    {
        using RunningTool serve = Tool.Start("serve", ".", "--port", "0", "--max-sockets", "2");
        await serve.OutputLineAsync("Serving ");
        serve.Stop();
        Assert.Equal(130, (await serve.EndAsync()).ExitCode);

        // demo needs more than one socket: it says so, and says no.
        ToolResult demo = await Tool.RunAsync("demo", "--max-sockets", "1");
        Assert.Equal(1, demo.ExitCode);
        Assert.Contains("out of sockets: radio host has 1", demo.Text, StringComparison.Ordinal);
    }
}
