namespace SocketPools.AspNetCore.Transport;

/// <summary>Names of connections for logs: another one for each, also after the program was started again.</summary>
internal static class ConnectionIds
{
    private static long s_last = TimeProvider.System.GetUtcNow().Ticks;

    internal static string Next() => Interlocked.Increment(ref s_last).ToString("X16", null);
}
