using System.Buffers.Binary;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// What the connections of one shard share: its timers, the parts that connections rent, the ways to their peers, and what they have counted. Every
/// member needs the shard's lock; <see cref="FindPath"/> needs the gate.
/// </summary>
internal sealed class TcpShard
{
    private const int SharedPaths = 32;

    private readonly List<TcpConnection> _putOff = [];
    private readonly long _timestampTick;

    // Those that were found last, by the peer's address.
    private readonly NetworkPath?[] _paths = new NetworkPath?[SharedPaths];

    // The tick of the timestamp clock that was asked for last, and when it began.
    private uint _timestamp;
    internal CacheLinePadding Padding;
    private long _timestampSince = long.MinValue;

    internal TcpShard(TcpLayer layer, StackShard core)
    {
        (Layer, Network) = (layer, layer.Network);
        Core = core;
        Timers = core.Timers;
        Settings = layer.Settings;
        DelayedAckTicks = Timers.Ticks(Settings.DelayedAckTimeout);
        DelaysReadAcks = Settings.DelayReadAcks ?? Timers.IsOnSystemClock;
        SoonTicks = Timers.Frequency / 1000;
        BehindBulkTicks = Timers.Frequency / 250;
        RetransmissionLimits = new RetransmissionLimits(
            Timers.Ticks(Settings.MinRetransmissionTimeout),
            Timers.Ticks(Settings.MaxRetransmissionTimeout),
            Timers.Ticks(Settings.InitialRetransmissionTimeout));
        _timestampTick = Math.Max(1, Timers.Frequency / 1000);
    }

    internal TcpLayer Layer { get; }

    internal INetwork Network { get; }

    internal StackShard Core { get; }

    internal TimerQueue Timers { get; }

    internal TcpOptions Settings { get; }

    /// <summary>How long an acknowledgment may wait, on the clock's count.</summary>
    internal long DelayedAckTicks { get; }

    /// <summary>Whether some acknowledgments of what was read wait (<see cref="TcpOptions.DelayReadAcks"/>).</summary>
    internal bool DelaysReadAcks { get; }

    /// <summary>
    /// One millisecond: text that comes within it comes soon after the text before. So long may the acknowledgment of short text that was read wait,
    /// where no peer is seen to wait for it. Linux's tail loss probe comes after two, or later.
    /// </summary>
    internal long SoonTicks { get; }

    /// <summary>The same behind many full segments, whose acknowledgments keep a probe away: 4 ms.</summary>
    internal long BehindBulkTicks { get; }

    internal RetransmissionLimits RetransmissionLimits { get; }

    internal TcpStatistics Statistics { get; } = new();

    internal TransferPartsPool Parts { get; } = new();

    internal ScoreboardPool Scoreboards { get; } = new();

    /// <summary>How many of the layer's connections are here.</summary>
    internal int ConnectionCount { get; set; }

    /// <summary>A connection answers at the end of the segments that came together.</summary>
    internal void PutOff(TcpConnection connection) => _putOff.Add(connection);

    /// <summary>The segments that came together are taken: what they call for is done, once a connection.</summary>
    internal void EndBatch()
    {
        for (int i = 0; i < _putOff.Count; i++)
        {
            _putOff[i].EndBatch();
        }

        _putOff.Clear();
    }

    /// <summary>Sends a segment whose header is written, to where no checksum is needed.</summary>
    internal void SendPlain(NetworkPath path, Frame frame, int congestionBits)
    {
        frame.Checksums = ChecksumState.NotNeeded;
        Statistics.SegmentsSent++;
        Network.Send(path, frame, IPProtocol.Tcp, congestionBits);
    }

    /// <summary>Sends segments of one length whose headers differ in their sequence numbers alone, to where no checksum is needed.</summary>
    /// <param name="path">The way.</param>
    /// <param name="texts">Their text.</param>
    /// <param name="header">The header of the first.</param>
    internal void SendSeries(NetworkPath path, ref FrameQueue texts, ReadOnlySpan<byte> header)
    {
        int count = texts.Count;
        if (Network.TrySendSeries(path, ref texts, header))
        {
            Statistics.SegmentsSent += count;
            return;
        }

        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(header[TcpHeader.SequenceOffset..]);
        while (texts.TryDequeue(out Frame? frame))
        {
            int text = frame.Length;
            Span<byte> destination = frame.Push(header.Length);
            header.CopyTo(destination);
            BinaryPrimitives.WriteUInt32BigEndian(destination[TcpHeader.SequenceOffset..], sequence);
            SendPlain(path, frame, congestionBits: 0);
            sequence += (uint)text;
        }
    }

    /// <summary>Finds the way to an address. Connections between the same addresses have one path, with the headers that it keeps.</summary>
    /// <returns>As of <see cref="INetwork.FindPath"/>.</returns>
    internal Errno FindPath(in IPAddressValue remote, in IPAddressValue local, out NetworkPath? path)
    {
        Errno error = Network.FindPath(remote, local, out path);
        if (path is not null)
        {
            path = Share(path);
        }

        return error;
    }

    /// <summary>The path of this shard that is the same way.</summary>
    internal NetworkPath Share(NetworkPath path)
    {
        ref NetworkPath? known = ref _paths[(path.Remote.Low ^ path.Remote.High ^ ((path.Remote.Low ^ path.Remote.High) >> 8)) % SharedPaths];
        if (known is null || !known.IsSame(path))
        {
            known = path.Shard == Core ? path : path.For(Core);
        }

        return known;
    }

    /// <summary>The timestamp clock: a millisecond a tick (RFC 7323, 5.4, allows 1 ms to 1 s).</summary>
    internal uint TimestampNow(uint offset)
    {
        long now = Timers.Now;
        if ((ulong)(now - _timestampSince) >= (ulong)_timestampTick)
        {
            (long ticks, long begun) = Math.DivRem(now, _timestampTick);
            _timestamp = (uint)ticks;
            _timestampSince = now - begun;
        }

        return _timestamp + offset;
    }

    /// <summary>The timestamp of what was sent at a time, on the clock's count.</summary>
    internal uint TimestampAt(long time, uint offset) => (uint)(time / _timestampTick) + offset;
}
