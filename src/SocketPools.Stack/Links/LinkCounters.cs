namespace SocketPools.Stack.Links;

/// <summary>The frames and bytes that a link sent, received and dropped, counted since it was created.</summary>
public sealed class LinkCounters
{
    /// <summary>Frames that <see cref="ILink.TrySend"/> took.</summary>
    public long FramesSent { get; init; }

    /// <summary>Their bytes.</summary>
    public long BytesSent { get; init; }

    /// <summary>Frames that <see cref="ILink.TryReceive"/> gave.</summary>
    public long FramesReceived { get; init; }

    /// <summary>Their bytes.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Frames not taken because a queue was full.</summary>
    public long DroppedQueueFull { get; init; }

    /// <summary>Frames not taken because the link cannot carry them: they are too long, above all.</summary>
    public long DroppedInvalid { get; init; }

    /// <summary>Frames not taken because the link, or its other end, was closed or down.</summary>
    public long DroppedLinkDown { get; init; }

    /// <summary>Frames that came and could not be understood.</summary>
    public long DroppedMalformed { get; init; }
}
