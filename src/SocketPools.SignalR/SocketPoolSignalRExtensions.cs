using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.Extensions.DependencyInjection;
using SocketPools;
using SocketPools.SignalR;

namespace Microsoft.AspNetCore.SignalR.Client;

/// <summary>Makes SignalR's client use the sockets of a pool, whichever transport it chooses.</summary>
/// <remarks>
/// <para>Negotiation, WebSockets, server-sent events and long polling use the pool. The options' headers, cookies, credentials, certificates,
/// proxy, access token and WebSocketConfiguration hold. A connection of SignalR takes one or two sockets: the negotiation's, which HttpClient
/// keeps for a minute, and the transport's; long polling and server-sent events take another one while they send.</para>
/// <para>HttpMessageHandlerFactory holds as well, as long as it ends in the handler that it was given or in a
/// <see cref="System.Net.Http.SocketsHttpHandler"/>. As in SignalR it does not see WebSockets.</para>
/// </remarks>
public static class SocketPoolSignalRExtensions
{
    /// <summary>
    /// Puts a connection on a pool. It holds wherever it stands among the calls that configure the builder, which makes it the better choice
    /// than the one of <see cref="UseSocketPool(HttpConnectionOptions, SocketPool)"/>.
    /// </summary>
    /// <param name="builder">The builder of the hub's connection.</param>
    /// <param name="pool">The pool. It stays the caller's.</param>
    /// <returns>The same builder.</returns>
    /// <example><code>new HubConnectionBuilder().WithUrl(url).UseSocketPool(pool).Build()</code></example>
    public static IHubConnectionBuilder UseSocketPool(this IHubConnectionBuilder builder, SocketPool pool)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(pool);
        builder.Services.PostConfigure<HttpConnectionOptions>(options => options.UseSocketPool(pool));
        return builder;
    }

    /// <summary>Puts a connection on a pool. Call it last: a factory that is set afterwards makes the connection fail.</summary>
    /// <param name="options">The options of the connection.</param>
    /// <param name="pool">The pool. It stays the caller's.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="InvalidOperationException">
    /// The options have a WebSocketFactory, or another pool: one of the two would be lost.
    /// </exception>
    /// <example><code>builder.WithUrl(url, options => options.UseSocketPool(pool))</code></example>
    public static HttpConnectionOptions UseSocketPool(this HttpConnectionOptions options, SocketPool pool)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(pool);
        PooledConnection.Attach(options, pool);
        return options;
    }
}
