using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SocketPools.Tool.Tests;

/// <summary>The command on TAP and TUN devices, with the kernel of a network namespace at the other end.</summary>
public sealed partial class TapRadioTests
{
    private const int SIGINT = 2;

    [Fact]
    [Trait("Speed", "Slow")]
    public void It_serves_the_kernel_is_seen_by_netstat_and_captured() => InNamespace("tap", folder =>
    {
        folder.Write("x", "over a tap device");
        using Program serve = Start(folder, "serve", folder.Root, "--port", "0", "--pcap", folder["serve.pcapng"], "--radio", "tap:spt0", "--address", "10.9.0.2/24");
        string port = Line(serve, "Serving ").Split(':')[^1].TrimEnd('/');
        Assert.Equal("over a tap device", End(Start(folder, "get", $"http://10.9.0.2:{port}/x")).Succeeds().Text);
        string table = End(Start(folder, "netstat", "--radio", "tap:spt0")).Succeeds().Text;
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"Process {serve.Process.Id}, socketpool serve"), table, StringComparison.Ordinal);
        Assert.Matches($"tcp +LISTEN +0 +[0-9]+ +0\\.0\\.0\\.0:{port} +\\* +#1", table);
        Assert.Matches("10\\.9\\.0\\.1 +[0-9a-f:]+ +spt0 +(REACHABLE|STALE|DELAY|PROBE)", table);
        Assert.Equal(0, Kill(serve.Process.Id, SIGINT));
        Assert.Equal(130, End(serve).ExitCode);
        Assert.Equal("", End(Start(folder, "netstat")).Succeeds().Text);
        Assert.InRange(new FileInfo(folder["serve.pcapng"]).Length, 1000, 1_000_000);
        Assert.SkipUnless(File.Exists("/usr/bin/tcpdump") || File.Exists("/usr/sbin/tcpdump"), "tcpdump is missing");
        Assert.Contains($"> 10.9.0.2.{port}: Flags [S]", Read(folder["serve.pcapng"]), StringComparison.Ordinal);
    });

    private static string Read(string capture)
    {
        using Process process = Process.Start(new ProcessStartInfo("tcpdump", ["-Z", "root", "-nn", "-r", capture]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"tcpdump: {error.Result}");
        return text;
    }

    [Theory]
    [InlineData("tap")]
    [InlineData("tun")]
    [InlineData("tap", "--threaded-napi")]
    [InlineData("tun", "--threaded-napi")]
    public void It_pings_the_kernel(string mode, params string[] options) => InNamespace(mode, folder =>
    {
        ToolResult result = End(Start(
            folder, ["ping", "10.9.0.1", "-c", "3", "-i", "0.01", "--radio", $"{mode}:spt0", "--address", "10.9.0.2/24", "--address", "2001:db8::2/64", .. options]));
        Assert.Contains("3 sent, 3 answered, 0 % lost", result.Succeeds().Text, StringComparison.Ordinal);
    });

    [Fact]
    [Trait("Speed", "Slow")]
    public void All_that_is_sent_arrives_although_the_command_ends() => InNamespace("tap", folder =>
    {
        byte[] data = new byte[3_000_000];
        new Random(17).NextBytes(data);
        using Program kernel = Start(folder, "nc", "-l", "10.9.0.1", "0");
        string port = ErrorLine(kernel, "Listening on ").Split(':')[^1];
        using Program ours = Start(folder, "nc", "10.9.0.1", port, "--radio", "tap:spt0", "--address", "10.9.0.2/24");
        Task<ToolResult> received = Task.Run(() => kernel.EndAsync());
        End(ours, data).Succeeds();
        Assert.True(data.AsSpan().SequenceEqual(Wait(received).Output));
    });

    [Fact]
    [Trait("Speed", "Slow")]
    public void Forwards_carry_connections_to_a_device_and_from_it() => InNamespace("tap", folder =>
    {
        byte[] data = new byte[1_000_000];
        new Random(17).NextBytes(data);
        string[] radio = ["--radio", "tap:spt0", "--address", "10.9.0.2/24"];
        using Program kernel = Start(folder, "nc", "-l", "10.9.0.1", "0");
        string port = ErrorLine(kernel, "Listening on ").Split(':')[^1];
        using (Program there = Start(folder, ["forward", "0", $"10.9.0.1:{port}", .. radio]))
        {
            string local = Line(there, "Forwarding 127.0.0.1:").Split(' ')[1].Split(':')[1];
            using Program ours = Start(folder, "nc", "127.0.0.1", local);
            Task<ToolResult> received = Task.Run(() => kernel.EndAsync());
            End(ours, data).Succeeds();
            Assert.True(data.AsSpan().SequenceEqual(Wait(received).Output));
            Assert.Equal(0, Kill(there.Process.Id, SIGINT));
            Assert.Equal(130, End(there).ExitCode);
        }

        using Program server = Start(folder, "nc", "-l", "127.0.0.1", "0");
        string served = ErrorLine(server, "Listening on ").Split(':')[^1];
        using Program back = Start(folder, ["forward", "--reverse", "0", $"127.0.0.1:{served}", .. radio]);
        string remote = Line(back, "Forwarding 0.0.0.0:").Split(' ')[1].Split(':')[1];
        using Program client = Start(folder, "nc", "10.9.0.2", remote);
        Task<ToolResult> arrived = Task.Run(() => server.EndAsync());
        End(client, data).Succeeds();
        Assert.True(data.AsSpan().SequenceEqual(Wait(arrived).Output));
    });

    [Fact]
    public void A_device_in_use_a_missing_right_and_a_silent_network_are_told() => InNamespace("tap", folder =>
    {
        using Program first = Start(folder, "nc", "-l", "10.9.0.2", "0", "--radio", "tap:spt0", "--address", "10.9.0.2/24");
        ErrorLine(first, "Listening on ");
        Assert.Contains("another program is using it", End(Start(folder, "ping", "10.9.0.1", "--radio", "tap:spt0")).Fails(), StringComparison.Ordinal);
        Assert.Contains("no DHCP server on tap:spt1", End(Start(folder, "ping", "10.9.0.1", "--radio", "tap:spt1", "--dhcp", "--timeout", "0.3")).Fails(), StringComparison.Ordinal);
        Program without = Program.Start("setpriv", [
            "--bounding-set", "-net_admin", "env", $"XDG_RUNTIME_DIR={folder["run"]}", "dotnet", "exec", typeof(ToolEntry).Assembly.Location,
            "ping", "10.9.0.1", "--radio", "tap:spt2"]);
        Assert.Contains("CAP_NET_ADMIN", End(without).Fails(), StringComparison.Ordinal);
    });

    private static void InNamespace(string mode, Action<TemporaryDirectory> body)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/dev/net/tun"), "/dev/net/tun is missing");
        NetworkNamespace.Run(() =>
        {
            NetworkNamespace.Ip($"tuntap add dev spt0 mode {mode}");
            NetworkNamespace.Ip("addr add 10.9.0.1/24 dev spt0");
            NetworkNamespace.Ip("link set spt0 up");
            using TemporaryDirectory folder = new();
            Directory.CreateDirectory(folder["run"]);
            body(folder);
        });
    }

    /// <summary>Starts the command in the namespace of this thread, with a runtime directory of its own.</summary>
    private static Program Start(TemporaryDirectory folder, params string[] args) =>
        Program.Start("env", [$"XDG_RUNTIME_DIR={folder["run"]}", "dotnet", "exec", typeof(ToolEntry).Assembly.Location, .. args]);

    private static string Line(Program program, string part) => program.OutputLineAsync(part).WaitAsync(TimeSpan.FromMinutes(1)).GetAwaiter().GetResult();

    private static string ErrorLine(Program program, string part) => program.ErrorLineAsync(part).WaitAsync(TimeSpan.FromMinutes(1)).GetAwaiter().GetResult();

    private static ToolResult End(Program program, byte[]? input = null)
    {
        using (program)
        {
            return Wait(program.EndAsync(input));
        }
    }

    private static ToolResult Wait(Task<ToolResult> end) => end.WaitAsync(TimeSpan.FromMinutes(1)).GetAwaiter().GetResult();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
