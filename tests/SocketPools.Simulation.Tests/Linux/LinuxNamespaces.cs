using System.Diagnostics;
using System.Runtime.Versioning;

namespace SocketPools.Simulation.Tests.Linux;

/// <summary>Namespaces of Linux beside the test's own, each held by a program, and the commands in them.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxNamespaces : IDisposable
{
    private readonly List<Process> _holders = [];

    internal static void Require(params string[] programs)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/dev/net/tun"), "TAP devices are Linux's");
        foreach (string program in (string[])["ip", .. programs])
        {
            Assert.SkipUnless(
                Environment.GetEnvironmentVariable("PATH")!.Split(':').Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, program))),
                $"{program} is missing");
        }
    }

    /// <summary>Makes a namespace, and gives its number.</summary>
    internal int Add()
    {
        Process holder = Start("unshare", "-n", "sh", "-c", "ip link set lo up; echo ready; cat");
        _holders.Add(holder);
        Assert.Equal("ready", holder.StandardOutput.ReadLine());
        return _holders.Count - 1;
    }

    /// <summary>What moves a device there.</summary>
    internal int ProcessOf(int number) => _holders[number].Id;

    /// <summary>Starts a program there; whoever asks for it ends it.</summary>
    internal Process StartIn(int number, params string[] command) => Start("nsenter", [$"--net=/proc/{ProcessOf(number)}/ns/net", .. command]);

    /// <summary>Runs a command of the shell there.</summary>
    internal void Run(int number, string command)
    {
        using Process process = StartIn(number, "sh", "-c", command);
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command}: {error}");
    }

    internal static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Lets the test's own namespace forward.</summary>
    internal static void Forward()
    {
        foreach (string name in (string[])["net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding"])
        {
            File.WriteAllText($"/proc/sys/{name}", "1");
        }
    }

    public void Dispose()
    {
        foreach (Process holder in _holders)
        {
            holder.Kill(entireProcessTree: true);
            holder.Dispose();
        }
    }
}
