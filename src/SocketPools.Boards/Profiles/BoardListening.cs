using SocketPools.Radios;

namespace SocketPools.Boards;

/// <summary>The behaviour of a board's <c>bind</c>, <c>listen</c> and <c>accept</c>; see <see cref="BoardProfile.Listening"/>.</summary>
public sealed record BoardListening
{
    /// <summary>The step in which accept looks for a connection; zero for none.</summary>
    public required BoardValue<TimeSpan> AcceptStep { get; init; }

    /// <summary>The timeout of an accepted socket; null for the listener's.</summary>
    public required BoardValue<TimeSpan?> AcceptedTimeout { get; init; }

    /// <summary>Whether a connection beyond the backlog is reset after its handshake. Otherwise its SYN is dropped, and the client repeats it.</summary>
    public required BoardValue<bool> ResetsBeyondBacklog { get; init; }

    /// <summary>The largest backlog of connections that listen accepts.</summary>
    public required BoardValue<int> MaxBacklog { get; init; }

    /// <summary>The error of a second listen; None if there is none.</summary>
    public required BoardValue<Errno> ListenAgain { get; init; }

    /// <summary>The error of listen on a datagram socket; None if there is none.</summary>
    public required BoardValue<Errno> ListenOnDatagram { get; init; }

    /// <summary>The error of accept on a datagram socket; None if it waits.</summary>
    public required BoardValue<Errno> AcceptOnDatagram { get; init; }

    /// <summary>The error of accept on a socket that does not listen; None if it waits.</summary>
    public required BoardValue<Errno> AcceptWithoutListen { get; init; }

    /// <summary>Whether closing a listener resets every connection that waits. Otherwise it resets the first and third, and the second hangs.</summary>
    public required BoardValue<bool> CloseResetsAll { get; init; }

    /// <summary>How long a port is kept after its connection was closed on this side, for a bind without SO_REUSEADDR.</summary>
    public required BoardValue<TimeSpan> TimeWaitTimeout { get; init; }
}
