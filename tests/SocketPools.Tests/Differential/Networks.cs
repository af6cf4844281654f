using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SocketPools.Tests.Differential;

/// <summary>Network namespaces. They belong to threads, so each piece of work has a thread of its own.</summary>
internal static partial class Networks
{
    private const int CLONE_NEWNET = 0x40000000;
    private const nuint SIOCSIFFLAGS = 0x8914;
    private const byte IFF_UP = 1;

    /// <summary>
    /// Gives this thread, and those it starts, a network of its own: "empty", or "loopback" alone. "host" changes nothing.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">The process may not.</exception>
    internal static void Enter(string kind)
    {
        if (kind != "host" && unshare(CLONE_NEWNET) != 0)
        {
            throw new UnauthorizedAccessException("A network namespace needs root.");
        }

        if (kind == "loopback")
        {
            // struct ifreq: the name and, behind its 16 bytes, the flags.
            Span<byte> request = stackalloc byte[40];
            request.Clear();
            "lo"u8.CopyTo(request);
            request[16] = IFF_UP;
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            Assert.Equal(0, ioctl((int)socket.Handle, SIOCSIFFLAGS, ref request[0]));
        }
    }

    internal static Task<T> Run<T>(string network, Func<T> work)
    {
        TaskCompletionSource<T> end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                Enter(network);
                end.SetResult(work());
            }
            catch (Exception e)
            {
                end.SetException(e);
            }
        })
        { IsBackground = true };
        thread.Start();
        return end.Task;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, ref byte argument);
}
