using System.Diagnostics;

namespace SocketPools.Stack.Buffers;

/// <summary>
/// A piece of memory from a pool, shared by all who refer to it: bytes are copied in once, and from then on the send queue, the
/// frames on their way and the receive queue at the other end refer to the same ones. The last to let go gives it back.
/// </summary>
/// <remarks>What is written stays as it is; the owner of the end may append behind it.</remarks>
internal sealed class Block
{
    private readonly BlockPool _pool;
    private int _references;

    internal Block(BlockPool pool, int size)
    {
        _pool = pool;
        Bytes = GC.AllocateUninitializedArray<byte>(size, pinned: true);
    }

    /// <summary>All of its bytes. They do not move in memory.</summary>
    internal byte[] Bytes { get; }

    /// <summary>The next in a list of free ones.</summary>
    internal Block? NextFree { get; set; }

    /// <summary>More refer to it: called by who has one of the references. Who has the only one shares it with no other thread yet.</summary>
    /// <param name="count">How many more.</param>
    internal void Retain(int count = 1)
    {
        if (Volatile.Read(ref _references) == 1)
        {
            Volatile.Write(ref _references, 1 + count);
            return;
        }

        int now = Interlocked.Add(ref _references, count);
        Debug.Assert(now > count, "A block in the pool has no owner.");
    }

    /// <summary>Fewer refer to it. It must not be used after the last.</summary>
    /// <param name="count">How many of the references go, which are all the caller's.</param>
    internal void Release(int count = 1)
    {
        if (IsLast(count))
        {
            _pool.Return(this);
        }
    }

    /// <summary>The same, to a thread that has looked up its buffers.</summary>
    internal void Release(ThreadBuffers own)
    {
        if (IsLast(1))
        {
            _pool.Return(this, own);
        }
    }

    internal void Take() => _references = 1;

    // The owner of all references shares it with no other owner, and no other owner can take one.
    private bool IsLast(int count)
    {
        if (Volatile.Read(ref _references) == count)
        {
            _references = 0;
            return true;
        }

        int now = Interlocked.Add(ref _references, -count);
        Debug.Assert(now >= 0, "A block was given back twice.");
        return now == 0;
    }
}
