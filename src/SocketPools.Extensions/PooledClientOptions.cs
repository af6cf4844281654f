namespace SocketPools.Extensions;

/// <summary>Which pool a client of the factory uses. The options are named by the client's name.</summary>
internal sealed class PooledClientOptions
{
    /// <summary>Null for a client that uses none.</summary>
    internal Func<IServiceProvider, SocketPool>? FindPool { get; set; }
}
