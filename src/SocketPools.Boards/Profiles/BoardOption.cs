namespace SocketPools.Boards;

/// <summary>An option that a board's <c>setsockopt</c> accepts; see <see cref="BoardProfile.Options"/>.</summary>
public sealed record BoardOption
{
    /// <summary>Gets lwIP's number of the level.</summary>
    public required int Level { get; init; }

    /// <summary>Gets lwIP's number of the option.</summary>
    public required int Name { get; init; }

    /// <summary>Gets the name of the option.</summary>
    public required string Title { get; init; }

    /// <summary>Gets whether stream sockets accept it.</summary>
    public bool OnStreams { get; init; }

    /// <summary>Gets whether datagram sockets accept it.</summary>
    public bool OnDatagrams { get; init; }

    /// <summary>Gets how the row is known.</summary>
    public BoardEvidence Evidence { get; init; }
}
