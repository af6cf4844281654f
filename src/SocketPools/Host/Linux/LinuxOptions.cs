using System.Collections.Frozen;
using System.Net.Sockets;

namespace SocketPools.Host.Linux;

/// <summary>The BCL's names of options and Linux's numbers: socket(7), ip(7), ipv6(7), tcp(7), udp(7).</summary>
internal static class LinuxOptions
{
    private const int SolIP = 0;
    private const int SolTcp = 6;
    private const int SolIPv6 = 41;

    private static readonly FrozenDictionary<(SocketOptionLevel, SocketOptionName), (int Level, int Name)> s_numbers =
        new Dictionary<(SocketOptionLevel, SocketOptionName), (int Level, int Name)>
        {
            [(SocketOptionLevel.Socket, SocketOptionName.Debug)] = (Libc.SOL_SOCKET, 1),
            [(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress)] = (Libc.SOL_SOCKET, 2),
            [(SocketOptionLevel.Socket, SocketOptionName.Type)] = (Libc.SOL_SOCKET, 3),
            [(SocketOptionLevel.Socket, SocketOptionName.Error)] = (Libc.SOL_SOCKET, Libc.SO_ERROR),
            [(SocketOptionLevel.Socket, SocketOptionName.DontRoute)] = (Libc.SOL_SOCKET, 5),
            [(SocketOptionLevel.Socket, SocketOptionName.Broadcast)] = (Libc.SOL_SOCKET, 6),
            [(SocketOptionLevel.Socket, SocketOptionName.SendBuffer)] = (Libc.SOL_SOCKET, 7),
            [(SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer)] = (Libc.SOL_SOCKET, 8),
            [(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)] = (Libc.SOL_SOCKET, 9),
            [(SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline)] = (Libc.SOL_SOCKET, 10),
            [(SocketOptionLevel.Socket, SocketOptionName.Linger)] = (Libc.SOL_SOCKET, 13),
            [(SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater)] = (Libc.SOL_SOCKET, 18),
            [(SocketOptionLevel.Socket, SocketOptionName.SendLowWater)] = (Libc.SOL_SOCKET, 19),
            [(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection)] = (Libc.SOL_SOCKET, 30),
            [(SocketOptionLevel.IP, SocketOptionName.TypeOfService)] = (SolIP, 1),
            [(SocketOptionLevel.IP, SocketOptionName.IpTimeToLive)] = (SolIP, 2),
            [(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded)] = (SolIP, 3),
            [(SocketOptionLevel.IP, SocketOptionName.IPOptions)] = (SolIP, 4),
            [(SocketOptionLevel.IP, SocketOptionName.PacketInformation)] = (SolIP, 8),
            [(SocketOptionLevel.IP, SocketOptionName.MulticastInterface)] = (SolIP, 32),
            [(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive)] = (SolIP, 33),
            [(SocketOptionLevel.IP, SocketOptionName.MulticastLoopback)] = (SolIP, 34),
            [(SocketOptionLevel.IP, SocketOptionName.AddMembership)] = (SolIP, 35),
            [(SocketOptionLevel.IP, SocketOptionName.DropMembership)] = (SolIP, 36),
            [(SocketOptionLevel.IP, SocketOptionName.UnblockSource)] = (SolIP, 37),
            [(SocketOptionLevel.IP, SocketOptionName.BlockSource)] = (SolIP, 38),
            [(SocketOptionLevel.IP, SocketOptionName.AddSourceMembership)] = (SolIP, 39),
            [(SocketOptionLevel.IP, SocketOptionName.DropSourceMembership)] = (SolIP, 40),
            [(SocketOptionLevel.IPv6, SocketOptionName.HopLimit)] = (SolIPv6, 16),
            [(SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface)] = (SolIPv6, 17),
            [(SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive)] = (SolIPv6, 18),
            [(SocketOptionLevel.IPv6, SocketOptionName.MulticastLoopback)] = (SolIPv6, 19),
            [(SocketOptionLevel.IPv6, SocketOptionName.AddMembership)] = (SolIPv6, 20),
            [(SocketOptionLevel.IPv6, SocketOptionName.DropMembership)] = (SolIPv6, 21),
            [(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only)] = (SolIPv6, 26),
            [(SocketOptionLevel.IPv6, SocketOptionName.PacketInformation)] = (SolIPv6, 49),
            [(SocketOptionLevel.Tcp, SocketOptionName.NoDelay)] = (SolTcp, 1),
            [(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)] = (SolTcp, 4),
            [(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval)] = (SolTcp, 5),
            [(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount)] = (SolTcp, 6),
            [(SocketOptionLevel.Udp, SocketOptionName.NoChecksum)] = (Libc.SOL_SOCKET, 11),
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<(int, int), (SocketOptionLevel, SocketOptionName)> s_names =
        s_numbers.ToFrozenDictionary(pair => (pair.Value.Level, pair.Value.Name), pair => pair.Key);

    /// <summary>Linux's numbers for an option; false where Linux has no such option.</summary>
    internal static bool TryGet(SocketOptionLevel level, SocketOptionName name, out (int Level, int Name) numbers) =>
        s_numbers.TryGetValue((level, name), out numbers);

    /// <summary>The BCL's name behind Linux's numbers, for radios that have no kernel; false where it has none.</summary>
    internal static bool TryName(int level, int name, out (SocketOptionLevel Level, SocketOptionName Name) option) =>
        s_names.TryGetValue((level, name), out option);
}
