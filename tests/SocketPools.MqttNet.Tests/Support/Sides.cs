namespace SocketPools.MqttNet.Tests;

/// <summary>Which sides of a connection are on a pool.</summary>
public enum Sides
{
    Both,
    ClientOnly,
    ServerOnly,
}

internal static class SidesExtensions
{
    internal static SocketPool? ForClient(this Sides sides, TestPool pool) => sides == Sides.ServerOnly ? null : pool.Pool;

    internal static SocketPool? ForServer(this Sides sides, TestPool pool) => sides == Sides.ClientOnly ? null : pool.Pool;
}
