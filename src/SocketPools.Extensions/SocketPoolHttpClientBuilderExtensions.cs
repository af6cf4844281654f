using System.Runtime.Versioning;
using SocketPools;
using SocketPools.Streams;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Clients of <see cref="IHttpClientFactory"/> on a pool.</summary>
/// <remarks>
/// The client's primary handler becomes a <see cref="SocketsHttpHandler"/> whose connections are sockets of the pool; what else was
/// set on such a handler stays. The factory makes a new handler every two minutes (<c>SetHandlerLifetime</c>), and connections of the
/// old one keep their places until they are idle for <see cref="SocketsHttpHandler.PooledConnectionIdleTimeout"/>.
/// </remarks>
[UnsupportedOSPlatform("browser")]
public static class SocketPoolHttpClientBuilderExtensions
{
    /// <summary>Puts the client on the container's pool: the first that was added.</summary>
    /// <param name="builder">The client's builder.</param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder UseSocketPool(this IHttpClientBuilder builder) =>
        builder.UseSocketsHttpHandler(static (handler, services) => handler.UseSocketPool(services.GetRequiredService<SocketPool>()));

    /// <summary>Puts the client on one of the container's pools.</summary>
    /// <param name="builder">The client's builder.</param>
    /// <param name="key">The pool's radio, or its name.</param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder UseSocketPool(this IHttpClientBuilder builder, object key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return builder.UseSocketsHttpHandler((handler, services) => handler.UseSocketPool(services.GetRequiredKeyedService<SocketPool>(key)));
    }

    /// <summary>Puts the client on a pool.</summary>
    /// <param name="builder">The client's builder.</param>
    /// <param name="pool">The pool.</param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder UseSocketPool(this IHttpClientBuilder builder, SocketPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return builder.UseSocketsHttpHandler((handler, _) => handler.UseSocketPool(pool));
    }
}
