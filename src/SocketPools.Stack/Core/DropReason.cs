namespace SocketPools.Stack.Core;

/// <summary>
/// Why a packet was dropped. Each has a counter, and every packet that is not delivered is counted once. See
/// <see cref="StackCounters.Dropped"/> and <see cref="InterfaceCounters.Dropped"/>.
/// </summary>
public enum DropReason
{
    /// <summary>Shorter than its headers say, or not of a kind that has a meaning.</summary>
    Malformed,
    /// <summary>Of a protocol above Ethernet that this stack does not speak.</summary>
    UnknownEtherType,
    /// <summary>For another station's hardware address.</summary>
    OtherHost,
    /// <summary>A checksum of the packet is wrong.</summary>
    Checksum,
    /// <summary>For an address that is not this stack's; it does not forward.</summary>
    NotLocal,
    /// <summary>From an address that no host can have: a group, a broadcast, loopback from outside.</summary>
    MartianSource,
    /// <summary>No socket listens at the port, or none takes the protocol.</summary>
    NoListener,
    /// <summary>Extension headers that may not be skipped, or too many of them.</summary>
    ExtensionHeader,
    /// <summary>Fragments that overlap, do not fit together or come too late.</summary>
    Fragment,
    /// <summary>More fragments than may wait at once.</summary>
    FragmentLimit,
    /// <summary>A socket's receive queue is full.</summary>
    ReceiveQueue,
    /// <summary>The neighbour does not answer, or was forgotten before it did.</summary>
    NeighborUnreachable,
    /// <summary>A neighbour was forgotten for another one, because the table was full: counted once a neighbour.</summary>
    NeighborLimit,
    /// <summary>The link takes nothing now.</summary>
    TxQueueFull,
    /// <summary>Longer than the path MTU, and not to be fragmented.</summary>
    PacketTooBig,
    /// <summary>There is no route to the address.</summary>
    NoRoute,
    /// <summary>An error message that is not sent: its rate is limited.</summary>
    IcmpRateLimit,
    /// <summary>A message about this stack's own packets that does not fit to any.</summary>
    IcmpNoMatchingFlow,
    /// <summary>Not acceptable where it stands in its connection (RFC 9293).</summary>
    TcpUnacceptableSegment,
    /// <summary>More packets wait for one neighbour than may.</summary>
    NeighborQueue,
    /// <summary>More frames wait for their link than may.</summary>
    OutgoingQueue,
    /// <summary>More connections wait to be accepted than may.</summary>
    AcceptQueue,
    /// <summary>More connections than there may be.</summary>
    ConnectionLimit,
    /// <summary>Routers announce more routes, addresses or name servers than are taken.</summary>
    RouterAdvertisementLimit,
    /// <summary>The link threw an exception when the frame was given to it.</summary>
    LinkError,
    /// <summary>The link has no carrier.</summary>
    NoCarrier,
}
