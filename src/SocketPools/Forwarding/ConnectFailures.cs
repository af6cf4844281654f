namespace SocketPools.Forwarding;

/// <summary>The exceptions of a connect that concern one connection.</summary>
internal static class ConnectFailures
{
    internal static bool IsOne(Exception e) =>
        e is PoolSocketException or AddressInfoException or OutOfSocketsException or OperationCanceledException or ObjectDisposedException or OutOfMemoryException;
}
