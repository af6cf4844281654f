namespace SocketPools.Stack.Buffers;

/// <summary>Blocks of one size. Keeps those that come back, up to a limit; blocks beyond it go to the garbage collector.</summary>
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
    private long _returned;
    private long _rented;

    internal static BlockPool Small { get; } = new(SmallSize, 16384);

    internal static BlockPool Large { get; } = new(LargeSize, 1024);

    /// <summary>How many blocks are in use: for tests that look for leaks.</summary>
    internal long InUse
    {
        get
        {
            _lock.Enter();
            long inUse = _rented - _returned;
            _lock.Exit();
            return inUse;
        }
    }

    /// <summary>The pool whose blocks hold so many bytes.</summary>
    internal static BlockPool For(int bytes) => bytes <= SmallSize ? Small : Large;

    /// <summary>A block that one refers to.</summary>
    internal Block Rent()
    {
        _lock.Enter();
        _rented++;
        Block? block = _free;
        if (block is not null)
        {
            _free = block.NextFree;
            _kept--;
        }

        _lock.Exit();

        if (block is null)
        {
            block = new Block(this, blockSize);
        }

        block.NextFree = null;
        block.Take();
        return block;
    }

    internal void Return(Block block)
    {
        _lock.Enter();
        _returned++;
        if (_kept < maxKept)
        {
            block.NextFree = _free;
            _free = block;
            _kept++;
        }

        _lock.Exit();
    }
}
