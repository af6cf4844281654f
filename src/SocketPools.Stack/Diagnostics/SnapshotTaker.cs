using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Diagnostics;

/// <summary>Reads a stack for a <see cref="StackSnapshot"/>. With the gate held.</summary>
internal sealed partial class SnapshotTaker(StackRadio radio, long socketsRefused)
{
    private readonly NetworkStack _stack = radio.Network;

    internal StackSnapshot TakeUnsynchronized() => new()
    {
        Radio = radio.Name,
        Time = radio.TimeProvider.GetUtcNow(),
        Sockets = [.. Connections().Concat(HalfOpen()).Concat(Listeners()).Concat(Datagrams()).Concat(Raw())
            .OrderBy(keyed => keyed.Row.Protocol switch { "tcp" => 0, "udp" => 1, _ => 2 })
            .ThenBy(keyed => keyed.Row.Listen is null)
            .ThenBy(keyed => keyed.Local, AddressOrder.Instance).ThenBy(keyed => keyed.LocalPort)
            .ThenBy(keyed => keyed.Remote, AddressOrder.Instance).ThenBy(keyed => keyed.RemotePort)
            .ThenBy(keyed => keyed.Row.Socket ?? 0)
            .Select(keyed => keyed.Row)],
        Interfaces = [.. _stack.Interfaces.Select(Describe)],
        Routes = [.. _stack.Routes.Routes.Select(r => new RouteRow(
            r.Network.ToString(), r.Gateway.HasValue ? r.Gateway.ToString() : null, r.Interface.Name, r.Metric))],
        Neighbors = [.. _stack.Interfaces.SelectMany(one => one.Neighbors.All.OrderBy(n => n.Address, AddressOrder.Instance).Select(n => Describe(one, n)))],
        Paths = [.. _stack.PathMtus.All.OrderBy(p => p.Destination, AddressOrder.Instance).Select(p => new PathRow(p.Destination.ToString(), p.Mtu))],
        Limits = [.. Limits()],
        Counters = [.. Counters()],
        Drops = [.. Drops(_stack.Counters.Dropped), .. TcpDrops()],
    };

    private IEnumerable<KeyedRow> Connections() => radio.Tcp.Connections.Select(connection =>
    {
        TcpInfo info = connection.Info();
        return new KeyedRow(info.Tuple, new StackSocketRow
        {
            Protocol = "tcp",
            State = NameOf(info.State),
            ReceiveQueue = info.Unread,
            SendQueue = info.Unsent + info.Unacknowledged,
            Local = End(info.Tuple.Local, info.Tuple.LocalPort),
            Remote = End(info.Tuple.Remote, info.Tuple.RemotePort),
            Socket = NumberOf(info.Owner),
            Tcp = Describe(info),
        });
    });

    private IEnumerable<KeyedRow> HalfOpen() => radio.Tcp.Listeners.SelectMany(listener => listener.HalfOpen).Select(half => new KeyedRow(half.Tuple, new StackSocketRow
    {
        Protocol = "tcp",
        State = "SYN-RECV",
        Local = End(half.Tuple.Local, half.Tuple.LocalPort),
        Remote = End(half.Tuple.Remote, half.Tuple.RemotePort),
    }));

    private IEnumerable<KeyedRow> Listeners() => radio.Tcp.Listeners.Select(listener => new KeyedRow(
        new FourTuple(listener.Port.Address, listener.Port.Number, default, 0),
        new StackSocketRow
        {
            Protocol = "tcp",
            State = "LISTEN",
            ReceiveQueue = listener.AcceptableCount,
            SendQueue = listener.Backlog,
            Local = End(listener.Port.Address, listener.Port.Number),
            Socket = NumberOf(listener.Observer as RadioSocket),
            Drops = listener.AcceptDrops,
            Listen = new ListenRow
            {
                Waiting = listener.AcceptableCount,
                Backlog = listener.Backlog,
                HalfOpen = listener.HalfOpenCount,
                MaxHalfOpen = radio.Tcp.Settings.MaxHalfOpen,
                AcceptDrops = listener.AcceptDrops,
                HalfOpenDrops = listener.HalfOpenDrops,
            },
        }));

    private IEnumerable<KeyedRow> Datagrams() => radio.Udp.All.Select(end => Describe("udp", end, end.LocalPort, end.RemotePort));

    private IEnumerable<KeyedRow> Raw() => radio.Raw.All.Select(end => Describe("raw", end, end.Protocol, 0));

    private static KeyedRow Describe(string protocol, PacketEnd end, ushort localPort, ushort remotePort) => new(
        new FourTuple(end.LocalAddress, localPort, end.RemoteAddress, remotePort),
        new StackSocketRow
        {
            Protocol = protocol,
            State = end.IsConnected ? "ESTAB" : "UNCONN",
            ReceiveQueue = end.ReceivedBytes,
            Local = End(end.LocalAddress, localPort),
            Remote = end.IsConnected ? End(end.RemoteAddress, remotePort) : null,
            Socket = NumberOf(end.Owner),
            Drops = end.ReceiveDrops,
        });

    private static TcpRow Describe(TcpInfo info) => new()
    {
        CongestionControl = info.CongestionControl.ToLowerInvariant(),
        Mss = info.SegmentSize,
        Pmtu = info.PathMtu,
        SendScale = info.SendScale,
        ReceiveScale = info.ReceiveScale,
        Timestamps = info.HasTimestamps,
        Sack = info.HasSack,
        Cwnd = info.CongestionWindow,
        Ssthresh = info.SlowStartThreshold >= int.MaxValue ? null : info.SlowStartThreshold,
        RttMs = info.SmoothedRoundTrip > TimeSpan.Zero ? Milliseconds(info.SmoothedRoundTrip) : null,
        RttVarMs = info.SmoothedRoundTrip > TimeSpan.Zero ? Milliseconds(info.RoundTripVariation) : null,
        RtoMs = Milliseconds(info.RetransmissionTimeout)!.Value,
        Retransmissions = info.Retransmissions,
        Backoffs = info.Backoffs,
        Unacknowledged = info.Unacknowledged,
        Unsent = info.Unsent,
        OutOfOrder = info.BehindGaps,
        SendWindow = info.SendWindow,
        ReceiveWindow = info.ReceiveWindow,
        ReceiveBuffer = info.ReceiveBuffer,
        SendBuffer = info.SendBuffer,
        Interface = info.Interface,
        RetransmissionTimerMs = info.IsProbing ? null : Milliseconds(info.LossTimer),
        PersistTimerMs = info.IsProbing ? Milliseconds(info.LossTimer) : null,
        AcknowledgmentTimerMs = Milliseconds(info.AcknowledgmentTimer),
        LifeTimerMs = Milliseconds(info.LifeTimer),
        Orphan = info.IsOrphan,
        AgeMs = Milliseconds(info.Age)!.Value,
    };

    private static InterfaceRow Describe(StackInterface one) => new()
    {
        Index = one.Index,
        Name = one.Name,
        Medium = one.Link.Medium == LinkMedium.Ethernet ? "ethernet" : "ip",
        Mtu = one.Link.Mtu,
        HardwareAddress = one.Link.Medium == LinkMedium.Ethernet ? one.Hardware.ToString() : null,
        Addresses = [.. one.OwnAddresses.OrderBy(a => a.Address, AddressOrder.Instance)
            .Select(a => $"{a.Address}/{a.PrefixLength}{(a.IsTentative ? " tentative" : "")}")],
        Groups = [.. one.Groups.All.Order(AddressOrder.Instance).Select(group => group.ToString())],
        RxFrames = one.Counters.FramesReceived,
        RxBytes = one.Counters.BytesReceived,
        TxFrames = one.Counters.FramesSent,
        TxBytes = one.Counters.BytesSent,
        LinkErrors = one.Counters.LinkErrors,
        Drops = [.. Drops(one.Counters.Dropped)],
    };

    private static NeighborRow Describe(StackInterface one, Neighbor neighbor) => new(
        neighbor.Address.ToString(),
        neighbor.HasHardware ? neighbor.Hardware.ToString() : null,
        one.Name,
        neighbor.State.ToString().ToUpperInvariant(),
        neighbor.IsRouter,
        neighbor.Waiting.Count);

    // As ss writes them.
    private static string NameOf(TcpState state) => state switch
    {
        TcpState.Established => "ESTAB",
        TcpState.SynReceived => "SYN-RECV",
        _ => state.Name(),
    };

    private static double? Milliseconds(TimeSpan? time) => time is { } some ? Math.Round(some.TotalMilliseconds, 3) : null;

    private static long? NumberOf(RadioSocket? socket) => socket is { PoolNumber: > 0 } ? socket.PoolNumber : null;

    private static string End(in IPNumber address, ushort port) => address.ToSocketAddress(port).ToString();

    /// <summary>A row and what it is sorted by.</summary>
    private sealed record KeyedRow(FourTuple Ends, StackSocketRow Row)
    {
        internal IPNumber Local => Ends.Local;

        internal IPNumber Remote => Ends.Remote;

        internal ushort LocalPort => Ends.LocalPort;

        internal ushort RemotePort => Ends.RemotePort;
    }

    /// <summary>IPv4 before IPv6, each by number.</summary>
    private sealed class AddressOrder : IComparer<IPNumber>
    {
        internal static AddressOrder Instance { get; } = new();

        public int Compare(IPNumber x, IPNumber y)
        {
            Span<byte> left = stackalloc byte[16];
            Span<byte> right = stackalloc byte[16];
            (int leftLength, int rightLength) = (x.Write(left), y.Write(right));
            return leftLength != rightLength ? leftLength.CompareTo(rightLength) : left[..leftLength].SequenceCompareTo(right[..rightLength]);
        }
    }
}
