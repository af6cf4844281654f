using System.Net.Sockets;
using SocketPools.Diagnostics;

namespace SocketPools;

/// <summary>
/// The radio's budget is used up: CircuitPython's <c>RuntimeError("Out of sockets")</c>. The message lists the open sockets. Thrown by
/// <see cref="SocketPool.CreateSocket"/> and by accepting.
/// </summary>
/// <remarks>
/// Its <see cref="Exception.InnerException"/> is a <see cref="SocketException"/> with <see cref="SocketError.TooManyOpenSockets"/>, for
/// policies that look for one in the chain: gRPC then reports <c>Unavailable</c>, and HttpClient's retries see a failed connection.
/// </remarks>
public sealed class OutOfSocketsException : InvalidOperationException
{
    /// <summary>Makes an exception from the pool's table.</summary>
    /// <param name="radio">The radio's name.</param>
    /// <param name="maxSockets">The budget.</param>
    /// <param name="holders">Who holds the sockets, oldest first; the message shows the twenty most telling.</param>
    public OutOfSocketsException(string radio, int maxSockets, IReadOnlyList<SocketSnapshot> holders)
        : this(radio, maxSockets, holders, SocketTally.FormatAll(holders, nameof(Holders)))
    {
    }

    internal OutOfSocketsException(string radio, int maxSockets, IReadOnlyList<SocketSnapshot> holders, string table)
        : base(Describe(radio, maxSockets, table), new SocketException((int)SocketError.TooManyOpenSockets))
    {
        RadioName = radio;
        MaxSockets = maxSockets;
        Holders = holders;
        HolderTable = table;
    }

    /// <summary>Gets the name of the radio whose pool is full.</summary>
    public string RadioName { get; }

    /// <summary>Gets the pool's budget: the number of sockets that may be open at once.</summary>
    public int MaxSockets { get; }

    /// <summary>
    /// Who held the sockets at that moment, oldest first. Of more than twenty the pool gives the most telling: the oldest of each kind, state
    /// and creating line, and the oldest of all. <see cref="SocketPool.GetOpenSockets"/> and <see cref="SocketPool.Dump"/> have all.
    /// </summary>
    public IReadOnlyList<SocketSnapshot> Holders { get; }

    /// <summary>The table of the holders in the message, with the number of sockets that it does not list: at most some 4000 characters.</summary>
    public string HolderTable { get; }

    private static string Describe(string radio, int maxSockets, string table) =>
        $"Out of sockets: radio {VisibleText.Escape(radio)} has {maxSockets}, and all are in use. Close one, or raise MaxSockets. Holders:\n" + table;
}
