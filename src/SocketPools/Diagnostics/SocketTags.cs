using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Diagnostics;

/// <summary>
/// The attributes of the sockets of one kind in one pool, made once, so that counting allocates nothing. The names are
/// OpenTelemetry's (registry of network attributes) where it has one.
/// </summary>
internal sealed class SocketTags
{
    internal const string RadioName = "socketpool.radio";
    internal const string CloseReason = "socketpool.close.reason";
    internal const string Transport = "network.transport";
    internal const string NetworkType = "network.type";
    internal const string Direction = "network.io.direction";
    internal const string ErrorType = "error.type";

    private readonly KeyValuePair<string, object?>[]?[] _closed = new KeyValuePair<string, object?>[]?[Enum.GetValues<SocketCloseReason>().Length];

    internal SocketTags(string radio, string transport, string type)
    {
        (TransportName, TypeName) = (transport, type);
        Basic = [new(RadioName, radio), new(Transport, transport), new(NetworkType, type)];
        Received = [.. Basic, new(Direction, "receive")];
        Sent = [.. Basic, new(Direction, "transmit")];
    }

    internal string TransportName { get; }

    internal string TypeName { get; }

    internal KeyValuePair<string, object?>[] Basic { get; }

    internal KeyValuePair<string, object?>[] Received { get; }

    internal KeyValuePair<string, object?>[] Sent { get; }

    internal KeyValuePair<string, object?>[] Closed(SocketCloseReason reason) =>
        _closed[(int)reason] ??= [.. Basic, new(CloseReason, WordOf(reason))];

    internal KeyValuePair<string, object?>[] Failed(string error) => [.. Basic, new(ErrorType, error)];

    internal static string WordOf(SocketCloseReason reason) => reason switch
    {
        SocketCloseReason.Closed => "closed",
        SocketCloseReason.Leaked => "leaked",
        SocketCloseReason.PoolDisposed => "pool_disposed",
        SocketCloseReason.Detached => "detached",
        SocketCloseReason.ConnectCancelled => "connect_cancelled",
        _ => "radio_stopped",
    };

    internal static string TransportOf(RadioSocket socket) => s_transports[KindOf(socket)];

    /// <summary>The pool's table has one place a kind and family.</summary>
    internal const int TableSize = 8;

    internal static int IndexOf(RadioSocket socket) => (2 * KindOf(socket)) + (socket.Family == AddressFamily.InterNetworkV6 ? 1 : 0);

    internal static SocketTags At(int index, string radio) => new(radio, s_transports[index / 2], index % 2 == 0 ? "ipv4" : "ipv6");

    private static readonly string[] s_transports = ["tcp", "udp", "icmp", "raw"];

    private static int KindOf(RadioSocket socket) => socket.Type switch
    {
        SocketType.Stream => 0,
        SocketType.Dgram => socket.Protocol is ProtocolType.Icmp or ProtocolType.IcmpV6 ? 2 : 1,
        _ => 3,
    };
}
