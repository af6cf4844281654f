using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace SocketPools.Stack.Tests.Docs;

/// <summary>The samples of the stack as a reader runs them.</summary>
public sealed class SampleTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Two_stacks_exchange_a_megabyte_over_a_bad_cable()
    {
        using TemporaryDirectory folder = new();
        string capture = folder["cable.pcapng"];
        ProgramRun.Result run = await ProgramRun.RunAsync("dotnet", ["run", "samples/two-stacks.cs", "--", "0.05", "17", capture]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Match hashes = Regex.Match(run.Output, @"received ([0-9A-F]{64})\nsent     ([0-9A-F]{64})\n(\d+) frames were lost, (\d+) harmed, seed 17");
        Assert.True(hashes.Success, run.Output);
        Assert.Equal(hashes.Groups[2].Value, hashes.Groups[1].Value);
        Assert.NotEqual("0", hashes.Groups[3].Value);
        Assert.True(new FileInfo(capture).Length > 1_000_000, "the capture holds less than was sent");
        Assert.SkipUnless(File.Exists("/usr/bin/tcpdump") || File.Exists("/usr/sbin/tcpdump"), "tcpdump is missing");
        ProgramRun.Result read = await ProgramRun.RunAsync("tcpdump", ["-Z", "root", "-nn", "-r", capture]);
        Assert.True(read.ExitCode == 0, read.Error);
        Assert.InRange(read.Output.Split('\n').Count(line => line.Contains("Flags [", StringComparison.Ordinal)), 500, int.MaxValue);
    }

    [Fact]
    public async Task A_file_goes_over_UDP_on_the_hosts_loopback()
    {
        ProgramRun.Result run = await ProgramRun.RunAsync("dotnet", ["run", "samples/udp-file.cs"]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Matches(@"^16777293 bytes in \d+ ms, the same at both ends\s*$", run.Output);
    }

    [Fact]
    public async Task A_file_goes_over_UDP_from_one_process_to_another()
    {
        using TemporaryDirectory folder = new();
        byte[] data = TemporaryDirectory.Bytes(300_001);
        string source = folder.Write("file", data);
        string copy = folder["copy"];
        string[] sample = ["run", "--no-build", "samples/udp-file.cs", "--"];
        ProgramRun.Result build = await ProgramRun.RunAsync("dotnet", ["build", "samples/udp-file.cs"]);
        Assert.True(build.ExitCode == 0, build.Output + build.Error);

        // A port that was free a moment ago; the sender tries again until the receiver is there.
        string port;
        using (SocketPool pool = new(new HostNetwork()))
        {
            using PoolSocket socket = pool.CreateSocket(type: SocketType.Dgram);
            socket.Bind("127.0.0.1", 0);
            port = $"{socket.LocalEndPoint.Port}";
        }

        Task<ProgramRun.Result> receiving = ProgramRun.RunAsync("dotnet", [.. sample, "receive", port, copy]);
        ProgramRun.Result sending = await ProgramRun.RunAsync("dotnet", [.. sample, "send", "127.0.0.1", port, source]);
        Assert.Equal("sent 300001 bytes", sending.Output.Trim());
        Assert.Equal("received 300001 bytes", (await receiving).Output.Trim());
        Assert.Equal(data, await File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_goes_over_UDP_from_stack_to_stack_and_what_is_lost_is_sent_again()
    {
        ProgramRun.Result run = await ProgramRun.RunAsync("dotnet", ["run", "samples/udp-file.cs", "--", "lossy"]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Match lost = Regex.Match(run.Output, @"^1048653 bytes in \d+ ms, the same at both ends\n(\d+) frames were lost\n$");
        Assert.True(lost.Success, run.Output);
        Assert.NotEqual("0", lost.Groups[1].Value);
    }

    [Fact]
    public async Task A_link_of_ones_own_carries_a_greeting()
    {
        ProgramRun.Result run = await ProgramRun.RunAsync("dotnet", ["run", "samples/own-link.cs"]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal("hello over a cable of our own\n", run.Output);
    }

    [Fact]
    public async Task The_kernel_reads_a_page_from_the_server_on_a_TAP_device()
    {
        NetworkNamespace.RequireRoot();
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "/dev/net/tun is missing");
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is missing");
        ProgramRun.Result build = await ProgramRun.RunAsync("dotnet", ["build", "samples/tap-web.cs"]);
        Assert.True(build.ExitCode == 0, build.Output + build.Error);
        NetworkNamespace.Run(() =>
        {
            ProcessStartInfo start = new("dotnet", ["run", "--no-build", "samples/tap-web.cs", "--", "tap0", "1"])
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
