using System.Runtime.CompilerServices;

namespace SocketPools.Stack.Core;

/// <summary>
/// The shards of a stack. The holder of all their locks, the <see cref="Gate"/>, owns the stack and may change everything. The holder of one may change
/// what belongs to that shard's connections, and read everything else: no other thread can change it meanwhile. There is one shard until threads
/// meet in it.
/// </summary>
internal sealed class StackShards
{
    private StackShard[] _all;

    /// <summary>Makes the first one.</summary>
    internal StackShards(StackShard first)
    {
        Main = first;
        _all = [first];
    }

    /// <summary>All of them, the first one first. The list is another one when there are more.</summary>
    internal StackShard[] All => Volatile.Read(ref _all);

    /// <summary>Whether there is one alone. With its lock held that does not change.</summary>
    internal bool IsSingle { get; private set; } = true;

    /// <summary>The first one, which has all that belongs to no connection.</summary>
    internal StackShard Main { get; }

    /// <summary>The lock of the whole stack.</summary>
    internal StackGate Gate => new(this);

    /// <summary>Adds shards, whose locks are held from then on, as those of the others are. With the gate held once.</summary>
    internal void Add(StackShard[] added)
    {
        Array.ForEach(added, static shard => shard.Enter());
        Volatile.Write(ref _all, [.. _all, .. added]);
        IsSingle = _all.Length == 1;
    }

    internal bool IsHeldByCurrentThread => Array.TrueForAll(All, static shard => shard.IsHeldByCurrentThread);

    /// <summary>Takes the locks of all but the first, whose lock is held: the list grows under that lock alone.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void EnterOthers()
    {
        foreach (StackShard shard in _all.AsSpan(1))
        {
            shard.Enter();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void ExitOthers()
    {
        StackShard[] all = _all;
        for (int i = all.Length - 1; i > 0; i--)
        {
            all[i].Exit();
        }
    }

    /// <summary>Lets go of all locks, after <see cref="TryEnter"/>.</summary>
    internal void Exit()
    {
        ExitOthers();
        Main.Exit();
    }

    /// <summary>Takes all locks within a time, or none.</summary>
    internal bool TryEnter(TimeSpan longest)
    {
        long start = TimeProvider.System.GetTimestamp();
        if (!_all[0].TryEnter(longest))
        {
            return false;
        }

        StackShard[] all = _all;
        for (int i = 1; i < all.Length; i++)
        {
            TimeSpan left = longest - TimeProvider.System.GetElapsedTime(start);
            if (!all[i].TryEnter(left > TimeSpan.Zero ? left : TimeSpan.Zero))
            {
                while (--i >= 0)
                {
                    all[i].Exit();
                }

                return false;
            }
        }

        return true;
    }
}
