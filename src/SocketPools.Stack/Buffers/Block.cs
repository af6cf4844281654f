using System.Diagnostics;

namespace SocketPools.Stack.Buffers;

/// <summary>
/// A piece of memory from a pool, shared by all who refer to it: bytes are copied in once, and from then on the send queue, the
/// frames on their way and the receive queue at the other end refer to the same ones. The last to let go gives it back.
/// </summary>
/// <remarks>What is written stays as it is; whoever owns the end may append behind it.</remarks>
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

    /// <summary>One more refers to it: called by who has one of the references. Who has the only one shares it with no other thread yet.</summary>
    internal void Retain()
    {
        if (Volatile.Read(ref _references) == 1)
        {
            Volatile.Write(ref _references, 2);
            return;
        }

        int now = Interlocked.Increment(ref _references);
        Debug.Assert(now > 1, "A block in the pool is nobody's.");
    }

    /// <summary>One less refers to it. Nobody may look at it after the last.</summary>
    internal void Release()
    {
        if (Volatile.Read(ref _references) == 1)
        {
            // Nobody else has one, so nobody else can take one.
            _references = 0;
            _pool.Return(this);
            return;
        }

        int now = Interlocked.Decrement(ref _references);
        Debug.Assert(now >= 0, "A block was given back twice.");
        if (now == 0)
        {
            _pool.Return(this);
        }
    }

    internal void Take() => _references = 1;
}
