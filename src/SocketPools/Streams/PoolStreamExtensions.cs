using System.Net;
using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Inputs;
using SocketPools.Radios;
using SocketPools.Slots;

namespace SocketPools.Streams;

/// <summary>A connection for a library that takes a stream, in one call.</summary>
public static class PoolStreamExtensions
{
    /// <summary>
    /// Connects to a host and returns the connection as a stream: looks the name up, waits for a place where the pool is full, and takes
    /// whichever address answers first (RFC 8305), all within one time. Nagle's algorithm is off. The stream closes the socket at the end
    /// of what the peer sends (<see cref="PoolSocketStream.ClosesAtEnd"/>), because many libraries never dispose a stream that they were given.
    /// </summary>
    /// <param name="pool">The pool.</param>
    /// <param name="host">A name or an address in digits.</param>
    /// <param name="port">0..65535.</param>
    /// <param name="timeout">When to give up; null for no limit but <see cref="SocketPool.CapacityTimeout"/> for the wait.</param>
    /// <param name="cancellationToken">Ends all of it and leaves no socket behind.</param>
    /// <returns>The stream. It has no timeouts: a read may wait as long as the peer is silent.</returns>
    /// <exception cref="PoolSocketException">No address answers: the reason of the first, or ETIMEDOUT.</exception>
    /// <exception cref="AddressInfoException">The name does not resolve.</exception>
    /// <exception cref="OutOfSocketsException">No place became free in time; it says who holds them.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> or <paramref name="timeout"/> is out of range.</exception>
    public static ValueTask<PoolSocketStream> ConnectStreamAsync(
        this SocketPool pool, string host, int port, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        ConnectAsync(pool, host, port, AddressFamily.Unspecified, timeout, cancellationToken);

    /// <summary>Connects to an end point and returns the connection as a stream. The rest is as for the other overload.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="remote">An <see cref="IPEndPoint"/>, or a <see cref="DnsEndPoint"/>, whose family limits the addresses.</param>
    /// <param name="timeout">When to give up; null for no limit but <see cref="SocketPool.CapacityTimeout"/> for the wait.</param>
    /// <param name="cancellationToken">Ends all of it and leaves no socket behind.</param>
    /// <exception cref="NotSupportedException">An end point of another kind.</exception>
    public static ValueTask<PoolSocketStream> ConnectStreamAsync(
        this SocketPool pool, EndPoint remote, TimeSpan? timeout = null, CancellationToken cancellationToken = default) => remote switch
        {
            null => throw new ArgumentNullException(nameof(remote)),
            IPEndPoint ip => pool.ConnectStreamAsync(ip.Address.ToString(), ip.Port, timeout, cancellationToken),
            DnsEndPoint dns => ConnectAsync(pool, PoolSocket.HostOf(dns), dns.Port, dns.AddressFamily, timeout, cancellationToken),
            _ => throw new NotSupportedException($"A pool connects to an IPEndPoint or to a DnsEndPoint, not to {remote}."),
        };

    private static async ValueTask<PoolSocketStream> ConnectAsync(
        SocketPool pool, string host, int port, AddressFamily family, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(host);
        PortNumber.ThrowIfInvalid(port);
        Deadline deadline = new(pool.Radio.TimeProvider, CallTimeout.FromNullable(timeout));
        WaitSubject subject = new($"{VisibleText.Escape(host)}:{port}");
        PoolSocket socket = await pool.ConnectWhenRoomAsync(host, port, subject, deadline, Deadline.Never, cancellationToken, family).ConfigureAwait(false);
        try
        {
            // A radio may not know the option: without it the connection is still one.
            _ = socket.TrySetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1);
            return new PoolSocketStream(socket) { ClosesAtEnd = true };
        }
        catch
        {
            socket.Close();
            throw;
        }
    }
}
