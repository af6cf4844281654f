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
        TcpStatistics statistics = sources.Transports.Tcp.TotalStatistics();
        StackCounters counters = _stack.Counters;
        IReadOnlyList<NetworkInterface> all = _stack.Interfaces;
        return
        [
            Limit("sockets", _stack.Core.OpenSockets, sources.Transports.Radio.MaxSockets, socketsRefused, "MaxSockets"),
            Limit("tcpConnections", sources.Transports.Tcp.ConnectionCount, tcp.MaxConnections, statistics.OpensRefused + statistics[TcpDrop.TooManyConnections], "Tcp.MaxConnections"),
            Limit("tcpTimeWait", _timeWait, tcp.MaxTimeWaitConnections, statistics.TimeWaitCut, "Tcp.MaxTimeWaitConnections"),
            Limit("tcpHalfOpen", sources.Transports.Tcp.Listeners.Select(l => (long)l.HalfOpenCount).DefaultIfEmpty().Max(), tcp.MaxHalfOpen, statistics[TcpDrop.SynQueueFull], "Tcp.MaxHalfOpen"),
            Limit("tcpGaps", _gaps, tcp.MaxOutOfOrderRanges, statistics[TcpDrop.TooManyGaps], "Tcp.MaxOutOfOrderRanges"),
            Limit("packetReceiveBuffer", _receivedBytes,
                DatagramEndpoint.DefaultReceiveLimit, counters.Dropped(DropReason.ReceiveQueue) - statistics[TcpDrop.TooManyGaps], "SO_RCVBUF"),
            Limit("outgoingFrames", all.Max(one => one.OutgoingCount), limits.MaxOutgoingFrames, counters.Dropped(DropReason.OutgoingQueue), "MaxOutgoingFrames"),
            Limit("neighbors", all.Max(one => one.Neighbors.Count), limits.MaxNeighbors, all.Sum(one => one.Neighbors.NeighborsEvicted), "MaxNeighbors"),
            Limit("packetsPerNeighbor", _waiting,
                limits.MaxPacketsPerNeighbor, counters.Dropped(DropReason.NeighborQueue), "MaxPacketsPerNeighbor"),
            Limit("announced", sources.Configurations.Max(one => one.Autoconfiguration?.LearnedCount ?? 0), limits.MaxRouterAdvertisedEntries, counters.Dropped(DropReason.RouterAdvertisementLimit), "MaxRouterAdvertisedEntries"),
            Limit("groupsPerSocket", _groups,
                limits.MaxGroupsPerSocket, counters.GroupJoinsRejected, "MaxGroupsPerSocket"),
            Limit("routes", _stack.Routes.Routes.Count, limits.MaxRoutes, _stack.Routes.Refused, "MaxRoutes"),
            Limit("paths", _stack.PathMtus.Count, limits.MaxPathMtuEntries, counters.PathMtuEvictions, "MaxPathMtuEntries"),
            Limit("reassemblies", _stack.Reassembly.Count, limits.MaxReassemblies, counters.Dropped(DropReason.FragmentLimit), "MaxReassemblies"),
            Limit("fragmentBytes", _stack.Reassembly.Bytes, limits.MaxFragmentBytes, counters.Dropped(DropReason.FragmentLimit), "MaxFragmentBytes"),
            Limit("errorsPerSecond", sources.Errors.SpentUnsynchronized(), limits.MaxErrorsPerSecond, counters.Dropped(DropReason.IcmpRateLimit), "MaxErrorsPerSecond"),
            Limit("namesCached", sources.Names.Cache.Count, sources.Names.Settings.MaxCached, sources.Names.Cache.Evicted, "Dns.MaxCached"),
            Limit("nameQuestions", sources.Names.QuestionCount, sources.Names.Settings.MaxConcurrentQueries, sources.Names.Counters.LookupsRejected, "Dns.MaxConcurrentQueries"),
        ];
    }

    private IEnumerable<CounterInfo> Counters()
    {
        StackCounters ip = _stack.Counters;
        TcpStatistics tcp = sources.Transports.Tcp.TotalStatistics();
        DnsCounters names = sources.Names.Counters;
        return
        [
            Count("framesReceived", ip.FramesReceived),
            Count("framesSent", ip.FramesSent),
            Count("packetsDelivered", ip.PacketsDelivered),
            Count("packetsFragmented", ip.PacketsFragmented),
            Count("packetsReassembled", ip.PacketsReassembled),
            Count("errorsSent", ip.IcmpErrorsSent),
            Count("dropped", ip.TotalDropped),
            Count("tcpSegmentsReceived", tcp.SegmentsReceived),
            Count("tcpSegmentsSent", tcp.SegmentsSent),
            Count("tcpSegmentsRetransmitted", tcp.SegmentsRetransmitted),
            Count("tcpActiveOpens", tcp.ActiveOpens),
            Count("tcpPassiveOpens", tcp.PassiveOpens),
            Count("tcpResetsSent", tcp.ResetsSent),
            Count("tcpResetsReceived", tcp.ResetsReceived),
            Count("tcpChallengesSent", tcp.ChallengesSent),
            Count("tcpChallengesWithheld", tcp.ChallengesWithheld),
            Count("tcpRetransmissionTimeouts", tcp.RetransmissionTimeouts),
            Count("tcpFastRecoveries", tcp.FastRecoveries),
            Count("tcpRecoveriesUndone", tcp.RecoveriesUndone),
            Count("tcpLossProbes", tcp.LossProbes),
            Count("tcpDuplicateSacksSent", tcp.DuplicateSacksSent),
            Count("tcpDuplicateSacksReceived", tcp.DuplicateSacksReceived),
            Count("tcpCongestionMarksReceived", tcp.CongestionMarksReceived),
            Count("tcpCongestionEchoReductions", tcp.CongestionEchoReductions),
            Count("tcpWindowProbes", tcp.WindowProbes),
            Count("tcpKeepAlives", tcp.KeepAlives),
            Count("tcpDelayedAcknowledgments", tcp.DelayedAcknowledgments),
            Count("tcpOutOfOrder", tcp.OutOfOrder),
            Count("tcpReopened", tcp.Reopened),
            Count("nameQuestions", names.QueriesSent),
            Count("nameQuestionsByTcp", names.TcpQueriesSent),
            Count("nameCacheHits", names.CacheHits),
            Count("nameTimeouts", names.LookupsTimedOut),
            Count("nameAnswersIgnored", names.ResponsesIgnored),
        ];
    }

    private static IEnumerable<CounterInfo> Drops(Func<DropReason, long> count) => Enum.GetValues<DropReason>()
        .Where(reason => count(reason) > 0)
        .Select(reason => Count(CamelCase(reason.ToString()), count(reason)))
        .OrderBy(row => row.Name, StringComparer.Ordinal);

    private IEnumerable<CounterInfo> TcpDrops() => Enum.GetValues<TcpDrop>()
        .Where(reason => sources.Transports.Tcp.TotalStatistics()[reason] > 0)
        .Select(reason => Count($"tcp{reason}", sources.Transports.Tcp.TotalStatistics()[reason]))
        .OrderBy(row => row.Name, StringComparer.Ordinal);

    private static LimitInfo Limit(string name, long used, long limit, long rejected, string setting) =>
        new() { Name = name, Used = used, Limit = limit, Rejected = rejected, Setting = setting };

    private static CounterInfo Count(string name, long count) => new() { Name = name, Count = count };

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
