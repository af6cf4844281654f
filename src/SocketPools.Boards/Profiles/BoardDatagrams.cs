using SocketPools.Radios;

namespace SocketPools.Boards;

/// <summary>The behaviour of a board's UDP sockets; see <see cref="BoardProfile.Datagrams"/>.</summary>
public sealed record BoardDatagrams
{
    /// <summary>The unread datagrams that a socket keeps; later ones are dropped. Null for the radio's own number.</summary>
    public required BoardValue<int?> Kept { get; init; }

    /// <summary>The largest datagram that is received, in bytes: larger ones come in fragments that the board does not put together.</summary>
    public required BoardValue<int> MaxReceived { get; init; }

    /// <summary>The error of a datagram above 65507 bytes.</summary>
    public required BoardValue<Errno> TooLarge { get; init; }

    /// <summary>The error of a datagram above 65535 bytes.</summary>
    public required BoardValue<Errno> FarTooLarge { get; init; }
}
