using System.Collections.Frozen;
using System.Net.Sockets;

namespace SocketPools.Radios;

/// <summary>
/// Linux's numbers of socket options and .NET's names of the same: socket(7), ip(7), ipv6(7), tcp(7), udp(7). A radio without a kernel
/// uses it in <see cref="RadioSocket.SetRawOption"/> and <see cref="RadioSocket.GetRawOption"/>, which take Linux's numbers.
/// </summary>
public static class LinuxOptionNumbers
{
    private const int SolSocket = 1;
    private const int SolIP = 0;
    private const int SolTcp = 6;
    private const int SolIPv6 = 41;

    private static readonly FrozenDictionary<(SocketOptionLevel, SocketOptionName), (int Level, int Name)> s_numbers =
        new Dictionary<(SocketOptionLevel, SocketOptionName), (int Level, int Name)>
        {
            [(SocketOptionLevel.Socket, SocketOptionName.Debug)] = (SolSocket, 1),
            [(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress)] = (SolSocket, 2),
            [(SocketOptionLevel.Socket, SocketOptionName.Type)] = (SolSocket, 3),
            [(SocketOptionLevel.Socket, SocketOptionName.Error)] = (SolSocket, 4),
            [(SocketOptionLevel.Socket, SocketOptionName.DontRoute)] = (SolSocket, 5),
            [(SocketOptionLevel.Socket, SocketOptionName.Broadcast)] = (SolSocket, 6),
            [(SocketOptionLevel.Socket, SocketOptionName.SendBuffer)] = (SolSocket, 7),
            [(SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer)] = (SolSocket, 8),
            [(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)] = (SolSocket, 9),
            [(SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline)] = (SolSocket, 10),
            [(SocketOptionLevel.Socket, SocketOptionName.Linger)] = (SolSocket, 13),
            [(SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater)] = (SolSocket, 18),
            [(SocketOptionLevel.Socket, SocketOptionName.SendLowWater)] = (SolSocket, 19),
            [(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection)] = (SolSocket, 30),
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
            [(SocketOptionLevel.Udp, SocketOptionName.NoChecksum)] = (SolSocket, 11),
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<(int, int), (SocketOptionLevel, SocketOptionName)> s_names =
        s_numbers.ToFrozenDictionary(pair => (pair.Value.Level, pair.Value.Name), pair => pair.Key);

    /// <summary>Looks up Linux's numbers of an option.</summary>
    /// <param name="level">.NET's level.</param>
    /// <param name="name">.NET's name.</param>
    /// <param name="numbers">The numbers for <c>setsockopt(2)</c>.</param>
    /// <returns>False where Linux has no such option.</returns>
    public static bool TryGet(SocketOptionLevel level, SocketOptionName name, out (int Level, int Name) numbers) =>
        s_numbers.TryGetValue((level, name), out numbers);

    /// <summary>Looks up .NET's name of an option.</summary>
    /// <param name="level">Linux's level, for example 6 for TCP.</param>
    /// <param name="name">Linux's number.</param>
    /// <param name="option">.NET's level and name.</param>
    /// <returns>False where .NET has no name for it.</returns>
    public static bool TryName(int level, int name, out (SocketOptionLevel Level, SocketOptionName Name) option) =>
        s_names.TryGetValue((level, name), out option);
}
