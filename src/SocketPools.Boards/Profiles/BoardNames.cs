using System.Net.Sockets;

namespace SocketPools.Boards;

/// <summary>The behaviour of a board's name lookups; see <see cref="BoardProfile.Names"/>.</summary>
public sealed record BoardNames
{
    /// <summary>How long a lookup takes at most. The socket's timeout has no effect on it.</summary>
    public required BoardValue<TimeSpan> LookupTimeout { get; init; }

    /// <summary>The times after the first query at which it is repeated, in seconds.</summary>
    public required BoardValue<string> Repeats { get; init; }

    /// <summary>The socket type in every row; null for the type that was asked for.</summary>
    public required BoardValue<SocketType?> RowType { get; init; }

    /// <summary>Whether a row repeats the host that was asked for in place of a canonical name.</summary>
    public required BoardValue<bool> RowRepeatsHost { get; init; }

    /// <summary>The host name without CIRCUITPY_WIFI_HOSTNAME: "{board}" and "{mac}" stand for the board's identifier and hardware address.</summary>
    public required BoardValue<string> Hostname { get; init; }
}
