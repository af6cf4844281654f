using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools;

/// <summary>The result of an echo request: see <see cref="EchoResult.Outcome"/>.</summary>
public enum EchoOutcome
{
    /// <summary>The host sent an echo reply.</summary>
    Reply,
    /// <summary>No answer arrived within the time-out.</summary>
    TimedOut,
    /// <summary>A router or the host says that it cannot be reached (RFC 792; RFC 4443, section 3.1).</summary>
    Unreachable,
    /// <summary>A router says that the packet lived too long (RFC 792; RFC 4443, section 3.3).</summary>
    TimeExceeded,
}

/// <summary>The result of one echo request, with or without a reply. Returned by <see cref="IcmpEcho.Ping"/>.</summary>
public readonly record struct EchoResult
{
    /// <summary>Gets the kind of answer, or that none came.</summary>
    public EchoOutcome Outcome { get; init; }

    /// <summary>Gets the sender of the answer; without a value when none came.</summary>
    public IPSocketAddress From { get; init; }

    /// <summary>Gets the time from sending to receiving.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>Gets the time to live of the received packet; null where the socket does not report it.</summary>
    public int? TimeToLive { get; init; }
}

/// <summary>
/// ICMP echo over a socket of a pool: a RAW one, or the kernel's ping socket where the process may not have that.
/// </summary>
/// <remarks>
/// One echo is under way at a time. An answer counts when identifier, sequence number and payload are those that were
/// sent; a ping socket's identifier belongs to the kernel, which compares it itself.
/// </remarks>
/// <example><code>using IcmpEcho echo = new(pool, AddressFamily.InterNetwork);</code></example>
public sealed class IcmpEcho : IDisposable
{
    /// <summary>The longest payload that fits an IPv4 packet.</summary>
    public const int MaxPayload = 65507;

    private static int s_nextIdentifier = Environment.ProcessId;

    private readonly PoolSocket _socket;
    private readonly byte[] _request = new byte[IcmpMessage.HeaderLength + MaxPayload];
    private readonly byte[] _received = new byte[65536];

    /// <summary>Opens a socket for echoes.</summary>
    /// <param name="pool">Where it comes from.</param>
    /// <param name="family">InterNetwork or InterNetworkV6.</param>
    /// <exception cref="PoolSocketException">EPERM: the process may have neither kind of socket; the message names what would help.</exception>
    public IcmpEcho(SocketPool pool, AddressFamily family)
    {
        ArgumentNullException.ThrowIfNull(pool);
        _socket = pool.CreateSocket(family, SocketType.Raw, family == AddressFamily.InterNetworkV6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp);

        // In a simulation the same run has the same bytes.
        Identifier = unchecked((ushort)(pool.Radio.TimeProvider is IWaitScheduler ? pool.TotalOpened : Interlocked.Increment(ref s_nextIdentifier)));
    }

    /// <summary>Whether the socket is RAW; else it is a ping socket.</summary>
    public bool IsRaw => _socket.Type == SocketType.Raw;

    /// <summary>The identifier of the requests. A ping socket replaces it by its own.</summary>
    public ushort Identifier { get; }

    /// <summary>Gets the raw or ping socket that the echo uses.</summary>
    public PoolSocket Socket => _socket;

    /// <summary>Sends one echo request and waits for the reply or for an error message about it.</summary>
    /// <param name="destination">The host, in the socket's family; the port plays no part.</param>
    /// <param name="sequence">The sequence number, which distinguishes this request from earlier ones.</param>
    /// <param name="payload">At most <see cref="MaxPayload"/> bytes, which the host sends back.</param>
    /// <param name="timeout">How long to wait; positive.</param>
    /// <exception cref="PoolSocketException">ENETUNREACH, EMSGSIZE, ENOBUFS and others of sendto(2); EBADF: closed meanwhile.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The payload is too long, or the timeout is not positive.</exception>
    public EchoResult Ping(IPSocketAddress destination, ushort sequence, ReadOnlySpan<byte> payload, TimeSpan timeout)
    {
        int length = WriteRequest(sequence, payload, timeout, out Deadline deadline);
        _socket.Timeout = timeout;
        _socket.SendTo(_request.AsSpan(0, length), destination.WithPort(0));
        while (deadline.Remaining is { Ticks: > 0 } left)
        {
            _socket.Timeout = left;
            if (!TryReceive(out int count, out IPSocketAddress from))
            {
                break;
            }

            if (TryRead(count, from, destination, sequence, payload, deadline) is { } result)
            {
                return result;
            }
        }

        return new EchoResult { Outcome = EchoOutcome.TimedOut, Time = deadline.Elapsed };
    }

    /// <summary>As <see cref="Ping"/>, without holding a thread.</summary>
    /// <param name="destination">The host, in the socket's family; the port plays no part.</param>
    /// <param name="sequence">The sequence number, which distinguishes this request from earlier ones.</param>
    /// <param name="payload">At most <see cref="MaxPayload"/> bytes, which the host sends back. They must stay as they are until the call is over.</param>
    /// <param name="timeout">How long to wait; positive.</param>
    /// <param name="cancellationToken">Ends the wait; the request may have been sent by then.</param>
    /// <exception cref="PoolSocketException">As for the blocking call.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The payload is too long, or the timeout is not positive.</exception>
    public async ValueTask<EchoResult> PingAsync(
        IPSocketAddress destination, ushort sequence, ReadOnlyMemory<byte> payload, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        int length = WriteRequest(sequence, payload.Span, timeout, out Deadline deadline);
        _socket.Timeout = timeout;
        await _socket.SendToAsync(_request.AsMemory(0, length), destination.WithPort(0), cancellationToken).ConfigureAwait(false);
        while (deadline.Remaining is { Ticks: > 0 } left)
        {
            _socket.Timeout = left;
            ReceiveFromResult received;
            try
            {
                received = await _socket.ReceiveFromIntoAsync(_received, cancellationToken).ConfigureAwait(false);
            }
            catch (PoolSocketException e) when (e.Errno is Errno.ETIMEDOUT or Errno.EAGAIN)
            {
                break;
            }

            if (TryRead(received.Count, received.Remote, destination, sequence, payload.Span, deadline) is { } result)
            {
                return result;
            }
        }

        return new EchoResult { Outcome = EchoOutcome.TimedOut, Time = deadline.Elapsed };
    }

    /// <summary>Closes the socket and returns its slot to the pool.</summary>
    public void Dispose() => _socket.Close();

    private int WriteRequest(ushort sequence, ReadOnlySpan<byte> payload, TimeSpan timeout, out Deadline deadline)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayload, nameof(payload));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        deadline = new Deadline(_socket.Pool.Radio.TimeProvider, timeout);
        return IcmpMessage.WriteEchoRequest(_request, _socket.Family, Identifier, sequence, payload);
    }

    /// <summary>The result that a received packet is; null where it is about something else.</summary>
    private EchoResult? TryRead(
        int count, IPSocketAddress from, IPSocketAddress destination, ushort sequence, ReadOnlySpan<byte> payload, in Deadline deadline)
    {
        TimeSpan time = deadline.Elapsed;
        ReadOnlySpan<byte> packet = _received.AsSpan(0, count);
        return IcmpMessage.TryParse(packet, _socket.Family, HasIPHeader(packet), out IcmpMessage message)
            && OutcomeOf(message, destination, sequence, payload) is { } outcome
                ? new EchoResult { Outcome = outcome, From = from.WithPort(0), Time = time, TimeToLive = message.TimeToLive }
                : null;
    }

    private bool TryReceive(out int count, out IPSocketAddress from)
    {
        try
        {
            count = _socket.ReceiveFromInto(_received, out from);
            return true;
        }
        catch (PoolSocketException e) when (e.Errno is Errno.ETIMEDOUT or Errno.EAGAIN)
        {
            (count, from) = (0, default);
            return false;
        }
    }

    // RAW IPv4 always has it; ping sockets have it on macOS only, where a first nibble of 4 is no ICMP type in use.
    private bool HasIPHeader(ReadOnlySpan<byte> packet) => _socket.Family == AddressFamily.InterNetwork
        && (IsRaw || (!OperatingSystem.IsLinux() && packet.Length > 0 && packet[0] >> 4 == 4));

    private EchoOutcome? OutcomeOf(in IcmpMessage message, IPSocketAddress destination, ushort sequence, ReadOnlySpan<byte> payload)
    {
        bool isMine = message.Sequence == sequence && (!IsRaw || message.Identifier == Identifier);
        return message.Kind switch
        {
            IcmpKind.EchoReply when isMine && message.Payload.SequenceEqual(payload) => EchoOutcome.Reply,
            IcmpKind.Unreachable when isMine && message.WasSentTo(destination) => EchoOutcome.Unreachable,
            IcmpKind.TimeExceeded when isMine && message.WasSentTo(destination) => EchoOutcome.TimeExceeded,
            _ => null,
        };
    }
}
