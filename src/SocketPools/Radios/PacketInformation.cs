namespace SocketPools.Radios;

/// <summary>What the system knows of a received datagram besides its bytes and its sender: <c>struct in_pktinfo</c> of ip(7).</summary>
public readonly record struct PacketInformation
{
    /// <summary>
    /// Gets the address that the datagram was sent to: one of this radio's, a group's or a broadcast address. Its port is 0. Without a value
    /// where the system did not report it.
    /// </summary>
    public IPSocketAddress Destination { get; init; }

    /// <summary>
    /// Gets the number of the interface that the datagram came in on. 0 where the system did not report it, as for a datagram that came
    /// before the first call that asks for this.
    /// </summary>
    public int InterfaceIndex { get; init; }

    /// <summary>Gets whether the datagram was longer than the buffer: the rest of it is lost.</summary>
    public bool IsTruncated { get; init; }
}
