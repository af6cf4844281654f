using System.Net;
using System.Net.Sockets;

namespace SocketPools.Tests.Common;

/// <summary>
/// Ports of 127.0.0.1 for servers of others that take no port 0. They lie below the range of which the system gives ports to sockets that connect,
/// so none of those takes one in the moment before the server starts.
/// </summary>
internal static class LoopbackPort
{
    private const int First = 10_000;
    private const int Count = 20_000;
    private static int s_next = Environment.ProcessId * 97 % Count;

    /// <summary>A port that is free for TCP and UDP, and that this process is not given again soon.</summary>
    internal static int Find()
    {
        for (int attempt = 0; attempt < Count; attempt++)
        {
            int port = First + ((int)((uint)Interlocked.Increment(ref s_next) % Count));
            if (IsFree(port, SocketType.Stream, ProtocolType.Tcp) && IsFree(port, SocketType.Dgram, ProtocolType.Udp))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"None of the ports {First} to {First + Count - 1} is free.");
    }

    private static bool IsFree(int port, SocketType type, ProtocolType protocol)
    {
        using Socket socket = new(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
