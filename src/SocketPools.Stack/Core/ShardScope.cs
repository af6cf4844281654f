namespace SocketPools.Stack.Core;

/// <summary>The lock of a shard, or the whole gate, is held until this ends.</summary>
internal readonly ref struct ShardScope
{
    private readonly Lock.Scope _scope;
    private readonly StackShard _shard;
    private readonly StackShards? _gate;

    /// <summary>Begins it.</summary>
    /// <param name="shard">The shard whose lock is held; of the gate, the first.</param>
    /// <param name="scope">Its lock.</param>
    /// <param name="gate">All shards, whose locks are held too; null where one alone is held.</param>
    internal ShardScope(StackShard shard, Lock.Scope scope, StackShards? gate)
    {
        _shard = shard;
        _scope = scope;
        _gate = gate;
    }

    /// <summary>Whether there are other shards, and their locks are held.</summary>
    internal bool HasOthers => _gate is { IsSingle: false };

    public void Dispose()
    {
        // There may be more than there were at the beginning.
        if (_gate is { IsSingle: false })
        {
            _gate.ExitOthers();
        }

        _shard.NoteExit();
        _scope.Dispose();
    }
}
