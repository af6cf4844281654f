namespace SocketPools.Stack.Buffers;

/// <summary>
/// Blocks of one size. Keeps those that come back, up to a limit; blocks beyond it go to the garbage collector. Each thread keeps some
/// for itself (<see cref="ThreadBuffers"/>).
/// </summary>
/// <param name="blockSize">Bytes in a block.</param>
/// <param name="maxKept">How many free blocks are kept.</param>
internal sealed class BlockPool(int blockSize, int maxKept)
{
    /// <summary>A frame of 1500 bytes, with room for headers in front of it.</summary>
    internal const int SmallSize = 2048;

    /// <summary>The longest packet, with room for headers in front of it; a piece of a send queue.</summary>
    internal const int LargeSize = 65536 + 512;

    private ShortLock _lock;
    private Block? _free;
    private int _kept;

    internal static BlockPool Small { get; } = new(SmallSize, 16384);

    internal static BlockPool Large { get; } = new(LargeSize, 1024);

    /// <summary>How many blocks are in use: for tests that look for leaks.</summary>
    internal long InUse => IsSmall ? ThreadBuffers.Tally.BlocksInUse : ThreadBuffers.Tally.LargeInUse;

    private bool IsSmall => blockSize == SmallSize;

    /// <summary>The pool whose blocks hold so many bytes.</summary>
    internal static BlockPool For(int bytes) => bytes <= SmallSize ? Small : Large;

    /// <summary>A block that one refers to.</summary>
    internal Block Rent()
    {
        Block block = IsSmall ? ThreadBuffers.Own.RentBlock() : ThreadBuffers.Own.RentLarge();
        block.Take();
        return block;
    }

    /// <summary>The same, for a thread that has looked up its buffers.</summary>
    internal Block Rent(ThreadBuffers own)
    {
        Block block = IsSmall ? own.RentBlock() : own.RentLarge();
        block.Take();
        return block;
    }

    internal void Return(Block block)
    {
        if (IsSmall)
        {
            ThreadBuffers.Own.Return(block);
        }
        else
        {
            ThreadBuffers.Own.ReturnLarge(block);
        }
    }

    /// <summary>The same, for a thread that has looked up its buffers.</summary>
    internal void Return(Block block, ThreadBuffers own)
    {
        if (IsSmall)
        {
            own.Return(block);
        }
        else
        {
            own.ReturnLarge(block);
        }
    }

    /// <summary>Takes a list of free blocks, linked by <see cref="Block.NextFree"/>; null where there are none.</summary>
    internal Block? TakeSome(int most, out int count)
    {
        count = 0;
        _lock.Enter();
        Block? first = _free;
        Block? last = null;
        for (Block? next = first; next is not null && count < most; next = next.NextFree)
        {
            last = next;
            count++;
        }

        if (last is not null)
        {
            _free = last.NextFree;
            last.NextFree = null;
            _kept -= count;
        }

        _lock.Exit();
        return first;
    }

    /// <summary>Puts the first blocks of a list back.</summary>
    /// <returns>The rest of the list.</returns>
    internal Block? PutBack(Block? list, int count)
    {
        _lock.Enter();
        for (; list is not null && count > 0; count--)
        {
            Block block = list;
            list = block.NextFree;
            block.NextFree = null;
            if (_kept < maxKept)
            {
                block.NextFree = _free;
                _free = block;
                _kept++;
            }
        }

        _lock.Exit();
        return list;
    }
}
