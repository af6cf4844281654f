using SocketPools.Diagnostics;

namespace SocketPools;

/// <summary>
/// The radio's budget is used up: CircuitPython's <c>RuntimeError("Out of sockets")</c>. Says who holds the sockets.
/// </summary>
public sealed class OutOfSocketsException : InvalidOperationException
{
    /// <summary>Makes an exception from the pool's table.</summary>
    /// <param name="radio">The radio's name.</param>
    /// <param name="maxSockets">The budget.</param>
    /// <param name="holders">Who holds the sockets, oldest first.</param>
    public OutOfSocketsException(string radio, int maxSockets, IReadOnlyList<SocketSnapshot> holders)
        : base(Describe(radio, maxSockets, holders))
    {
        RadioName = radio;
        MaxSockets = maxSockets;
        Holders = holders;
    }

    /// <summary>The radio's name.</summary>
    public string RadioName { get; }

    /// <summary>The budget.</summary>
    public int MaxSockets { get; }

    /// <summary>Who held the sockets at that moment, oldest first.</summary>
    public IReadOnlyList<SocketSnapshot> Holders { get; }

    private static string Describe(string radio, int maxSockets, IReadOnlyList<SocketSnapshot> holders) =>
        $"Out of sockets: radio {radio} has {maxSockets}, and all are in use. Close one, or raise MaxSockets. Holders:\n"
        + SocketTable.Format(holders);
}
