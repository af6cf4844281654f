using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// TCP of one stack: which connection or listener a segment is for, resets for unknown segments, ports, first sequence numbers. Every member
/// needs the stack's gate. What it sends and what it takes in is in <c>TcpLayer.Wire.cs</c>.
/// </summary>
internal sealed partial class TcpLayer : ITransport
{
    // RFC 6528, section 3: the sequence space goes round in the time of 4 microseconds a number.
    private const long SequenceTicksPerSecond = 250_000;

    // lwIP's tcp_next_iss begins there.
    private const long FirstPredictableSequence = 6510;

    private readonly ConnectionTable _connections = new();
    private readonly Queue<TcpConnection> _timeWait = new();
    private readonly KeyedHash _hash;
    private readonly KeyedHash _timestampHash;
    private readonly TcpPorts _ports;
    private readonly Predicate<FourTuple> _isTaken;
    private readonly long _startedAt;

    // One for each of the stack's.
    private TcpShard[] _shards;

    internal TcpLayer(INetwork network, TcpOptions settings)
    {
        Network = network;
        Settings = settings;
        _startedAt = network.Timers.Now;
        CongestionName = NewCongestionControl().Name;
        _shards = [new TcpShard(this, network.Shards.Main)];
        _hash = new KeyedHash(network.Random);
        _timestampHash = new KeyedHash(network.Random);
        _ports = new TcpPorts(settings, new KeyedHash(network.Random), network.Random);
        _isTaken = tuple => _connections.Contains(tuple);
    }

    internal INetwork Network { get; }

    internal TcpOptions Settings { get; }

    /// <summary>The name of the congestion control of its connections.</summary>
    internal string CongestionName { get; }

    internal ICongestionControl NewCongestionControl() => Settings.CongestionControl == TcpCongestionControl.NewReno ? new NewReno() : new Cubic();

    /// <summary>What was counted for all that is no connection, and for connections of the first shard.</summary>
    internal TcpStatistics Statistics => Main.Statistics;

    internal TimerQueue Timers => Main.Timers;

    /// <summary>The first shard.</summary>
    internal TcpShard Main => _shards[0];

    /// <summary>All connections, those in TIME-WAIT too.</summary>
    internal ConnectionTable Connections => _connections;

    /// <summary>All listeners.</summary>
    internal IEnumerable<TcpListener> Listeners => _ports.All.Where(port => port.Listener is not null).Select(port => port.Listener!);

    internal TcpConnection? Find(in FourTuple tuple) => _connections.TryGet(tuple, out TcpConnection? connection) ? connection : null;

    internal TcpListener? FindListener(in IPAddressValue address, ushort port) => _ports.FindListener(address, port);

    internal int ConnectionCount => _connections.Count;

    /// <summary>bind(2): holds a port, until <see cref="Unbind"/>.</summary>
    /// <param name="local">An address of this stack, or "any".</param>
    /// <param name="number">The port; 0 takes a free one.</param>
    /// <param name="mayShare">SO_REUSEADDR.</param>
    /// <param name="isDual">Whether "any" of IPv6 takes IPv4 as well (IPV6_V6ONLY off).</param>
    /// <param name="port">The hold.</param>
    /// <returns>EADDRNOTAVAIL: not an address of this stack. EADDRINUSE: another socket has it.</returns>
    internal Errno Bind(in IPAddressValue local, int number, bool mayShare, bool isDual, out TcpPort? port)
    {
        port = null;
        return Network.IsLocal(local) ? _ports.Bind(local, number, mayShare, isDual, out port) : Errno.EADDRNOTAVAIL;
    }

    /// <summary>The bound socket is closed. Its connections go on holding the port.</summary>
    internal void Unbind(TcpPort port) => _ports.Release(port);

    /// <summary>listen(2), the first time; later <see cref="TcpListener.Backlog"/> changes.</summary>
    /// <returns>EADDRINUSE: another one listens there.</returns>
    internal Errno Listen(TcpPort port, int backlog, in TcpSocketOptions options, ITcpObserver? observer, out TcpListener? listener)
    {
        listener = null;
        if (!_ports.MayListen(port))
        {
            return Errno.EADDRINUSE;
        }

        port.Users++;
        port.Listener = listener = new TcpListener(this, port, backlog, options) { Observer = observer };
        return Errno.None;
    }

    /// <summary>connect(2): begins an active open, which goes on by itself; the observer hears of its end.</summary>
    /// <param name="port">The socket's port, or null to take a free one.</param>
    /// <param name="local">The address to come from, or "any".</param>
    /// <param name="remote">The peer; "any" means this machine, as on Linux, where the network says so.</param>
    /// <param name="remotePort">The peer's port.</param>
    /// <param name="mayShare">SO_REUSEADDR, for a port that is chosen.</param>
    /// <param name="options">The socket's options.</param>
    /// <param name="observer">Receives its changes.</param>
    /// <param name="connection">The connection, in SYN-SENT.</param>
    /// <returns>ENETUNREACH, EADDRNOTAVAIL (no port is left, or there is such a connection), ENOBUFS (too many connections).</returns>
    internal Errno Connect(
        TcpPort? port,
        in IPAddressValue local,
        in IPAddressValue remote,
        ushort remotePort,
        bool mayShare,
        in TcpSocketOptions options,
        ITcpObserver? observer,
        out TcpConnection? connection)
    {
        connection = null;
        Errno error = Network.FindPath(remote, local, out NetworkPath? path);
        if (error != Errno.None)
        {
            return error;
        }

        FourTuple tuple = new(path!.Local, port?.Number ?? 0, path.Remote, remotePort);
        if (port is not null)
        {
            if (_connections.Contains(tuple))
            {
                return Errno.EADDRNOTAVAIL;
            }

            port.Users++;
        }
        else if (_ports.TryChoose(tuple, mayShare, _isTaken, out port))
        {
            tuple = tuple with { LocalPort = port!.Number };
        }
        else
        {
            return Errno.EADDRNOTAVAIL;
        }

        if (_connections.Count >= Settings.MaxConnections)
        {
            Statistics.OpensRefused++;
            _ports.Release(port);
            return Errno.ENOBUFS;
        }

        TcpShard shard = ShardForNew(path, observer);
        connection = new TcpConnection(shard, tuple, shard.Share(path), port, options) { Observer = observer };
        _connections.Add(connection);
        shard.ConnectionCount++;
        Statistics.ActiveOpens++;
        connection.Open();
        return Errno.None;
    }

    /// <summary>Ends everything at once, without a word to the peers: the stack goes.</summary>
    internal void Clear()
    {
        foreach (TcpListener listener in Listeners.ToArray())
        {
            listener.Close();
        }

        foreach (TcpConnection connection in _connections.ToArray())
        {
            connection.Forget();
        }
    }

    /// <summary>A connection from a listener.</summary>
    internal bool TryAdd(TcpConnection connection)
    {
        if (_connections.Count >= Settings.MaxConnections)
        {
            Statistics.Drop(TcpDrop.TooManyConnections);
            return false;
        }

        connection.Port.Users++;
        _connections.Add(connection);
        Main.ConnectionCount++;
        return true;
    }

    internal void Remove(TcpListener listener)
    {
        listener.Port.Listener = null;
        _ports.Release(listener.Port);
    }

    /// <summary>From <see cref="TcpConnection"/>, after each change.</summary>
    internal void OnStateChanged(TcpConnection connection)
    {
        if (connection.State == TcpState.Closed && _connections.Remove(connection))
        {
            connection.TcpShard.ConnectionCount--;
            Network.Forget(connection.Tuple, connection);
            _ports.Release(connection.Port, connection.Tuple);
        }
    }

    /// <summary>One more connection is in TIME-WAIT, or begins it anew: when there are too many, the oldest goes.</summary>
    internal void OnTimeWait(TcpConnection connection)
    {
        if (connection.IsCountedInTimeWait)
        {
            return;
        }

        connection.IsCountedInTimeWait = true;
        _timeWait.Enqueue(connection);
        while (_timeWait.TryPeek(out TcpConnection? oldest)
            && (oldest.State != TcpState.TimeWait || _timeWait.Count > Settings.MaxTimeWaitConnections))
        {
            _timeWait.Dequeue();
            Statistics.TimeWaitCut += oldest.State == TcpState.TimeWait ? 1 : 0;
            oldest.Forget();
        }
    }

    /// <summary>The first sequence number of a connection: RFC 6528, ISN = M + F(addresses, ports, key).</summary>
    internal long NextSequence(in FourTuple tuple)
    {
        if (Settings.PredictableSequenceTick is { } tick)
        {
            return (uint)(FirstPredictableSequence + ((Timers.Now - _startedAt) / Timers.Ticks(tick)));
        }

        // In two parts, so that a fine clock does not overflow.
        (long seconds, long ticks) = Math.DivRem(Timers.Now, Timers.Frequency);
        long time = (seconds * SequenceTicksPerSecond) + (ticks * SequenceTicksPerSecond / Timers.Frequency);
        return (uint)((ulong)time + _hash.Of(tuple));
    }

    /// <summary>Where a connection's timestamps begin (RFC 7323, 7.1): later ones between the same ends go on from there.</summary>
    internal uint TimestampOffset(in FourTuple tuple) => (uint)_timestampHash.Of(tuple);
}
