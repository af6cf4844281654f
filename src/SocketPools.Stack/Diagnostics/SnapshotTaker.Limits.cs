using SocketPools.Stack.Core;
using SocketPools.Stack.Endpoints;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Names;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Diagnostics;

// Limits and counters.
internal sealed partial class SnapshotTaker
{
    private IEnumerable<LimitInfo> Limits()
    {
        StackLimits limits = _stack.Limits;
        TcpOptions tcp = sources.Transports.Tcp.Settings;
        TcpStatistics statistics = sources.Transports.Tcp.Statistics;
        StackCounters counters = _stack.Counters;
        IReadOnlyList<NetworkInterface> all = _stack.Interfaces;
        return
        [
            new("sockets", _stack.Core.OpenSockets, sources.Transports.Radio.MaxSockets, socketsRefused, "MaxSockets"),
            new("tcpConnections", sources.Transports.Tcp.ConnectionCount, tcp.MaxConnections, statistics.OpensRefused + statistics[TcpDrop.TooManyConnections], "Tcp.MaxConnections"),
            new("tcpTimeWait", _timeWait, tcp.MaxTimeWaitConnections, statistics.TimeWaitCut, "Tcp.MaxTimeWaitConnections"),
            new("tcpHalfOpen", sources.Transports.Tcp.Listeners.Select(l => (long)l.HalfOpenCount).DefaultIfEmpty().Max(), tcp.MaxHalfOpen, statistics[TcpDrop.SynQueueFull], "Tcp.MaxHalfOpen"),
            new("tcpGaps", _gaps, tcp.MaxOutOfOrderRanges, statistics[TcpDrop.TooManyGaps], "Tcp.MaxOutOfOrderRanges"),
            new("packetReceiveBuffer", _receivedBytes,
                DatagramEndpoint.DefaultReceiveLimit, counters.Dropped(DropReason.ReceiveQueue) - statistics[TcpDrop.TooManyGaps], "SO_RCVBUF"),
            new("outgoingFrames", all.Max(one => one.Outgoing.Count), limits.MaxOutgoingFrames, counters.Dropped(DropReason.OutgoingQueue), "MaxOutgoingFrames"),
            new("neighbors", all.Max(one => one.Neighbors.Count), limits.MaxNeighbors, all.Sum(one => one.Neighbors.NeighborsEvicted), "MaxNeighbors"),
            new("packetsPerNeighbor", _waiting,
                limits.MaxPacketsPerNeighbor, counters.Dropped(DropReason.NeighborQueue), "MaxPacketsPerNeighbor"),
            new("announced", sources.Configurations.Max(one => one.Autoconfiguration?.LearnedCount ?? 0), limits.MaxRouterAdvertisedEntries, counters.Dropped(DropReason.RouterAdvertisementLimit), "MaxRouterAdvertisedEntries"),
            new("groupsPerSocket", _groups,
                limits.MaxGroupsPerSocket, counters.GroupJoinsRejected, "MaxGroupsPerSocket"),
            new("routes", _stack.Routes.Routes.Count, limits.MaxRoutes, _stack.Routes.Refused, "MaxRoutes"),
            new("paths", _stack.PathMtus.Count, limits.MaxPathMtuEntries, counters.PathMtuEvictions, "MaxPathMtuEntries"),
            new("reassemblies", _stack.Reassembly.Count, limits.MaxReassemblies, counters.Dropped(DropReason.FragmentLimit), "MaxReassemblies"),
            new("fragmentBytes", _stack.Reassembly.Bytes, limits.MaxFragmentBytes, counters.Dropped(DropReason.FragmentLimit), "MaxFragmentBytes"),
            new("errorsPerSecond", sources.Errors.SpentUnsynchronized(), limits.MaxErrorsPerSecond, counters.Dropped(DropReason.IcmpRateLimit), "MaxErrorsPerSecond"),
            new("namesCached", sources.Names.Cache.Count, sources.Names.Settings.MaxCached, sources.Names.Cache.Evicted, "Dns.MaxCached"),
            new("nameQuestions", sources.Names.QuestionCount, sources.Names.Settings.MaxConcurrentQueries, sources.Names.Counters.LookupsRejected, "Dns.MaxConcurrentQueries"),
        ];
    }

    private IEnumerable<CounterInfo> Counters()
    {
        StackCounters ip = _stack.Counters;
        TcpStatistics tcp = sources.Transports.Tcp.Statistics;
        DnsCounters names = sources.Names.Counters;
        return
        [
            new("framesReceived", ip.FramesReceived),
            new("framesSent", ip.FramesSent),
            new("packetsDelivered", ip.PacketsDelivered),
            new("packetsFragmented", ip.PacketsFragmented),
            new("packetsReassembled", ip.PacketsReassembled),
            new("errorsSent", ip.IcmpErrorsSent),
            new("dropped", ip.TotalDropped),
            new("tcpSegmentsReceived", tcp.SegmentsReceived),
            new("tcpSegmentsSent", tcp.SegmentsSent),
            new("tcpSegmentsRetransmitted", tcp.SegmentsRetransmitted),
            new("tcpActiveOpens", tcp.ActiveOpens),
            new("tcpPassiveOpens", tcp.PassiveOpens),
            new("tcpResetsSent", tcp.ResetsSent),
            new("tcpResetsReceived", tcp.ResetsReceived),
            new("tcpChallengesSent", tcp.ChallengesSent),
            new("tcpChallengesWithheld", tcp.ChallengesWithheld),
            new("tcpRetransmissionTimeouts", tcp.RetransmissionTimeouts),
            new("tcpFastRecoveries", tcp.FastRecoveries),
            new("tcpRecoveriesUndone", tcp.RecoveriesUndone),
            new("tcpLossProbes", tcp.LossProbes),
            new("tcpDuplicateSacksSent", tcp.DuplicateSacksSent),
            new("tcpDuplicateSacksReceived", tcp.DuplicateSacksReceived),
            new("tcpCongestionMarksReceived", tcp.CongestionMarksReceived),
            new("tcpCongestionEchoReductions", tcp.CongestionEchoReductions),
            new("tcpWindowProbes", tcp.WindowProbes),
            new("tcpKeepAlives", tcp.KeepAlives),
            new("tcpDelayedAcknowledgments", tcp.DelayedAcknowledgments),
            new("tcpOutOfOrder", tcp.OutOfOrder),
            new("tcpReopened", tcp.Reopened),
            new("nameQuestions", names.QueriesSent),
            new("nameQuestionsByTcp", names.TcpQueriesSent),
            new("nameCacheHits", names.CacheHits),
            new("nameTimeouts", names.LookupsTimedOut),
            new("nameAnswersIgnored", names.ResponsesIgnored),
        ];
    }

    private static IEnumerable<CounterInfo> Drops(Func<DropReason, long> count) => Enum.GetValues<DropReason>()
        .Where(reason => count(reason) > 0)
        .Select(reason => new CounterInfo(CamelCase(reason.ToString()), count(reason)))
        .OrderBy(row => row.Name, StringComparer.Ordinal);

    private IEnumerable<CounterInfo> TcpDrops() => Enum.GetValues<TcpDrop>()
        .Where(reason => sources.Transports.Tcp.Statistics[reason] > 0)
        .Select(reason => new CounterInfo($"tcp{reason}", sources.Transports.Tcp.Statistics[reason]))
        .OrderBy(row => row.Name, StringComparer.Ordinal);

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
