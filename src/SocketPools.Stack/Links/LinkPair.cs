namespace SocketPools.Stack.Links;

/// <summary>
/// Two connected links in one process: what one end sends the other receives, in order and unchanged. For two stacks in one process, and
/// for tests.
/// </summary>
/// <remarks>
/// With <see cref="LinkWakeMode.Synchronous"/> the other end's <see cref="ILink.FrameAvailable"/> runs inside <see cref="ILink.TrySend"/>. What it
/// sends back may wake the first end on the same thread, inside its own call: a stack has to notice that it is at work already, and
/// must not wait for a lock that a sender may hold.
/// </remarks>
public sealed class LinkPair : IDisposable
{
    private LinkPair(LinkPairOptions options)
    {
        LinkLanes toA = new(options.MaxQueuedFrames);
        LinkLanes toB = new(options.MaxQueuedFrames);
        A = new LinkPairEnd(options, "a", options.AddressA, incoming: toA, outgoing: toB);
        B = new LinkPairEnd(options, "b", options.AddressB, incoming: toB, outgoing: toA);
        A.Peer = B;
        B.Peer = A;
    }

    /// <summary>Gets the one end, which is connected to <see cref="B"/>.</summary>
    public LinkPairEnd A { get; }

    /// <summary>Gets the other end, which is connected to <see cref="A"/>.</summary>
    public LinkPairEnd B { get; }

    /// <summary>Creates two links that are connected to each other.</summary>
    /// <param name="options">What it is like; null for the defaults.</param>
    public static LinkPair Create(LinkPairOptions? options = null) => new(options ?? new LinkPairOptions());

    /// <summary>Disconnects the two ends, or connects them again. Disconnected ends drop frames and have no carrier.</summary>
    /// <param name="isWhole">Whether frames are carried.</param>
    public void SetCarrier(bool isWhole)
    {
        A.SetCarrier(isWhole);
        B.SetCarrier(isWhole);
    }

    /// <summary>Closes both ends of the pair.</summary>
    public void Dispose()
    {
        A.Close();
        B.Close();
    }
}
