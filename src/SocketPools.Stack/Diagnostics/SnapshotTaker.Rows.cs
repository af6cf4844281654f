using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Endpoints;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Diagnostics;

// The rows: what of the stack is copied, their texts and their order.
internal sealed partial class SnapshotTaker
{
    private static KeyedRow Describe(HalfOpen half) => new(half.Tuple, new StackSocketInfo
    {
        Protocol = "tcp",
        State = "SYN-RECV",
        Local = End(half.Tuple.Local, half.Tuple.LocalPort),
        Remote = End(half.Tuple.Remote, half.Tuple.RemotePort),
    });

    private KeyedRow Describe(TcpListener listener) => new(
        new FourTuple(listener.Port.Address, listener.Port.Number, default, 0),
        new StackSocketInfo
        {
            Protocol = "tcp",
            State = "LISTEN",
            ReceiveQueue = listener.AcceptableCount,
            SendQueue = listener.Backlog,
            Local = End(listener.Port.Address, listener.Port.Number),
            Socket = NumberOf(listener.Observer as RadioSocket),
            Dropped = listener.AcceptDrops,
            Listen = new ListenerInfo
            {
                Waiting = listener.AcceptableCount,
                Backlog = listener.Backlog,
                HalfOpen = listener.HalfOpenCount,
                MaxHalfOpen = sources.Transports.Tcp.Settings.MaxHalfOpen,
                DroppedAcceptQueueFull = listener.AcceptDrops,
                DroppedHalfOpenFull = listener.HalfOpenDrops,
            },
        });

    private static KeyedRow Describe(string protocol, DatagramEndpoint end, ushort localPort, ushort remotePort) => new(
        new FourTuple(end.LocalAddress, localPort, end.RemoteAddress, remotePort),
        new StackSocketInfo
        {
            Protocol = protocol,
            State = end.IsConnected ? "ESTAB" : "UNCONN",
            ReceiveQueue = end.ReceivedBytes,
            Local = End(end.LocalAddress, localPort),
            Remote = end.IsConnected ? End(end.RemoteAddress, remotePort) : null,
            Socket = NumberOf(end.Owner),
            Dropped = end.ReceiveDrops,
        });

    private static TcpInfo Describe(Tcp.TcpInfo info) => new()
    {
        CongestionControl = info.CongestionControl.ToLowerInvariant(),
        Mss = info.SegmentSize,
        Pmtu = info.PathMtu,
        SendScale = info.SendScale,
        ReceiveScale = info.ReceiveScale,
        Timestamps = info.HasTimestamps,
        Sack = info.HasSack,
        Ecn = info.HasEcn,
        EcnSeen = info.IsEcnSeen,
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

    private static InterfaceInfo Describe(NetworkInterface one) => new()
    {
        Index = one.Index,
        Name = one.Name,
        Medium = one.Medium == LinkMedium.Ethernet ? "ethernet" : "ip",
        Mtu = one.MtuFor(IPAddressValue.Any(System.Net.Sockets.AddressFamily.InterNetwork)),
        Carrier = one.HasCarrier,
        HardwareAddress = one.Medium == LinkMedium.Ethernet ? one.Hardware.ToString() : null,
        Addresses = [.. one.Addresses.OrderBy(a => a.Address, AddressSelector.Instance)
            .Select(a => $"{a.Address}/{a.PrefixLength}{(a.IsTentative ? " tentative" : "")}")],
        Groups = [.. one.Groups.All.Order(AddressSelector.Instance).Select(group => group.ToString())],
        FramesReceived = one.Counters.FramesReceived,
        BytesReceived = one.Counters.BytesReceived,
        FramesSent = one.Counters.FramesSent,
        BytesSent = one.Counters.BytesSent,
        LinkErrors = one.Counters.LinkErrors,
        Dropped = [.. Drops(one.Counters.Dropped)],
    };

    private static RouteInfo Describe(Route route) => new()
    {
        Destination = route.Network.ToString(),
        Gateway = route.Gateway.HasValue ? route.Gateway.ToString() : null,
        Interface = route.Interface.Name,
        Metric = route.Metric,
    };

    private static NeighborInfo Describe(NetworkInterface one, Neighbor neighbor) => new()
    {
        Address = neighbor.Address.ToString(),
        HardwareAddress = neighbor.HasHardware ? neighbor.Hardware.ToString() : null,
        Interface = one.Name,
        State = neighbor.State.ToString().ToUpperInvariant(),
        Router = neighbor.IsRouter,
        Waiting = neighbor.Waiting.Count,
    };

    // As ss writes them.
    private static string NameOf(TcpState state) => state switch
    {
        TcpState.Established => "ESTAB",
        TcpState.SynReceived => "SYN-RECV",
        _ => state.Name(),
    };

    private static double? Milliseconds(TimeSpan? time) => time is { } some ? Math.Round(some.TotalMilliseconds, 3) : null;

    private static long? NumberOf(RadioSocket? socket) => socket is { PoolNumber: > 0 } ? socket.PoolNumber : null;

    private static string End(in IPAddressValue address, ushort port) => address.ToSocketAddress(port).ToString();

    /// <summary>A row and what it is sorted by.</summary>
    private sealed record KeyedRow(FourTuple Ends, StackSocketInfo Row)
    {
        private int Rank => Row.Protocol switch { "tcp" => 0, "udp" => 1, _ => 2 };

        /// <summary>By protocol, listeners first, then by local and remote address and port, then by the number in the pool.</summary>
        internal static int Compare(KeyedRow x, KeyedRow y)
        {
            int order = x.Rank.CompareTo(y.Rank);
            order = order != 0 ? order : (x.Row.Listen is null).CompareTo(y.Row.Listen is null);
            order = order != 0 ? order : AddressSelector.Instance.Compare(x.Ends.Local, y.Ends.Local);
            order = order != 0 ? order : x.Ends.LocalPort.CompareTo(y.Ends.LocalPort);
            order = order != 0 ? order : AddressSelector.Instance.Compare(x.Ends.Remote, y.Ends.Remote);
            order = order != 0 ? order : x.Ends.RemotePort.CompareTo(y.Ends.RemotePort);
            return order != 0 ? order : (x.Row.Socket ?? 0).CompareTo(y.Row.Socket ?? 0);
        }
    }

    /// <summary>IPv4 before IPv6, each by number.</summary>
    private sealed class AddressSelector : IComparer<IPAddressValue>
    {
        internal static AddressSelector Instance { get; } = new();

        public int Compare(IPAddressValue x, IPAddressValue y)
        {
            int order = x.Length.CompareTo(y.Length);
            order = order != 0 ? order : x.High.CompareTo(y.High);
            return order != 0 ? order : x.Low.CompareTo(y.Low);
        }
    }
}
