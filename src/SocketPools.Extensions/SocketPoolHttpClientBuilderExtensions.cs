using System.Runtime.Versioning;
using Microsoft.Extensions.Http;
using SocketPools;
using SocketPools.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Clients of <see cref="IHttpClientFactory"/> on a pool.</summary>
/// <remarks>
/// <para>The connections of the client's primary handler become sockets of the pool; what else was set on that handler stays, before
/// and after this call. A primary handler without a <see cref="SocketsHttpHandler"/> in it, or with a ConnectCallback of its own, makes the
/// creation of the client fail with <see cref="InvalidOperationException"/>: it would pass the pool by.</para>
/// <para>The factory makes a new handler every two minutes (<c>SetHandlerLifetime</c>), and connections of the old one keep their
/// places until they are idle for <see cref="SocketsHttpHandler.PooledConnectionIdleTimeout"/>.</para>
/// </remarks>
[UnsupportedOSPlatform("browser")]
public static class SocketPoolHttpClientBuilderExtensions
{
    /// <summary>Puts the client on the container's pool: the first that was added.</summary>
    /// <param name="builder">The client's builder.</param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder UseSocketPool(this IHttpClientBuilder builder) =>
        builder.UseSocketPool(static services => services.GetRequiredService<SocketPool>());

    /// <summary>Puts the client on one of the container's pools.</summary>
    /// <param name="builder">The client's builder.</param>
    /// <param name="key">The pool's radio, or its name.</param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder UseSocketPool(this IHttpClientBuilder builder, object key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return builder.UseSocketPool(services => services.GetRequiredKeyedService<SocketPool>(key));
    }

    /// <summary>Puts the client on a pool.</summary>
    /// <param name="builder">The client's builder.</param>
    /// <param name="pool">The pool.</param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder UseSocketPool(this IHttpClientBuilder builder, SocketPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return builder.UseSocketPool(_ => pool);
    }

    private static IHttpClientBuilder UseSocketPool(this IHttpClientBuilder builder, Func<IServiceProvider, SocketPool> findPool)
    {
        ArgumentNullException.ThrowIfNull(builder);

        // A filter runs after everything that configures the client, in whatever order that was written. The first filter surrounds the others, so that
        // it sees the handler that one of them has set.
        if (!builder.Services.Any(static service => !service.IsKeyedService && service.ImplementationType == typeof(SocketPoolHandlerFilter)))
        {
            builder.Services.Insert(0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, SocketPoolHandlerFilter>());
        }

        builder.Services.Configure<PooledClientOptions>(builder.Name, options => options.FindPool = findPool);
        return builder;
    }
}
