using System.Net.Sockets;
using System.Text;
using SocketPools.Tool.Netstat;

namespace SocketPools.Tool.Tests;

/// <summary>Reports of <c>netstat</c> that are not what they seem. Alone in the process: they change its environment.</summary>
[CollectionDefinition(nameof(NetstatReportTests), DisableParallelization = true)]
[Collection(nameof(NetstatReportTests))]
public sealed class NetstatReportTests : IDisposable
{
    private readonly TemporaryDirectory _session = new();
    private readonly string? _before = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
    private readonly string _directory;

    public NetstatReportTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "owners are checked on Linux");
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", _session.Root);
        _directory = RuntimeDirectory.Create();
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", _before);
        _session.Dispose();
    }

    [Fact(Timeout = 240_000)]
    public async Task A_report_without_an_end_is_given_up_at_its_size()
    {
        long before = GC.GetTotalAllocatedBytes();
        string said = await ReadAsync(async client =>
        {
            byte[] block = Encoding.ASCII.GetBytes(new string('x', 1 << 20));
            await client.SendAsync("{\"pid\":1,\"command\":\""u8.ToArray());
            while (true)
            {
                await client.SendAsync(block);
            }
        });
        Assert.Contains("its report is longer than 64 MiB, and is not read", said, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 512L << 20);
    }

    [Theory(Timeout = 240_000)]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("{\"pid\":1,\"command\":null,\"stack\":null}")]
    [InlineData("{\"pid\":1,\"command\":\"x\",\"stack\":{\"radio\":\"x\",\"time\":\"2026-01-01T00:00:00Z\",\"sockets\":null,\"interfaces\":[],\"routes\":[],\"neighbors\":[],\"paths\":[],\"limits\":[],\"counters\":[],\"drops\":[]}}")]
    [InlineData("")]
    public async Task A_report_that_is_none_is_told_in_one_line(string json) =>
        Assert.Contains("is of another version", await ReadAsync(client => client.SendAsync(Encoding.UTF8.GetBytes(json))), StringComparison.Ordinal);

    [Fact(Timeout = 240_000)]
    public async Task Links_and_files_of_others_are_passed_over()
    {
        File.CreateSymbolicLink(Path.Combine(_directory, "1-1.sock"), "/dev/zero");
        int expected = 1;
        if (Environment.IsPrivilegedProcess)
        {
            string given = Path.Combine(_directory, "2-1.sock");
            await File.WriteAllTextAsync(given, "", TestContext.Current.CancellationToken);
            (await Program.RunAsync("chown", "65534", given)).Succeeds();
            expected++;
        }

        ToolResult netstat = (await Tool.RunAsync("netstat")).Succeeds();
        Assert.Equal(expected, netstat.Error.Split("belongs to another user or is a link, and is not read").Length - 1);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_directory_of_another_user_is_refused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give a directory away");
        (await Program.RunAsync("chown", "65534", _directory)).Succeeds();
        Assert.Contains("belongs to another user", (await Tool.RunAsync("netstat")).Fails(), StringComparison.Ordinal);
        (await Program.RunAsync("chown", "65534", _session.Root)).Succeeds();
        Assert.False(RuntimeDirectory.Path.StartsWith(_session.Root, StringComparison.Ordinal));
    }

    [Theory(Timeout = 240_000)]
    [InlineData("0755")]
    [InlineData("0770")]
    public async Task A_directory_that_others_may_enter_is_refused(string mode)
    {
        (await Program.RunAsync("chmod", mode, _directory)).Succeeds();
        Assert.Contains("open to others", (await Tool.RunAsync("netstat")).Fails(), StringComparison.Ordinal);
    }

    /// <summary>What the command says to a report.</summary>
    private async Task<string> ReadAsync(Func<Socket, Task> send)
    {
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_directory, $"{Environment.ProcessId}-99.sock")));
        listener.Listen();
        Task serve = Task.Run(async () =>
        {
            using Socket client = await listener.AcceptAsync();
            try
            {
                await send(client);
            }
            catch (SocketException)
            {
                // The command has had enough.
            }
        });
        ToolResult netstat = (await Tool.RunAsync("netstat")).Succeeds();
        await serve;
        return netstat.Error;
    }
}
