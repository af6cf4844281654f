using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace SocketPools.Stack.Tests.Docs;

/// <summary>The samples of the stack as a reader runs them.</summary>
[Trait("Speed", "Slow")]
public sealed class SampleTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Two_stacks_exchange_a_megabyte_over_a_bad_cable()
    {
        using TemporaryDirectory folder = new();
        string capture = folder["cable.pcapng"];
        string output = await Sample.OutputAsync("two-stacks", "0.05", "17", capture);
        Match hashes = Regex.Match(output, @"received ([0-9A-F]{64})\nsent     ([0-9A-F]{64})\n(\d+) frames were lost, (\d+) corrupted, seed 17");
        Assert.True(hashes.Success, output);
        Assert.Equal(hashes.Groups[2].Value, hashes.Groups[1].Value);
        Assert.NotEqual("0", hashes.Groups[3].Value);
        Assert.True(new FileInfo(capture).Length > 1_000_000, "the capture holds less than was sent");
        Assert.SkipUnless(File.Exists("/usr/bin/tcpdump") || File.Exists("/usr/sbin/tcpdump"), "tcpdump is missing");
        ProgramRun.Result read = await ProgramRun.RunAsync("tcpdump", ["-Z", "root", "-nn", "-r", capture]);
        Assert.True(read.ExitCode == 0, read.Error);
        Assert.InRange(read.Output.Split('\n').Count(line => line.Contains("Flags [", StringComparison.Ordinal)), 500, int.MaxValue);
    }

    [Fact]
    public async Task A_file_goes_over_UDP_on_the_hosts_loopback() =>
        Assert.Matches(@"^16777293 bytes in \d+ ms, the same at both ends\s*$", await Sample.OutputAsync("udp-file"));

    [Fact]
    public async Task A_file_goes_over_UDP_from_one_process_to_another()
    {
        using TemporaryDirectory folder = new();
        byte[] data = TemporaryDirectory.Bytes(300_001);
        string source = folder.Write("file", data);
        string copy = folder["copy"];
        await Sample.BuildAsync("udp-file");

        // A port that was free a moment ago; the sender tries again until the receiver is there.
        string port;
        using (SocketPool pool = new(new HostNetwork()))
        {
            using PoolSocket socket = pool.CreateSocket(type: SocketType.Dgram);
            socket.Bind("127.0.0.1", 0);
            port = $"{socket.LocalEndPoint.Port}";
        }

        Task<ProgramRun.Result> receiving = Sample.RunAsync("udp-file", "receive", port, copy);
        ProgramRun.Result sending = await Sample.RunAsync("udp-file", "send", "127.0.0.1", port, source);
        Assert.Equal("sent 300001 bytes", sending.Output.Trim());
        Assert.Equal("received 300001 bytes", (await receiving).Output.Trim());
        Assert.Equal(data, await File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_goes_over_UDP_from_stack_to_stack_and_what_is_lost_is_sent_again()
    {
        string output = await Sample.OutputAsync("udp-file", "lossy");
        Match lost = Regex.Match(output, @"^1048653 bytes in \d+ ms, the same at both ends\n(\d+) frames were lost\n$");
        Assert.True(lost.Success, output);
        Assert.NotEqual("0", lost.Groups[1].Value);
    }

    [Fact]
    public async Task A_link_of_ones_own_carries_a_greeting() =>
        Assert.Equal("hello over a cable of our own\n", await Sample.OutputAsync("own-link"));

    [Fact]
    public async Task The_kernel_reads_a_page_from_the_server_on_a_TAP_device()
    {
        NetworkNamespace.RequireRoot();
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "/dev/net/tun is missing");
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is missing");
        await Sample.BuildAsync("tap-web");
        NetworkNamespace.Run(() =>
        {
            ProcessStartInfo start = new("dotnet", Sample.Command("tap-web", "tap0", "1"))
            {
                RedirectStandardOutput = true,
                WorkingDirectory = Repository.Root,
            };
            using Process server = Process.Start(start)!;
            try
            {
                Assert.Equal("serving http://198.51.100.2/ on tap0", server.StandardOutput.ReadLine());
                using Process curl = Process.Start(new ProcessStartInfo("curl", ["-sS", "-m", "30", "http://198.51.100.2/"])
                {
                    RedirectStandardOutput = true,
                })!;
                Assert.Matches(@"^You are 198\.51\.100\.1:\d+, and this came from a stack that is not the kernel's\.\n$", curl.StandardOutput.ReadToEnd());
                Assert.Matches("GET / HTTP/1.1", server.StandardOutput.ReadToEnd());
                Assert.True(server.WaitForExit(s_limit), "the server goes on after its one request");
                Assert.Equal(0, server.ExitCode);
            }
            finally
            {
                server.Kill(entireProcessTree: true);
            }
        });
    }
}
