using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace SocketPools.Tests.Common;

/// <summary>
/// A network of its own for one thread: unshare(2) gives a thread an empty namespace, and what it starts or opens is in there.
/// It is gone when the last of its threads and sockets is.
/// </summary>
internal static partial class NetworkNamespace
{
    private const int CloneNewNet = 0x40000000;

    /// <summary>Runs a body on a thread with a network of its own, whose loopback is up.</summary>
    internal static void Run(Action body)
    {
        RequireRoot();
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                if (unshare(CloneNewNet) != 0)
                {
                    throw new Win32Exception(Marshal.GetLastSystemError(), "unshare");
                }

                Ip("link set lo up");
                body();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>Runs ip(8) in the thread's namespace.</summary>
    internal static void Ip(string arguments) => Command("ip", arguments);

    /// <summary>Runs a command in the thread's namespace; its failure is the test's.</summary>
    internal static void Command(string program, string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {arguments}: {error}");
        }
    }

    internal static void RequireRoot()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "network namespaces are Linux's");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "network namespaces need root");
        Assert.SkipUnless(File.Exists("/usr/sbin/ip") || File.Exists("/sbin/ip") || File.Exists("/usr/bin/ip"), "ip (iproute2) is missing");
    }

    /// <summary>Takes a capability away from this thread alone: capset(2).</summary>
    internal static unsafe void DropCapability(int capability)
    {
        // Version 3: a header of version and thread (0: this one), then two sets of effective, permitted, inheritable.
        uint* header = stackalloc uint[] { 0x20080522, 0 };
        uint* data = stackalloc uint[6];
        if (capget(header, data) != 0)
        {
            throw new Win32Exception(Marshal.GetLastSystemError(), "capget");
        }

        int set = capability / 32 * 3;
        data[set] &= ~(1u << (capability % 32));
        if (capset(header, data) != 0)
        {
            throw new Win32Exception(Marshal.GetLastSystemError(), "capset");
        }
    }

    [LibraryImport("libc")]
    private static partial int unshare(int flags);

    [LibraryImport("libc")]
    private static unsafe partial int capget(uint* header, uint* data);

    [LibraryImport("libc")]
    private static unsafe partial int capset(uint* header, uint* data);
}
