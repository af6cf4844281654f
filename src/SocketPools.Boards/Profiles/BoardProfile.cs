using SocketPools.Radios;
using SocketPools.Stack;

namespace SocketPools.Boards;

/// <summary>
/// What the sockets of a board do, as data: each value has its source. <see cref="BoardRadio"/> makes a radio behave so.
/// </summary>
/// <remarks>Memory limits and speed are not part of a profile: they are not simulated.</remarks>
public sealed record BoardProfile
{
    /// <summary>The name that selects the profile: <c>picow</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The board's name in explanations: <c>a Pico W</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The boards that the profile stands for.</summary>
    public required string Boards { get; init; }

    /// <summary>Other names that select the profile, such as <c>picow2w</c>.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>Whether the sockets are the radio's own, unchanged.</summary>
    public bool IsPassThrough { get; init; }

    /// <summary>How many sockets there are, and what happens beyond them.</summary>
    public required BoardBudget Budget { get; init; }

    /// <summary>How the board's connect behaves and fails.</summary>
    public required BoardConnecting Connecting { get; init; }

    /// <summary>What bind, listen and accept do.</summary>
    public required BoardListening Listening { get; init; }

    /// <summary>What send and receive do, and how a connection ends.</summary>
    public required BoardTransfer Transfer { get; init; }

    /// <summary>How the board's UDP sockets behave and fail.</summary>
    public required BoardDatagrams Datagrams { get; init; }

    /// <summary>How the board resolves names, and its own host name.</summary>
    public required BoardNames Names { get; init; }

    /// <summary>What is seen on the wire where the radio is a <see cref="StackRadio"/>.</summary>
    public required BoardWire Wire { get; init; }

    /// <summary>The options of setsockopt that the board takes, by lwIP's numbers.</summary>
    public IReadOnlyList<BoardOption> Options { get; init; } = [];

    /// <summary>The error of setsockopt for every other option.</summary>
    public required BoardValue<Errno> UnknownOption { get; init; }

    /// <summary>The options of a stack whose frames look like the board's.</summary>
    /// <param name="template">Everything that the profile says nothing of; the defaults if null.</param>
    public StackOptions CreateStackOptions(StackOptions? template = null) => IsPassThrough ? template ?? new StackOptions() : BoardWireOptions.Apply(this, template ?? new StackOptions());

    /// <inheritdoc/>
    public override string ToString() => Name;
}
