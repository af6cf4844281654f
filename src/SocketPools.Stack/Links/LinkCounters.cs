namespace SocketPools.Stack.Links;

/// <summary>What went through a link, and what it refused and why. Counted since the link was made.</summary>
/// <param name="SentFrames">Frames that <see cref="ILink.TrySend"/> took.</param>
/// <param name="SentBytes">Their bytes.</param>
/// <param name="ReceivedFrames">Frames that <see cref="ILink.TryReceive"/> gave.</param>
/// <param name="ReceivedBytes">Their bytes.</param>
/// <param name="RefusedFull">Frames not taken because a queue was full.</param>
/// <param name="RefusedInvalid">Frames not taken because the link cannot carry them: they are too long, above all.</param>
/// <param name="RefusedDown">Frames not taken because the link, or its other end, was closed or down.</param>
/// <param name="DroppedMalformed">Frames that came and could not be understood.</param>
public readonly record struct LinkCounters(
    long SentFrames,
    long SentBytes,
    long ReceivedFrames,
    long ReceivedBytes,
    long RefusedFull,
    long RefusedInvalid,
    long RefusedDown,
    long DroppedMalformed);
