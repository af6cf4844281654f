using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Slots;
using SocketPools.Telemetry;

namespace SocketPools;

/// <summary>
/// A socket that comes from a pool: CircuitPython's <c>socketpool.Socket</c>. Made by <see cref="SocketPool.CreateSocket"/>
/// and <see cref="Accept()"/>, never directly. Blocks without a limit until <see cref="SetTimeout"/> says otherwise.
/// </summary>
/// <remarks>
/// <para>All members may be called from any thread: one may send while another receives, and a third may close.</para>
/// <para>Every operation on a closed socket fails with EBADF. A socket that is collected without having been closed gives
/// its place back then, which <see cref="SocketPool.SocketLeaked"/> reports.</para>
/// </remarks>
public sealed partial class PoolSocket : IDisposable, IAsyncDisposable
{
    private readonly SocketPool _pool;
    private readonly SocketSlot _slot;
    private readonly RadioSocket _socket;
    private readonly TimeProvider _clock;
    private readonly bool _attemptsFirst;
    private TimeSpan _timeout;

    internal PoolSocket(SocketPool pool, SocketSlot slot, TimeSpan timeout)
    {
        _pool = pool;
        _slot = slot;
        _socket = slot.Socket!;
        _clock = pool.Radio.TimeProvider;
        _attemptsFirst = _socket.AttemptsFirst;
        _timeout = timeout;
    }

    /// <summary>Gives the place of a socket back that was never closed.</summary>
    ~PoolSocket() => _pool.Collect(_slot);

    /// <summary>The pool it came from.</summary>
    public SocketPool Pool => _pool;

    /// <summary>Its number in the pool, counted from 1 and never used again.</summary>
    public long Id => _slot.Number;

    /// <summary>Gets the address family: InterNetwork or InterNetworkV6.</summary>
    public AddressFamily Family => _socket.Family;

    /// <summary>Gets the socket type: Stream, Dgram or Raw.</summary>
    public SocketType Type => _socket.Type;

    /// <summary>Gets the protocol of the socket, also when it was created with 0.</summary>
    public ProtocolType Protocol => _socket.Protocol;

    /// <summary>Gets the current state of the socket, as the pool knows it.</summary>
    public SocketState State => _slot.State;

    /// <summary>
    /// How long a call may take: null blocks, zero does not wait, a positive time is the deadline of the whole call, name
    /// lookup included.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or above 24.8 days.</exception>
    /// <exception cref="PoolSocketException">EBADF: the socket is closed.</exception>
    public TimeSpan? Timeout
    {
        get => _timeout == System.Threading.Timeout.InfiniteTimeSpan ? null : _timeout;
        set => Apply(CallTimeout.FromNullable(value), "settimeout");
    }

    /// <summary>Whether calls wait: <c>getblocking</c>. False only for timeout 0.</summary>
    public bool Blocking => _timeout != TimeSpan.Zero;

    /// <summary>The operating system's descriptor, or -1 when the socket is closed or its radio has none: <c>fileno</c>.</summary>
    public nint Descriptor => _slot.IsClosed ? -1 : _socket.Descriptor;

    /// <summary>The socket's own address: <c>getsockname</c>. An unbound socket has "any" and port 0.</summary>
    /// <exception cref="PoolSocketException">EBADF: the socket is closed.</exception>
    public IPEndPoint LocalEndPoint
    {
        get
        {
            Deadline deadline = new(_clock, TimeSpan.Zero);
            Check(_socket.GetLocalAddress(out IPSocketAddress local), "getsockname", deadline);
            return local.ToIPEndPoint();
        }
    }

    /// <summary>The socket's own address, without a value where there is none.</summary>
    internal IPSocketAddress LocalAddress
    {
        get
        {
            _socket.GetLocalAddress(out IPSocketAddress local);
            GC.KeepAlive(this);
            return local;
        }
    }

    /// <summary>Gets the address and port of the peer: <c>getpeername</c>.</summary>
    /// <exception cref="PoolSocketException">ENOTCONN: there is no peer. EBADF: the socket is closed.</exception>
    public IPEndPoint RemoteEndPoint
    {
        get
        {
            Deadline deadline = new(_clock, TimeSpan.Zero);
            Check(_socket.GetRemoteAddress(out IPSocketAddress remote), "getpeername", deadline);
            return remote.ToIPEndPoint();
        }
    }

    /// <summary>Sets how long a call may take, in seconds: <c>settimeout</c>.</summary>
    /// <param name="seconds">
    /// Null blocks; 0 does not wait; a positive number, fractions allowed, is the deadline of the whole call. It is rounded
    /// up to 100 ns, never down to 0, and the host's kernel waits in whole ticks (1 to 10 ms), never less than asked.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">Negative, not a number, or above 24.8 days.</exception>
    /// <exception cref="PoolSocketException">EBADF: the socket is closed.</exception>
    public void SetTimeout(double? seconds) => Apply(CallTimeout.FromSeconds(seconds), "settimeout");

    /// <summary>Whether calls wait: <c>setblocking</c>. True is <c>SetTimeout(null)</c>, false is <c>SetTimeout(0)</c>.</summary>
    /// <param name="blocking">Whether to wait.</param>
    /// <exception cref="PoolSocketException">EBADF: the socket is closed.</exception>
    public void SetBlocking(bool blocking) =>
        Apply(blocking ? System.Threading.Timeout.InfiniteTimeSpan : TimeSpan.Zero, "setblocking");

    /// <summary>A hash of the object's identity: the same for its whole life, after <see cref="Close"/> too.</summary>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    /// <summary>Sockets are equal only to themselves.</summary>
    /// <param name="obj">Another object.</param>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <summary>Number, type, state and addresses.</summary>
    public override string ToString()
    {
        SocketSnapshot s = GetSnapshot();
        string text = $"PoolSocket {s.Id} {SocketTable.Kind(s)} {s.State}";
        return text + (s.Local.HasValue ? $" {s.Local}" : "") + (s.Remote.HasValue ? $" -> {s.Remote}" : "");
    }

    /// <summary>Reads state and addresses at once. Also possible when the socket is closed; nothing is thrown.</summary>
    public SocketSnapshot GetSnapshot() => _slot.TakeSnapshot(_clock);

    /// <summary>
    /// Whether the socket's place in the pool was given back. A close on another thread gives it back last, after it has waited for the
    /// peer as SO_LINGER asks, so a call that the close ended may return before.
    /// </summary>
    public bool IsReleased => _slot.IsReleased;

    /// <summary>What to say of a refusal where the radio says nothing.</summary>
    private string? HintOf(string operation, Errno errno) => (operation, errno) switch
    {
        ("setsockopt" or "getsockopt", Errno.ENOPROTOOPT) => $"This radio has no such option for a {Type} socket",
        ("ioctl", Errno.EOPNOTSUPP) => "This radio does not report how much is available",
        ("recvmsg_into", Errno.EOPNOTSUPP) when Type == SocketType.Stream => "Packet information is for datagrams",
        ("recvmsg_into", Errno.EOPNOTSUPP) => "This radio does not know where a datagram was sent to",
        ("send" or "sendto", Errno.EOPNOTSUPP) when Type != SocketType.Dgram => "Several datagrams in one call are for UDP",
        ("recvfrom_into", Errno.EOPNOTSUPP) when Type != SocketType.Dgram =>
            "Several datagrams in one call are for UDP; of the flags there is Peek, where the radio can",
        ("recv_into" or "recvfrom_into", Errno.EOPNOTSUPP) => "Of the flags there is Peek, where the radio can",
        _ => null,
    };

    private void Apply(TimeSpan timeout, string operation)
    {
        Deadline deadline = new(_clock, TimeSpan.Zero);
        Check(_socket.SetNonBlocking(timeout == TimeSpan.Zero), operation, deadline);
        _timeout = timeout;
    }

    /// <summary>
    /// The radio's socket below this one, for callers that report errors themselves: its calls return <see cref="RadioResult"/>, throw
    /// nothing, and take a deadline each. Bytes that they carry are not counted by the meter.
    /// </summary>
    /// <remarks>
    /// The pool's socket must stay reachable until such a call has returned (<see cref="GC.KeepAlive"/>): when it is collected, the radio's
    /// socket is closed. Do not close the radio's socket; <see cref="Close"/> does, and gives the place in the pool back.
    /// </remarks>
    public RadioSocket RadioSocket => _socket;

    /// <summary>
    /// Starts the deadline of one call from <see cref="Timeout"/>, without reading a clock where there is no limit. Exceptions made with
    /// it then name no time.
    /// </summary>
    public Deadline StartQuickCall() => _timeout == System.Threading.Timeout.InfiniteTimeSpan ? Deadline.Never : StartCall();

    /// <summary>Starts the deadline of one call from <see cref="Timeout"/>, on the radio's clock.</summary>
    public Deadline StartCall() => new(_clock, _timeout);

    /// <summary>Starts the deadline of one call from a timeout of the caller's.</summary>
    /// <param name="timeout">As <see cref="Deadline(TimeProvider, TimeSpan)"/> takes it; null for the socket's own <see cref="Timeout"/>.</param>
    public Deadline StartCall(TimeSpan? timeout) => new(_clock, timeout ?? _timeout);

    /// <summary>The timeout as a deadline takes it: infinite, not null, for no limit.</summary>
    internal TimeSpan CallLimit => _timeout;

    /// <summary>Counts the bytes that an attempt has sent, while there is a listener.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RadioResult Sent(RadioResult result)
    {
        if (PoolTelemetry.CountsBytes && result.Count > 0)
        {
            PoolTelemetry.Count(PoolMeter.Bytes, result.Count, _pool.TagsOf(_socket).Sent);
        }

        return result;
    }

    /// <summary>Counts the bytes that an attempt has received, while there is a listener.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RadioResult Received(RadioResult result)
    {
        if (PoolTelemetry.CountsBytes && result.Count > 0)
        {
            PoolTelemetry.Count(PoolMeter.Bytes, result.Count, _pool.TagsOf(_socket).Received);
        }

        return result;
    }

    private void Check(RadioResult result, string operation, in Deadline deadline, in IPSocketAddress remote = default)
    {
        if (result.Failed)
        {
            throw CreateException(result.Errno, operation, deadline, remote);
        }

        GC.KeepAlive(this);
    }

    /// <summary>
    /// Makes the exception that a failed call of this socket throws, with its addresses, the radio, the time and the radio's hint. For
    /// callers of the members that report errors as values.
    /// </summary>
    /// <param name="errno">Why the call failed.</param>
    /// <param name="operation">The operation in the documentation's words: <c>connect</c>, <c>recv_into</c>.</param>
    /// <param name="deadline">The call's deadline, which has measured it.</param>
    /// <param name="remote">The peer, where the call named one; else the socket's.</param>
    public PoolSocketException CreateException(Errno errno, string operation, in Deadline deadline, in IPSocketAddress remote = default)
    {
        IPSocketAddress peer = remote;
        if (!peer.HasValue && _socket.GetRemoteAddress(out peer).Failed)
        {
            peer = _slot.Remote;
        }

        _socket.GetLocalAddress(out IPSocketAddress local);
        GC.KeepAlive(this);
        return new PoolSocketException(
            errno, operation, _pool.Radio.Name, local, peer, deadline.Elapsed, _pool.Radio.GetHint(operation, errno) ?? HintOf(operation, errno));
    }
}
