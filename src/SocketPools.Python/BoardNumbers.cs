using System.Net.Sockets;

namespace SocketPools.Python;

/// <summary>
/// The numbers that programs meet. The constants are the host's, so that they agree with CPython's <c>socket</c> and <c>ssl</c>;
/// literals of lwIP, which boards use, are understood as well. Source: lwIP's sockets.h; Linux's socket.h and in.h.
/// </summary>
internal static class BoardNumbers
{
    private const int LwipSolSocket = 0xFFF;
    private const int SolSocket = 1;

    // (lwIP's level, lwIP's option) to Linux's.
    private static readonly (int Level, int Name, int HostLevel, int HostName)[] s_options =
    [
        (LwipSolSocket, 0x0004, SolSocket, 2), // SO_REUSEADDR
        (LwipSolSocket, 0x0008, SolSocket, 9), // SO_KEEPALIVE
        (LwipSolSocket, 0x0020, SolSocket, 6), // SO_BROADCAST
        (LwipSolSocket, 0x0080, SolSocket, 13), // SO_LINGER
        (LwipSolSocket, 0x0200, SolSocket, 15), // SO_REUSEPORT
        (LwipSolSocket, 0x1001, SolSocket, 7), // SO_SNDBUF
        (LwipSolSocket, 0x1002, SolSocket, 8), // SO_RCVBUF
        (LwipSolSocket, 0x1007, SolSocket, 4), // SO_ERROR
        (LwipSolSocket, 0x1008, SolSocket, 3), // SO_TYPE
        (0, 5, 0, 33), // IP_MULTICAST_TTL at IPPROTO_IP; Linux's 5 is IP_ROUTER_ALERT, which no program here means
    ];

    /// <summary>The names that SocketPool has as constants, with the host's numbers.</summary>
    internal static readonly (string Name, int Value)[] Constants =
    [
        ("AF_INET", 2), ("AF_INET6", 10),
        ("SOCK_STREAM", 1), ("SOCK_DGRAM", 2), ("SOCK_RAW", 3),
        ("IPPROTO_IP", 0), ("IPPROTO_ICMP", 1), ("IPPROTO_TCP", 6), ("IPPROTO_UDP", 17), ("IPPROTO_IPV6", 41), ("IPPROTO_ICMPV6", 58), ("IPPROTO_RAW", 255),
        ("SOL_SOCKET", SolSocket), ("SO_REUSEADDR", 2), ("SO_BROADCAST", 6), ("SO_KEEPALIVE", 9),
        ("TCP_NODELAY", 1),
        ("IP_MULTICAST_TTL", 33), ("IP_MULTICAST_LOOP", 34), ("IP_ADD_MEMBERSHIP", 35), ("IP_DROP_MEMBERSHIP", 36),
        ("EAI_NONAME", -2),
    ];

    /// <summary>Replaces a board's numbers of an option by the host's; the host's stay as they are.</summary>
    internal static void ToHost(ref int level, ref int name)
    {
        foreach ((int boardLevel, int boardName, int hostLevel, int hostName) in s_options)
        {
            if (level == boardLevel && name == boardName)
            {
                (level, name) = (hostLevel, hostName);
                return;
            }
        }

        level = level == LwipSolSocket ? SolSocket : level;
    }

    /// <summary>The host's number of a family.</summary>
    internal static int ToNative(AddressFamily family) => family switch
    {
        AddressFamily.InterNetwork => 2,
        AddressFamily.InterNetworkV6 => 10,
        _ => (int)family,
    };

    /// <summary>The family behind a number of the host's; others stay what they are, and are refused by name.</summary>
    internal static AddressFamily ToFamily(int native) => native switch
    {
        2 => AddressFamily.InterNetwork,
        10 => AddressFamily.InterNetworkV6,
        0 => AddressFamily.Unspecified,
        _ => (AddressFamily)(native | 0x10000),
    };
}
