using System.Diagnostics.CodeAnalysis;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// LISTEN (RFC 9293, 3.10.7.2) and what stands before the user: half-open connections, and those that wait to be accepted. Every member
/// needs the stack's gate.
/// </summary>
internal sealed class TcpListener
{
    private readonly TcpLayer _layer;
    private readonly SynQueue _halfOpen;
    private readonly Queue<TcpConnection> _accepted = new();
    private readonly StackTimer _timer;

    internal TcpListener(TcpLayer layer, TcpPort port, int backlog, in TcpSocketOptions options)
    {
        _layer = layer;
        Port = port;
        Backlog = Math.Max(0, backlog);
        Options = options;
        _halfOpen = new SynQueue(layer.Settings.MaxHalfOpen);
        _timer = new StackTimer(OnTimer);
    }

    internal TcpPort Port { get; }

    /// <summary>How many connections may wait to be accepted; as on Linux one more does.</summary>
    internal int Backlog { get; set; }

    /// <summary>What its connections begin with.</summary>
    internal TcpSocketOptions Options { get; set; }

    internal ITcpObserver? Observer { get; set; }

    internal IEnumerable<HalfOpen> HalfOpen => _halfOpen.All;

    /// <summary>SYNs that were dropped because too many connections wait to be accepted.</summary>
    internal long AcceptDrops { get; private set; }

    /// <summary>Half-open connections that went for newer ones.</summary>
    internal long HalfOpenDrops { get; private set; }

    internal int HalfOpenCount => _halfOpen.Count;

    /// <summary>How many wait to be accepted.</summary>
    internal int AcceptableCount => _accepted.Count;

    internal bool IsClosed { get; private set; }

    private bool IsFull => _accepted.Count > Backlog;

    /// <summary>The connection that has waited longest. It may have failed meanwhile: its first call tells. Set its observer.</summary>
    internal bool TryAccept([NotNullWhen(true)] out TcpConnection? connection) => _accepted.TryDequeue(out connection);

    /// <summary>Ends it: connections that nobody has accepted are reset.</summary>
    internal void Close()
    {
        if (IsClosed)
        {
            return;
        }

        IsClosed = true;
        Observer = null;
        _layer.Remove(this);
        while (_accepted.TryDequeue(out TcpConnection? connection))
        {
            connection.Abort();
        }

        while (_halfOpen.Oldest is { } half)
        {
            _halfOpen.Remove(half);
        }

        _layer.Timers.Remove(_timer);
    }

    /// <summary>A segment for this port and for no connection.</summary>
    internal void Arrive(in FourTuple tuple, in ReceivedPacket packet, ref TcpSegment segment)
    {
        if (_halfOpen.Find(tuple) is { } half)
        {
            ArriveForHalfOpen(half, ref segment);
            return;
        }

        // First: RST. Second: ACK. Third: SYN. Nothing else is for LISTEN.
        if (segment.Has(TcpFlags.Rst))
        {
            _layer.Statistics.Drop(TcpDrop.NoConnection);
        }
        else if (segment.Has(TcpFlags.Ack))
        {
            _layer.ResetStranger(tuple, packet, segment);
        }
        else if (segment.Has(TcpFlags.Syn))
        {
            TakeSyn(tuple, packet, segment);
        }
        else
        {
            _layer.Statistics.Drop(TcpDrop.NoConnection);
        }
    }

    private void TakeSyn(in FourTuple tuple, in ReceivedPacket packet, in TcpSegment segment)
    {
        if (IsFull)
        {
            // The peer tries again; there may be room then.
            AcceptDrops++;
            _layer.Statistics.Drop(TcpDrop.AcceptQueueFull);
            return;
        }

        if (_layer.Network.FindPath(packet.Source, packet.Destination, out NetworkPath? path) != Errno.None)
        {
            _layer.Statistics.Drop(TcpDrop.NoRoute);
            return;
        }

        HalfOpen half = new()
        {
            Tuple = tuple,
            Path = path!,
            Iss = _layer.NextSequence(tuple),
            Irs = segment.Sequence,
            PeerOptions = segment.Options,
            TimestampOffset = _layer.TimestampOffset(tuple),
            ReceiveScale = _layer.ScaleToOffer(Options),
            Window = (ushort)Math.Min(Options.ReceiveBuffer ?? _layer.Settings.ReceiveBuffer, ushort.MaxValue),
        };
        if (_halfOpen.Add(half))
        {
            HalfOpenDrops++;
            _layer.Statistics.Drop(TcpDrop.SynQueueFull);
        }

        Answer(half);
    }

    // SYN-RECEIVED (3.10.7.4), as much of it as a connection that may never come is worth.
    private void ArriveForHalfOpen(HalfOpen half, ref TcpSegment segment)
    {
        segment.Locate(half.Irs + 1, half.Iss);
        if (segment.Has(TcpFlags.Rst))
        {
            TakeReset(half, segment);
        }
        else if (segment.Has(TcpFlags.Syn))
        {
            TakeSynAgain(half, segment);
        }
        else if (!segment.Has(TcpFlags.Ack))
        {
            _layer.Statistics.Drop(TcpDrop.NoAcknowledgment);
        }
        else if (segment.Acknowledgment != half.Iss + 1)
        {
            _layer.Statistics.Drop(TcpDrop.BadAcknowledgment);
            _layer.ResetFor(half.Path, half.Tuple, segment);
        }
        else if (segment.Sequence <= half.Irs + half.Window && segment.Sequence > half.Irs)
        {
            Establish(half, ref segment);
        }
        else
        {
            _layer.Statistics.Drop(TcpDrop.OutsideWindow);
        }
    }

    private void TakeReset(HalfOpen half, in TcpSegment segment)
    {
        // RFC 5961, 3.2: exactly there. One in the window is dropped; the peer's answer to our next SYN resets, if it was meant.
        if (segment.Sequence == half.Irs + 1)
        {
            _layer.Statistics.ResetsReceived++;
            _halfOpen.Remove(half);
        }
        else
        {
            _layer.Statistics.Drop(TcpDrop.BlindReset);
        }
    }

    private void TakeSynAgain(HalfOpen half, in TcpSegment segment)
    {
        if (segment.Sequence == half.Irs && !segment.Has(TcpFlags.Ack))
        {
            // Our answer was lost, or is on its way.
            Send(half);
        }
        else
        {
            _layer.Statistics.Drop(TcpDrop.BlindSyn);
        }
    }

    private void Establish(HalfOpen half, ref TcpSegment segment)
    {
        if (IsFull)
        {
            _layer.Statistics.Drop(TcpDrop.AcceptQueueFull);
            return;
        }

        TcpConnection connection = new(_layer, half.Tuple, half.Path, Port, Options);
        connection.OpenFrom(half);
        if (!_layer.TryAdd(connection))
        {
            return;
        }

        connection.Arrive(ref segment);
        if (!connection.State.IsSynchronized())
        {
            // It was dropped, for its timestamp perhaps: a connection may come yet, but not from this segment.
            connection.Forget();
            return;
        }

        _halfOpen.Remove(half);
        _layer.Statistics.PassiveOpens++;
        _accepted.Enqueue(connection);
        Observer?.Changed();
    }

    private void Answer(HalfOpen half)
    {
        half.SentAt = _layer.Timers.Now;
        half.Due = half.SentAt + _layer.Timers.Ticks(_layer.Settings.InitialRetransmissionTimeout);
        if (!_timer.IsSet)
        {
            _layer.Timers.Set(_timer, half.Due);
        }

        Send(half);
    }

    private void Send(HalfOpen half)
    {
        TcpSettings settings = _layer.Settings;
        bool hasTimestamps = settings.Timestamps && half.PeerOptions.HasTimestamps;
        TcpOptions options = new()
        {
            MaxSegmentSize = TcpLayer.SegmentToOffer(half.Path, Options),
            WindowScale = settings.WindowScaling && half.PeerOptions.WindowScale is not null ? half.ReceiveScale : null,
            IsSackPermitted = settings.SelectiveAcknowledgments && half.PeerOptions.IsSackPermitted,
            HasTimestamps = hasTimestamps,
            TimestampValue = hasTimestamps ? _layer.TimestampNow(half.TimestampOffset) : 0,
            TimestampEcho = half.PeerOptions.TimestampValue,
        };
        _layer.Send(half.Path, half.Tuple, null, new SequenceNumber((uint)half.Iss), new SequenceNumber((uint)(half.Irs + 1)),
            TcpFlags.Syn | TcpFlags.Ack, half.Window, options);
    }

    // One timer for all: each second at most, those that are due.
    private void OnTimer()
    {
        long now = _layer.Timers.Now;
        long next = long.MaxValue;
        for (HalfOpen? half = _halfOpen.Oldest; half is not null;)
        {
            HalfOpen? newer = half.Newer;
            if (half.Due <= now)
            {
                SendAgain(half, now);
            }

            next = _halfOpen.Find(half.Tuple) == half ? Math.Min(next, half.Due) : next;
            half = newer;
        }

        if (next != long.MaxValue)
        {
            _layer.Timers.Set(_timer, next);
        }
    }

    private void SendAgain(HalfOpen half, long now)
    {
        if (half.Retransmissions >= _layer.Settings.MaxSynAckRetransmissions)
        {
            _halfOpen.Remove(half);
            return;
        }

        half.Retransmissions++;
        half.Due = now + (_layer.Timers.Ticks(_layer.Settings.InitialRetransmissionTimeout) << half.Retransmissions);
        _layer.Statistics.SegmentsRetransmitted++;
        Send(half);
    }
}
