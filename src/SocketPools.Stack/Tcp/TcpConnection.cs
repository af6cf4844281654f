using System.Diagnostics;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// A connection by RFC 9293: the transmission control block, and the only writer of its state. Every member needs the stack's gate.
/// The parts are named after what they do: <c>Opening</c>, <c>Arrives</c> (SEGMENT ARRIVES, step by step), <c>Acknowledgments</c>,
/// <c>Recovery</c>, <c>Output</c>, <c>Text</c>, <c>Window</c>, <c>Timers</c>, <c>Errors</c>, <c>User</c>.
/// </summary>
/// <remarks>
/// <para>
/// Sequence numbers are 64 bits long: the lower 32 are the wire's, the upper ones count how often it went round. So what is less is
/// less, and a number that was noted long ago stays right.
/// </para>
/// <para><b>No urgent mode</b>: urgent bytes come in line, as with SO_OOBINLINE, and none are sent (RFC 6093 asks programs not to).</para>
/// <para><b>No fast open (RFC 7413)</b>: text in a SYN is dropped, and the peer sends it again after the handshake.</para>
/// </remarks>
internal sealed partial class TcpConnection
{
    private TcpShard _shard;

    // When the window of the beginning was once too small, or something was lost.
    private ICongestionControl? _congestionMade;
    private byte _initialSegments;
    private RetransmissionTimer _rto;

    // Send sequence variables (3.3.1): SND.UNA, SND.NXT, SND.WND, SND.WL1, SND.WL2, ISS.
    private long _sndUna;
    private long _sndNxt;
    private long _sndWnd;
    private long _sndWl1;
    private long _sndWl2;
    private long _iss;
    private long _maxSndWnd;

    // Receive sequence variables: RCV.NXT, RCV.NXT + RCV.WND as it was last promised, IRS.
    private long _rcvNxt;
    private long _rcvEdge;
    private long _irs;

    private TcpSocketOptions _options;
    private CongestionNotification _ecn;

    internal TcpConnection(TcpShard shard, in FourTuple tuple, NetworkPath path, TcpPort port, in TcpSocketOptions options)
    {
        _shard = shard;
        Debug.Assert(path.Local == tuple.Local && path.Remote == tuple.Remote);
        (LocalPort, RemotePort) = (tuple.LocalPort, tuple.RemotePort);
        Path = path;
        Port = port;
        _options = options;
        _rto = new RetransmissionTimer(shard.RetransmissionLimits);
        _receiveLimit = options.ReceiveBuffer ?? shard.Settings.ReceiveBuffer;
        _createdAt = _heardAt = _progressAt = shard.Timers.Now;
    }

    /// <summary>Addresses and ports.</summary>
    internal FourTuple Tuple => new(Path.Local, LocalPort, Path.Remote, RemotePort);

    internal ushort LocalPort { get; }

    internal ushort RemotePort { get; }

    /// <summary>Where it stands in the table of connections, which writes it.</summary>
    internal ConnectionTable.Links Entry;

    /// <summary>Whether these are its addresses and ports.</summary>
    internal bool Is(in FourTuple tuple) =>
        LocalPort == tuple.LocalPort && RemotePort == tuple.RemotePort && Path.Remote == tuple.Remote && Path.Local == tuple.Local;

    /// <summary>The way to the peer.</summary>
    internal NetworkPath Path { get; private set; }

    /// <summary>Its hold on the local port.</summary>
    internal TcpPort Port { get; }

    /// <summary>Where it stands. <see cref="SetState"/> alone writes it.</summary>
    internal TcpState State { get; private set; }

    /// <summary>The observer of changes; null before there is one, and after the socket was closed.</summary>
    internal ITcpObserver? Observer { get; set; }

    private TimerQueue Timers => _shard.Timers;

    private TcpStatistics Statistics => _shard.Statistics;

    private long Now => _shard.Timers.Now;

    /// <summary>FlightSize (RFC 5681, section 2): bytes sent and not acknowledged.</summary>
    private long Flight => _sndNxt - _sndUna;

    private void SetState(TcpState next)
    {
        Debug.Assert(_shard.Layer.Network.Gate.IsHeldByCurrentThread);
        State = next;
        _shard.Layer.OnStateChanged(this);
        switch (next)
        {
            case TcpState.TimeWait:
                LetGoOfSending();
                StartTimeWait();
                break;
            case TcpState.Closed:
                _acknowledgeNow = _acknowledgeSoon = false;
                LetGoOfSending();
                _parts?.Receiving.ClearBehindGap();
                StopTimers();
                if (_isOrphan)
                {
                    _parts?.Receiving.Clear();
                }

                ReturnIdleParts();
                break;
        }

        Observer?.Changed();
    }

    private void LetGoOfSending()
    {
        _parts?.Sending.Clear();
        ReturnScoreboard();
        _recovery = Recovery.None;
    }

    /// <summary>Ends the connection with an error, which the user is told once.</summary>
    private void Fail(Errno error)
    {
        _error = error;
        SetState(TcpState.Closed);
    }

    /// <summary>Sends a reset and ends the connection.</summary>
    private void Reset(Errno error)
    {
        Transmit(TcpFlags.Rst | TcpFlags.Ack, _sndNxt, null);
        Statistics.ResetsSent++;
        Fail(error);
    }

    public override string ToString() => $"{Tuple.Local}:{Tuple.LocalPort} > {Tuple.Remote}:{Tuple.RemotePort} {State.Name()}";
}
