namespace SocketPools.Extensions;

/// <summary>
/// How a container creates a pool: the options of
/// <see cref="Microsoft.Extensions.DependencyInjection.SocketPoolServiceCollectionExtensions"/>. They are named by the radio's name.
/// </summary>
public sealed class SocketPoolOptions
{
    /// <summary>
    /// The budget, 1 to the radio's <see cref="Radios.Radio.MaxSocketsLimit"/>; null leaves the radio's own. Out of range the
    /// pool's making fails with <see cref="ArgumentOutOfRangeException"/>.
    /// </summary>
    public int? MaxSockets { get; set; }

    /// <summary>Whether to record the call stack that makes each socket: <see cref="SocketPool.TrackCallers"/>. False by default.</summary>
    public bool TrackCallers { get; set; }

    /// <summary>Whether the pool writes to the log where the container has one: <see cref="SocketPoolLogger"/>. True by default.</summary>
    public bool EnableLogging { get; set; } = true;
}
