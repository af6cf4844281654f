using SocketPools.Simulation;

namespace Mistakes;

/// <summary>A mistake and its mend.</summary>
internal sealed class Mistake(string name, Func<Simulation, Task> mistaken, Func<Simulation, Task> mended)
{
    internal static IReadOnlyList<Mistake> All { get; } =
    [
        new("retry without idempotence", RetryWithoutIdempotence.MistakenAsync, RetryWithoutIdempotence.MendedAsync),
        new("leader without fencing", LeaderWithoutFencing.MistakenAsync, LeaderWithoutFencing.MendedAsync),
        new("half-open connections", HalfOpenConnections.MistakenAsync, HalfOpenConnections.MendedAsync),
        new("impatient time-out", ImpatientTimeout.MistakenAsync, ImpatientTimeout.MendedAsync),
        new("cache stampede", CacheStampede.MistakenAsync, CacheStampede.MendedAsync),
    ];

    internal string Name => name;

    internal Func<Simulation, Task> Mistaken => mistaken;

    internal Func<Simulation, Task> Mended => mended;
}
