namespace SocketPools.Simulation;

/// <summary>What a router has forwarded, and what it has dropped by reason. Counters begin again at 0 when it restarts.</summary>
public sealed class RouterCounters
{
    /// <summary>Gets how many packets were forwarded.</summary>
    public long PacketsForwarded { get; internal set; }

    /// <summary>Gets how many fragments were made of packets that were too long for a link.</summary>
    public long FragmentsSent { get; internal set; }

    /// <summary>Gets how many ICMP errors were sent.</summary>
    public long ErrorsSent { get; internal set; }

    /// <summary>Gets how many ICMP errors were not sent, because the limit per second was reached.</summary>
    public long ErrorRateLimit { get; internal set; }

    /// <summary>Gets how many packets had a time to live that was used up.</summary>
    public long TimeToLiveExceeded { get; internal set; }

    /// <summary>Gets how many packets had no route.</summary>
    public long NoRoute { get; internal set; }

    /// <summary>Gets how many packets went to neighbours that did not answer.</summary>
    public long NeighborUnreachable { get; internal set; }

    /// <summary>Gets how many packets were too long for a link and could not be fragmented.</summary>
    public long PacketTooBig { get; internal set; }

    /// <summary>Gets how many packets had a wrong header or checksum.</summary>
    public long Malformed { get; internal set; }

    /// <summary>Gets how many packets had a source that no router forwards: a group, loopback, the unspecified address.</summary>
    public long MartianSource { get; internal set; }

    /// <summary>Gets how many packets were dropped, because too many neighbours are known.</summary>
    public long NeighborLimit { get; internal set; }

    /// <summary>Gets how many packets had no mapping of NAT and could make none: from outside, or TCP segments that open no connection.</summary>
    public long NatNoMapping { get; internal set; }

    /// <summary>Gets how many packets from outside were refused by the filtering of NAT.</summary>
    public long NatFiltered { get; internal set; }

    /// <summary>Gets how many packets from inside got no mapping, because the table or the ports were full.</summary>
    public long NatMappingLimit { get; internal set; }

    /// <summary>Gets how many packets NAT could not translate: an unknown protocol, a later fragment without its first.</summary>
    public long NatUntranslatable { get; internal set; }
}
