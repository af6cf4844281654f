using System.Net.Sockets;

namespace SocketPools.Streams;

/// <summary>HttpClient on a pool.</summary>
public static class PoolHttpExtensions
{
    /// <summary>
    /// Makes a handler take its connections from a pool, whatever it does with them: HTTP/1.1, HTTP/2, TLS, proxies. When the
    /// pool is full a connection waits for a place, within <see cref="SocketsHttpHandler.ConnectTimeout"/> and the request's
    /// own limits; a ConnectTimeout while it waits has the <see cref="OutOfSocketsException"/> inside, which says who holds the
    /// places. The lookup and the attempts at several addresses share that time. HTTP/3 uses no sockets of the handler's.
    /// </summary>
    /// <param name="handler">A handler that has sent nothing yet.</param>
    /// <param name="pool">The pool.</param>
    /// <returns>The same handler.</returns>
    /// <exception cref="InvalidOperationException">The handler has sent a request already.</exception>
    /// <example>
    /// <code>using HttpClient client = new(new SocketsHttpHandler().UseSocketPool(pool));</code>
    /// </example>
    public static SocketsHttpHandler UseSocketPool(this SocketsHttpHandler handler, SocketPool pool)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(pool);
        handler.ConnectCallback = (context, cancellationToken) =>
            ConnectAsync(pool, context.DnsEndPoint.Host.Trim('[', ']'), context.DnsEndPoint.Port, cancellationToken);
        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketPool pool, string host, int port, CancellationToken cancellationToken)
    {
        PoolSocket socket = await CreateConnectionAsync(pool, host, port, cancellationToken).ConfigureAwait(false);
        try
        {
            // A radio may not know the option: without it the client is still one.
            _ = socket.TrySetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1);

            // A client that closes has its answer, or wants none: there is nothing that the server could lose.
            return new PoolSocketStream(socket) { LingerTimeout = TimeSpan.Zero };
        }
        catch
        {
            socket.Close();
            throw;
        }
    }

    private static async ValueTask<PoolSocket> CreateConnectionAsync(SocketPool pool, string host, int port, CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitForCapacityAsync(pool, cancellationToken).ConfigureAwait(false);
            try
            {
                return await pool.CreateConnectionAsync(host, port, null, cancellationToken).ConfigureAwait(false);
            }
            catch (OutOfSocketsException)
            {
                // Somebody else was faster: wait for the next place.
            }
        }
    }

    private static async ValueTask WaitForCapacityAsync(SocketPool pool, CancellationToken cancellationToken)
    {
        try
        {
            await pool.WaitForCapacityAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Who waited for a place in vain learns who holds them. The handler makes a cancellation of it again and keeps this
            // inside; of a cancellation it would keep nothing.
            throw pool.OutOfSockets();
        }
    }
}
