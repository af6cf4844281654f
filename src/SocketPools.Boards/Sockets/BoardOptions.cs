using System.Net.Sockets;

namespace SocketPools.Boards.Sockets;

/// <summary>lwIP's numbers of options and the BCL's names (lwIP's sockets.h).</summary>
internal static class BoardOptions
{
    internal const int SolSocket = 0xFFF;
    internal const int ReuseAddress = 0x04;

    private static readonly (int Level, int Name, SocketOptionLevel OurLevel, SocketOptionName OurName)[] s_rows =
    [
        (SolSocket, ReuseAddress, SocketOptionLevel.Socket, SocketOptionName.ReuseAddress),
        (SolSocket, 0x08, SocketOptionLevel.Socket, SocketOptionName.KeepAlive),
        (SolSocket, 0x20, SocketOptionLevel.Socket, SocketOptionName.Broadcast),
        (SolSocket, 0x80, SocketOptionLevel.Socket, SocketOptionName.Linger),
        (6, 1, SocketOptionLevel.Tcp, SocketOptionName.NoDelay),
        (6, 3, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime),
        (6, 4, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval),
        (6, 5, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount),
        (0, 1, SocketOptionLevel.IP, SocketOptionName.TypeOfService),
        (0, 2, SocketOptionLevel.IP, SocketOptionName.IpTimeToLive),
        (0, 3, SocketOptionLevel.IP, SocketOptionName.AddMembership),
        (0, 4, SocketOptionLevel.IP, SocketOptionName.DropMembership),
        (0, 5, SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive),
        (0, 6, SocketOptionLevel.IP, SocketOptionName.MulticastInterface),
        (0, 7, SocketOptionLevel.IP, SocketOptionName.MulticastLoopback),
    ];

    internal static bool TryFind(int level, int name, out SocketOptionLevel ourLevel, out SocketOptionName ourName)
    {
        foreach ((int l, int n, SocketOptionLevel found, SocketOptionName foundName) in s_rows)
        {
            if (l == level && n == name)
            {
                (ourLevel, ourName) = (found, foundName);
                return true;
            }
        }

        (ourLevel, ourName) = (default, default);
        return false;
    }

    internal static bool TryFind(SocketOptionLevel ourLevel, SocketOptionName ourName, out int level, out int name)
    {
        foreach ((int l, int n, SocketOptionLevel found, SocketOptionName foundName) in s_rows)
        {
            if (found == ourLevel && foundName == ourName)
            {
                (level, name) = (l, n);
                return true;
            }
        }

        (level, name) = (0, 0);
        return false;
    }
}
