using System.Runtime.InteropServices;

namespace SocketPools.Tool.Tests;

public sealed partial class ProcessTests
{
    private const int SIGINT = 2;

    [Fact(Timeout = 240_000)]
    public async Task The_program_serves_and_fetches_and_Ctrl_C_ends_it_with_130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent with kill(2)");
        using TemporaryDirectory directory = new();
        directory.Write("x", "from a process");
        using Program serve = Start("serve", directory.Root, "--port", "0");
        string url = (await serve.OutputLineAsync("Serving ")).Split(" on ")[1];
        using Program get = Start("get", url + "x");
        Assert.Equal("from a process", (await get.EndAsync()).Succeeds().Text);
        Assert.Equal(0, Kill(serve.Process.Id, SIGINT));
        ToolResult result = await serve.EndAsync();
        Assert.Equal((130, ""), (result.ExitCode, result.Error));
    }

    [Fact(Timeout = 240_000)]
    public async Task The_program_ends_when_nobody_reads_its_output()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes of sh");
        using ScriptedServer server = new(async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), stop);
            byte[] block = new byte[64 * 1024];
            while (true)
            {
                await stream.WriteAsync(block, stop);
            }
        });
        const string Script = "{ \"$0\" exec \"$1\" get \"$2\"; echo \"exit code $?\" >&2; } | head -c 10 | wc -c";
        ToolResult result = await Program.RunAsync("sh", "-c", Script, "dotnet", typeof(ToolEntry).Assembly.Location, server.Url);
        Assert.Equal("10", result.Succeeds().Text.Trim());
        Assert.Equal("socketpool: the standard output has no reader any more\nexit code 1\n", result.Error);
    }

    [Fact(Timeout = 240_000)]
    public async Task The_program_says_what_is_wrong_and_fails()
    {
        using Program usage = Start("get");
        Assert.NotEmpty((await usage.EndAsync()).Fails(2));
        using Program failure = Start("resolve", "no-such-name.invalid", "--timeout", "5");
        Assert.NotEmpty((await failure.EndAsync()).Fails());
    }

    [Theory(Timeout = 240_000)]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    public async Task A_standard_error_that_cannot_be_written_leaves_the_exit_code(string redirection)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full");
        ToolResult result = await Program.RunAsync("sh", "-c", $"\"$0\" exec \"$1\" nope {redirection}", "dotnet", typeof(ToolEntry).Assembly.Location);
        Assert.Equal((2, ""), (result.ExitCode, result.Text));
    }

    private static Program Start(params string[] args) =>
        Program.Start(Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet", ["exec", typeof(ToolEntry).Assembly.Location, .. args]);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
