namespace SocketPools.Stack.Links;

/// <summary>The frames and bytes that a link sent, received and dropped, counted since it was created.</summary>
public sealed class LinkCounters
{
    /// <summary>Gets the number of frames that <see cref="ILink.TrySend"/> took.</summary>
    public long FramesSent { get; init; }

    /// <summary>Gets the number of bytes in the frames sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>Gets the number of frames that <see cref="ILink.TryReceive"/> returned.</summary>
    public long FramesReceived { get; init; }

    /// <summary>Gets the number of bytes in the frames received.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Gets the number of frames not taken because a queue was full.</summary>
    public long DroppedQueueFull { get; init; }

    /// <summary>Gets the number of frames not taken because the link cannot carry them, mostly because they are too long.</summary>
    public long DroppedInvalid { get; init; }

    /// <summary>Gets the number of frames not taken because the link, or its other end, was closed or down.</summary>
    public long DroppedLinkDown { get; init; }

    /// <summary>Gets the number of received frames that could not be parsed.</summary>
    public long DroppedMalformed { get; init; }
}
