namespace SocketPools;

/// <summary>
/// One wait for a place in a full pool: who waits, since when, and who holds the places. <see cref="SocketPool.GetCapacityWaits"/> has
/// those under way, and observers hear of each.
/// </summary>
public sealed class CapacityWait
{
    private readonly TimeProvider _clock;
    private readonly long _startedAt;
    private readonly Func<OutOfSocketsException> _refuse;

    internal CapacityWait(string purpose, string? createdBy, int position, TimeProvider clock, Func<OutOfSocketsException> refuse)
    {
        (Purpose, CreatedBy, Position) = (purpose, createdBy, position);
        (_clock, _startedAt, _refuse) = (clock, clock.GetTimestamp(), refuse);
    }

    /// <summary>What the place is for: <c>connect to example.com:443</c>, <c>accept at 0.0.0.0:8080</c>.</summary>
    public string Purpose { get; }

    /// <summary>The line that waits, with <see cref="SocketPool.TrackCallers"/>; otherwise null.</summary>
    public string? CreatedBy { get; }

    /// <summary>How many waits of the pool were under way when it began, this one included: 1 for the first.</summary>
    public int Position { get; }

    /// <summary>How long ago it began, on the radio's clock.</summary>
    public TimeSpan Elapsed => _clock.GetElapsedTime(_startedAt);

    /// <summary>
    /// The exception that a caller gets who does not wait, made now: it lists who holds the places at this moment, the twenty most telling.
    /// </summary>
    public OutOfSocketsException ToException() => _refuse();

    /// <summary>Returns what waits for a slot, and for how long.</summary>
    public override string ToString() => FormattableString.Invariant($"{Purpose}, since {Elapsed.TotalSeconds:0.0} s");
}
