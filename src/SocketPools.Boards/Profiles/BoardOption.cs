namespace SocketPools.Boards;

/// <summary>An option that a board's <c>setsockopt</c> accepts; see <see cref="BoardProfile.Options"/>.</summary>
public sealed record BoardOption
{
    /// <summary>lwIP's number of the level.</summary>
    public required int Level { get; init; }

    /// <summary>lwIP's number of the option.</summary>
    public required int Name { get; init; }

    /// <summary>Its name.</summary>
    public required string Title { get; init; }

    /// <summary>Whether stream sockets take it.</summary>
    public bool OnStreams { get; init; }

    /// <summary>Whether datagram sockets take it.</summary>
    public bool OnDatagrams { get; init; }

    /// <summary>How it is known.</summary>
    public BoardEvidence Evidence { get; init; }
}
