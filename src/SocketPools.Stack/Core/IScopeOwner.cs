namespace SocketPools.Stack.Core;

/// <summary>Who knows which locks guard it: the gate, or that of one shard.</summary>
internal interface IScopeOwner
{
    /// <summary>Whether this thread holds them.</summary>
    bool IsHeldByCurrentThread { get; }

    /// <summary>Takes them until the scope ends.</summary>
    ShardScope EnterOwnScope();
}
