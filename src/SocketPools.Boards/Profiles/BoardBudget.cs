namespace SocketPools.Boards;

/// <summary>The number of sockets of a board, and what happens beyond it; see <see cref="BoardProfile.Budget"/>.</summary>
public sealed record BoardBudget
{
    /// <summary>Sockets of all types together; null for the radio's own number.</summary>
    public required BoardValue<int?> MaxSockets { get; init; }

    /// <summary>Whether the garbage collector runs before a socket is refused.</summary>
    public required BoardValue<bool> CollectsBeforeRefusing { get; init; }

    /// <summary>What accept does with a connection when no socket is left.</summary>
    public required BoardValue<FullAccept> AcceptWithoutRoom { get; init; }

    /// <summary>Whether a socket that the program dropped without close keeps its place until the garbage collector runs.</summary>
    public required BoardValue<bool> DroppedSocketsStay { get; init; }

    /// <summary>Whether IPv6 sockets can be made.</summary>
    public required BoardValue<bool> HasIPv6 { get; init; }
}

/// <summary>What accept does when the pool is full. See <see cref="BoardBudget"/>.</summary>
public enum FullAccept
{
    /// <summary>It fails; the connection stays in the backlog for a later call.</summary>
    FailsAndKeeps,
    /// <summary>It fails; the client stays connected and no call returns the connection.</summary>
    FailsAndLoses,
    /// <summary>It closes the connection and waits for the next.</summary>
    ClosesAndWaits,
}
