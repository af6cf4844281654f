using Microsoft.Extensions.DependencyInjection.Extensions;
using SocketPools;
using SocketPools.Extensions;
using SocketPools.Radios;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers pools as services: <c>services.AddSocketPool(radio)</c>.</summary>
/// <remarks>
/// <para>A pool is a singleton, keyed by its radio's name and, where the radio is known beforehand, by the radio. The first pool
/// added is also the one that is asked for without a key: <c>GetRequiredService&lt;SocketPool&gt;()</c>.</para>
/// <para>A pool that the container makes is made when it is first resolved, and disposed with the container. Where logging
/// is in the container it writes to the log, see <see cref="SocketPoolLogger"/>.</para>
/// </remarks>
public static class SocketPoolServiceCollectionExtensions
{
    private const string HostName = "host";

    /// <summary>Adds a pool on the host's network, under the name <c>host</c>: a radio and a budget of the container's own.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="configure">Sets the options; they can also be bound to configuration under the name <c>host</c>.</param>
    /// <returns>The same collection.</returns>
    public static IServiceCollection AddSocketPool(this IServiceCollection services, Action<SocketPoolOptions>? configure = null) =>
        services.AddSocketPool(HostName, static _ => new HostNetwork(), configure);

    /// <summary>Adds a pool on a radio.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="radio">A radio without a pool. Key of the pool beside its name; of radios of the same name the first has it.</param>
    /// <param name="configure">Sets the options; they can also be bound to configuration under the radio's name.</param>
    /// <returns>The same collection.</returns>
    /// <remarks>If the radio has a pool by the time it is made, that fails with <see cref="InvalidOperationException"/>.</remarks>
    public static IServiceCollection AddSocketPool(
        this IServiceCollection services, Radio radio, Action<SocketPoolOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(radio);
        Configure(services, radio.Name, configure);
        services.TryAddKeyedSingleton(radio, (provider, _) => PoolMaking.Make(provider, radio, radio.Name));
        services.TryAddKeyedSingleton(radio.Name, (provider, _) => provider.GetRequiredKeyedService<SocketPool>(radio));
        services.TryAddSingleton(provider => provider.GetRequiredKeyedService<SocketPool>(radio));
        return services;
    }

    /// <summary>Adds a pool on a radio that the container makes, too.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="name">Key of the pool, and name of its options. A second pool of the same name is not added.</param>
    /// <param name="makeRadio">Makes the radio, once. It is not disposed.</param>
    /// <param name="configure">Sets the options; they can also be bound to configuration under the name.</param>
    /// <returns>The same collection.</returns>
    public static IServiceCollection AddSocketPool(
        this IServiceCollection services, string name, Func<IServiceProvider, Radio> makeRadio, Action<SocketPoolOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(makeRadio);
        Configure(services, name, configure);
        services.TryAddKeyedSingleton(name, (provider, _) => PoolMaking.Make(provider, makeRadio(provider), name));
        services.TryAddSingleton(provider => provider.GetRequiredKeyedService<SocketPool>(name));
        return services;
    }

    /// <summary>
    /// Adds a pool that exists. It stays its owner's: the container neither disposes it nor changes it, so that it writes to no log
    /// unless its owner adds a <see cref="SocketPoolLogger"/>.
    /// </summary>
    /// <param name="services">The container's services.</param>
    /// <param name="pool">The pool, keyed by its radio and by the radio's name.</param>
    /// <returns>The same collection.</returns>
    public static IServiceCollection AddSocketPool(this IServiceCollection services, SocketPool pool)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(pool);

        // As instances, which containers do not dispose.
        services.TryAddKeyedSingleton(pool.Radio, pool);
        services.TryAddKeyedSingleton(pool.Radio.Name, pool);
        services.TryAddSingleton(pool);
        return services;
    }

    private static void Configure(IServiceCollection services, string name, Action<SocketPoolOptions>? configure)
    {
        services.AddOptions();
        if (configure is not null)
        {
            services.Configure(name, configure);
        }
    }
}
