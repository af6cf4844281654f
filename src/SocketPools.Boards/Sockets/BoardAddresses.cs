using SocketPools.Radios;

namespace SocketPools.Boards.Sockets;

/// <summary>What kind of address a peer's is to a board.</summary>
internal static class BoardAddresses
{
    internal static bool IsLoopback(in IPSocketAddress address) => address.ToIPEndPoint().Address is var ip && System.Net.IPAddress.IsLoopback(ip);

    /// <summary>A SYN to it is not answered: any address, broadcast, multicast.</summary>
    internal static bool IsNobody(in IPSocketAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = address.WriteAddress(bytes);
        return address.IsAny || (length == 4 && bytes[0] >= 224) || (length == 16 && bytes[0] == 0xFF);
    }
}
