using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace SocketPools.Benchmarks.Stack;

/// <summary>Sockets of the kernel in a namespace: a thread's namespace is its own, and a socket stays in the one that it was made in.</summary>
[SupportedOSPlatform("linux")]
internal static partial class KernelSocket
{
    // TCP_CONGESTION of tcp(7).
    private const int TcpLevel = 6;
    private const int CongestionName = 13;

    /// <summary>Creates a TCP socket.</summary>
    /// <param name="networkNamespace">A name of ip-netns(8).</param>
    internal static Socket Create(string networkNamespace)
    {
        Socket? socket = null;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                using SafeFileHandle handle = File.OpenHandle($"/run/netns/{networkNamespace}");
                if (SetNamespace(handle, 0) != 0)
                {
                    throw new InvalidOperationException($"setns: errno {Marshal.GetLastPInvokeError()}");
                }

                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new InvalidOperationException($"No socket in {networkNamespace}.", failure);
    }

    /// <summary>Creates a listening TCP socket at a port that the kernel chooses.</summary>
    /// <param name="networkNamespace">A name of ip-netns(8).</param>
    /// <param name="address">Its address.</param>
    internal static Socket Listen(string networkNamespace, string address)
    {
        Socket listener = Create(networkNamespace);
        listener.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        listener.Listen(1);
        return listener;
    }

    /// <summary>Makes it use CUBIC, which the stack has as well, whatever the kernel's default is.</summary>
    internal static void UseCubic(Socket socket) => socket.SetRawSocketOption(TcpLevel, CongestionName, "cubic"u8);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle handle, int kind);
}
