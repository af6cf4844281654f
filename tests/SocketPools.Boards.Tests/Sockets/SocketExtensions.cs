using System.Net.Sockets;

namespace SocketPools.Boards.Tests.Sockets;

internal static class SocketExtensions
{
    /// <summary>Receives once and returns what came.</summary>
    internal static async Task<byte[]> ReceiveOnceAsync(this Socket socket)
    {
        byte[] buffer = new byte[1024];
        return buffer[..await socket.ReceiveAsync(buffer)];
    }
}
