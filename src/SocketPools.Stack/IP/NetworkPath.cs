using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>The way from one address to another. It is asked for once a connection, and again when packets do not arrive.</summary>
internal sealed class NetworkPath
{
    private ushort _identification;
    internal CacheLinePadding Padding;

    /// <summary>The address that packets come from.</summary>
    internal required IPAddressValue Local { get; init; }

    /// <summary>The address that packets go to.</summary>
    internal required IPAddressValue Remote { get; init; }

    /// <summary>The interface that they leave by.</summary>
    internal required NetworkInterface Interface { get; init; }

    /// <summary>The shard whose connections take it: it is not used by several threads at once.</summary>
    internal StackShard? Shard { get; init; }

    /// <summary>The neighbour that they are given to.</summary>
    internal required IPAddressValue NextHop { get; set; }

    /// <summary>The neighbour itself, once a packet has been sent to it: it need not be looked up again until it is forgotten.</summary>
    internal Neighbor? Neighbor { get; set; }

    /// <summary>What stands in front of its TCP segments, once some have been sent.</summary>
    internal PathHeader? Header { get; set; }

    /// <summary>The longest IP packet that arrives, in bytes: the link's, or less after path MTU discovery (RFC 1191, RFC 8201).</summary>
    internal int Mtu { get; set; }

    /// <summary>Whether TCP sends without "don't fragment": a router has reported an MTU that no path has (<see cref="PathMtuTable.MinIPv4"/>).</summary>
    internal bool MayFragment { get; set; }

    /// <summary>What the link spares the transport.</summary>
    internal LinkOffloads Offloads { get; init; }

    /// <summary>Which counter numbers the packets that may be cut, for the protocol that was sent last.</summary>
    internal short IdentificationCounter { get; set; }

    /// <summary>The protocol that <see cref="IdentificationCounter"/> is for; 0 before the first.</summary>
    internal byte IdentifiedProtocol { get; set; }

    // A segment with all options is no longer.
    private const int LeastReadyMtu = 576;

    /// <summary>Bytes of TCP payload that one frame may carry where the link cuts them (<see cref="LinkOffloads.Segmentation"/>).</summary>
    internal const int MaxSegmentedPayload = 65536 - 256;

    /// <summary>
    /// Whether a segment can leave with nothing but its shard's lock held: its header is made, and needs nothing of what the shards have in common.
    /// </summary>
    internal bool IsReady => Header is { } header && Shard is { } shard && shard.Index < Interface.Lines.Length && Neighbor is not { IsForgotten: true }
        && header.Fits(Neighbor) && !MayFragment && Mtu >= LeastReadyMtu;

    /// <summary>The same way for another shard.</summary>
    internal NetworkPath For(StackShard shard) => new()
    {
        Local = Local,
        Remote = Remote,
        Interface = Interface,
        NextHop = NextHop,
        Mtu = Mtu,
        MayFragment = MayFragment,
        Offloads = Offloads,
        Neighbor = Neighbor,
        Shard = shard,
    };

    /// <summary>Whether packets take the same way.</summary>
    internal bool IsSame(NetworkPath other) => Remote == other.Remote && Local == other.Local && Interface == other.Interface && NextHop == other.NextHop
        && Mtu == other.Mtu && MayFragment == other.MayFragment && Offloads == other.Offloads;

    /// <summary>Bytes of the IP header: 20, or 40 for IPv6.</summary>
    internal int HeaderLength => Local.IsIPv4 ? IPv4Header.MinLength : IPv6Header.Length;

    /// <summary>Numbers packets that may not be cut.</summary>
    /// <param name="random">Where the first number comes from.</param>
    /// <param name="count">How many packets have the numbers that follow: those that a link makes of one.</param>
    internal ushort NextIdentification(Random random, int count = 1)
    {
        if (_identification == 0)
        {
            _identification = (ushort)random.Next(1, 65536);
        }

        ushort next = _identification;
        int following = next + count;
        _identification = (ushort)(following > ushort.MaxValue ? following - ushort.MaxValue : following);
        return next;
    }
}
