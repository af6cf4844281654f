using System.Globalization;
using SocketPools.Diagnostics;

namespace SocketPools;

/// <summary>Sockets were left open, or collected without having been closed; thrown by <see cref="SocketPool.AssertNoLeaks"/>.</summary>
public sealed class SocketLeakException : InvalidOperationException
{
    /// <summary>Makes an exception from the pool's table.</summary>
    /// <param name="radio">The radio's name.</param>
    /// <param name="open">The sockets still open, oldest first.</param>
    /// <param name="collected">The sockets that were collected without having been closed, as far as they are remembered.</param>
    /// <param name="collectedCount">How many were collected in all.</param>
    public SocketLeakException(string radio, IReadOnlyList<SocketSnapshot> open, IReadOnlyList<SocketSnapshot> collected, long collectedCount)
        : base(Describe(radio, open, collected, collectedCount))
    {
        RadioName = radio;
        Open = open;
        Leaked = collected;
        LeakedCount = collectedCount;
    }

    /// <summary>Gets the name of the radio whose pool was checked.</summary>
    public string RadioName { get; }

    /// <summary>Gets the sockets that are still open, with their addresses and callers.</summary>
    public IReadOnlyList<SocketSnapshot> Open { get; }

    /// <summary>The sockets collected without close, the last 64 of them.</summary>
    public IReadOnlyList<SocketSnapshot> Leaked { get; }

    /// <summary>How many were collected without close in all.</summary>
    public long LeakedCount { get; }

    private static string Describe(string radio, IReadOnlyList<SocketSnapshot> open, IReadOnlyList<SocketSnapshot> collected, long count)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture, $"Sockets leaked on radio {VisibleText.Escape(radio)}: {open.Count} still open, {count} collected without close.");
        if (open.Count > 0)
        {
            text += "\nStill open:\n" + SocketTally.FormatAll(open, nameof(Open));
        }

        if (collected.Count > 0)
        {
            text += "\nCollected without close:\n" + SocketTally.FormatAll(collected, nameof(Leaked));
        }

        return text + (HasTraces(open) || HasTraces(collected) ? "" : "\nSet TrackCallers to see where they were made.");
    }

    private static bool HasTraces(IReadOnlyList<SocketSnapshot> sockets) => sockets.Any(s => s.CreatedBy is not null);
}
