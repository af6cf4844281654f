using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools.AspNetCore.Transport;

/// <summary>Options that a radio may not have: without them a server is still one.</summary>
internal static class SocketFlags
{
    internal static void SetFlag(this RadioSocket socket, SocketOptionLevel level, SocketOptionName name, bool on)
    {
        int value = on ? 1 : 0;
        _ = socket.SetOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));
    }

    /// <summary>Closing resets the connection: the peer sees at once that the end is not a regular one.</summary>
    internal static void ResetOnClose(this RadioSocket socket)
    {
        // struct linger: on, 0 seconds. To a radio it is two ints, whatever the system below makes of it.
        ReadOnlySpan<int> linger = [1, 0];
        _ = socket.SetOption(SocketOptionLevel.Socket, SocketOptionName.Linger, MemoryMarshal.AsBytes(linger));
    }
}
