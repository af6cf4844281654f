namespace SocketPools.Stack.Tcp;

/// <summary>Receives the changes of a connection or a listener: the socket above it.</summary>
internal interface ITcpObserver
{
    /// <summary>Whether the lock of the connection's shard is all that it needs: else the connection stays in the first shard.</summary>
    bool IsOfShard => false;

    /// <summary>
    /// What it is ready for may have changed: text has come, there is room again, it is up, at its end or has failed. Called with the
    /// stack's gate held, in the middle of TCP's work: note it, wake waiting calls, and call nothing here.
    /// </summary>
    void Changed();
}
