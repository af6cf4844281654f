using System.Runtime.CompilerServices;

namespace SocketPools.Stack.Core;

/// <summary>
/// The lock of a whole stack: the thread that holds it owns every connection, queue and timer. It is the locks of all shards, which are taken in their
/// order. A thread that holds the lock of one shard must not take it. Reentrant.
/// </summary>
/// <remarks>A structure, so that the compiler refuses <c>lock</c> on it.</remarks>
internal readonly struct StackGate(StackShards shards)
{
    internal bool IsHeldByCurrentThread => shards.IsHeldByCurrentThread;

    /// <summary>Takes it until the scope ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ShardScope EnterScope()
    {
        Lock.Scope first = shards.Main.EnterLock();
        if (!shards.IsSingle)
        {
            shards.EnterOthers();
        }

        return new ShardScope(shards.Main, first, shards);
    }

    internal void Exit() => shards.Exit();

    internal bool TryEnter(TimeSpan longest) => shards.TryEnter(longest);
}
