using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SocketPools;
using SocketPools.AspNetCore;
using SocketPools.AspNetCore.Transport;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Makes Kestrel use the sockets of a pool: <c>builder.WebHost.UseSocketPool(pool)</c>.</summary>
public static class SocketPoolWebHostExtensions
{
    /// <summary>
    /// Serves all of Kestrel's IP endpoints from a pool. Endpoints without an IP address (Unix sockets, named pipes, inherited descriptors) stay
    /// with the system. HTTP/3 is QUIC and takes no sockets from a pool: an endpoint for several versions serves the others, and one for
    /// HTTP/3 alone makes the start fail. So does another transport for IP endpoints that is registered afterwards, or a second pool.
    /// </summary>
    /// <param name="builder">The web host's builder.</param>
    /// <param name="pool">The pool. It stays the caller's: stopping the server does not dispose it.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The builder.</returns>
    public static IWebHostBuilder UseSocketPool(
        this IWebHostBuilder builder, SocketPool pool, Action<SocketPoolTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return builder.UseSocketPool(_ => pool, configure);
    }

    /// <summary>Serves all of Kestrel's IP endpoints from a pool that the services know.</summary>
    /// <param name="builder">The web host's builder.</param>
    /// <param name="pool">Finds the pool, once, when the server starts.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The builder.</returns>
    public static IWebHostBuilder UseSocketPool(
        this IWebHostBuilder builder, Func<IServiceProvider, SocketPool> pool, Action<SocketPoolTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(pool);
        builder.AddTransport(pool, configure);

        // A service of exactly this type is taken in place of the list of those that were registered, before or after: Kestrel has no QUIC.
        return builder.ConfigureServices(services =>
        {
            services.AddSingleton<IEnumerable<IMultiplexedConnectionListenerFactory>>(_ => []);
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<KestrelServerOptions>, TransportOrder>());
        });
    }

    /// <summary>
    /// Lets Kestrel listen on <see cref="SocketPoolEndPoint"/>s, of one pool or several, beside ordinary ports, which stay as they are.
    /// </summary>
    /// <param name="builder">The web host's builder.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The builder.</returns>
    public static IWebHostBuilder AddSocketPoolTransport(
        this IWebHostBuilder builder, Action<SocketPoolTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddTransport(null, configure);
    }

    private static IWebHostBuilder AddTransport(
        this IWebHostBuilder builder, Func<IServiceProvider, SocketPool>? pool, Action<SocketPoolTransportOptions>? configure) =>
        builder.ConfigureServices(services =>
        {
            // Kestrel adds the system's transport only where there is none: ours must not come before it.
            if (!services.Any(s => s.ServiceType == typeof(IConnectionListenerFactory)))
            {
                services.AddSingleton<IConnectionListenerFactory, SocketTransportFactory>();
            }

            // The last one that can bind an endpoint binds it.
            services.AddSingleton<IConnectionListenerFactory>(
                provider => ActivatorUtilities.CreateInstance<PoolTransportFactory>(provider, new ServedPool(pool?.Invoke(provider))));
            if (configure is not null)
            {
                services.Configure(configure);
            }
        });
}
