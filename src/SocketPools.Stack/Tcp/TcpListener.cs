using System.Diagnostics.CodeAnalysis;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// LISTEN (RFC 9293, 3.10.7.2) and what stands before the user: half-open connections (in <c>TcpListener.HalfOpen.cs</c>), and those that
/// wait to be accepted. Every member needs the stack's gate.
/// </summary>
internal sealed partial class TcpListener
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

    /// <summary>Ends it: connections that were not accepted are reset.</summary>
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
        else if (segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Fin))
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

        if (_layer.Main.FindPath(packet.Source, packet.Destination, out NetworkPath? path) != Errno.None)
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
            IsEcnAgreed = IsEcnOffered(packet, segment),
            Window = (ushort)Math.Min(Options.ReceiveBuffer ?? _layer.Settings.ReceiveBuffer, ushort.MaxValue),
        };
        if (_halfOpen.Add(half))
        {
            HalfOpenDrops++;
            _layer.Statistics.Drop(TcpDrop.SynQueueFull);
        }

        Answer(half);
    }

    // RFC 3168, 6.1.1. A SYN has no ECT: one that has it has passed something that sets the bits by itself, as Linux sees it.
    private bool IsEcnOffered(in ReceivedPacket packet, in TcpSegment segment) =>
        _layer.Settings.Ecn != TcpEcn.Disabled && packet.CongestionBits == 0 && CongestionNotification.IsOffer(segment.Flags);
}
