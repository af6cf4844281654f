using System.Runtime.Versioning;

namespace SocketPools.Streams;

/// <summary>Makes HttpClient use the sockets of a pool: <c>new HttpClient(new SocketsHttpHandler().UseSocketPool(pool))</c>.</summary>
[UnsupportedOSPlatform("browser")]
public static class PoolHttpExtensions
{
    /// <summary>
    /// Makes a handler take its connections from a pool, whatever it does with them: HTTP/1.1, HTTP/2, TLS, proxies.
    /// </summary>
    /// <param name="handler">A handler that has sent nothing yet and has no <see cref="SocketsHttpHandler.ConnectCallback"/>.</param>
    /// <param name="pool">The pool.</param>
    /// <returns>
    /// The handler for an HttpClient, with the given one inside. It explains requests that end while they wait for a place, and refuses what
    /// would pass the pool by: see <see cref="SocketPoolHttpHandler"/>.
    /// </returns>
    /// <remarks>
    /// A connection that finds the pool full waits for a place, within <see cref="SocketsHttpHandler.ConnectTimeout"/>,
    /// <see cref="SocketPool.CapacityTimeout"/> and the request's own limits. The name is looked up first.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// The handler has sent a request already, or has a ConnectCallback that is not this pool's: one of the two would be lost.
    /// </exception>
    /// <example>
    /// <code>using HttpClient client = new(new SocketsHttpHandler().UseSocketPool(pool));</code>
    /// </example>
    public static SocketPoolHttpHandler UseSocketPool(this SocketsHttpHandler handler, SocketPool pool)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(pool);
        return new SocketPoolHttpHandler(pool, handler);
    }
}
