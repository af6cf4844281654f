namespace SocketPools.Stack.Links;

/// <summary>The frames and bytes that a link sent, received and dropped, counted since it was created.</summary>
/// <param name="FramesSent">Frames that <see cref="ILink.TrySend"/> took.</param>
/// <param name="BytesSent">Their bytes.</param>
/// <param name="FramesReceived">Frames that <see cref="ILink.TryReceive"/> gave.</param>
/// <param name="BytesReceived">Their bytes.</param>
/// <param name="DroppedQueueFull">Frames not taken because a queue was full.</param>
/// <param name="DroppedInvalid">Frames not taken because the link cannot carry them: they are too long, above all.</param>
/// <param name="DroppedLinkDown">Frames not taken because the link, or its other end, was closed or down.</param>
/// <param name="DroppedMalformed">Frames that came and could not be understood.</param>
public readonly record struct LinkCounters(
    long FramesSent,
    long BytesSent,
    long FramesReceived,
    long BytesReceived,
    long DroppedQueueFull,
    long DroppedInvalid,
    long DroppedLinkDown,
    long DroppedMalformed);
