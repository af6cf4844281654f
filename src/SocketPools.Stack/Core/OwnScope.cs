namespace SocketPools.Stack.Core;

/// <summary>The locks of a socket are held: of its shard, or the gate.</summary>
/// <param name="shards">All shards.</param>
/// <param name="shard">The one that is held alone; null for the gate.</param>
internal readonly ref struct OwnScope(StackShards shards, StackShard? shard)
{
    public void Dispose()
    {
        if (shard is null)
        {
            shards.Exit();
        }
        else
        {
            shard.Exit();
        }
    }
}
