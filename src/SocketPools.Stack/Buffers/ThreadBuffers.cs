namespace SocketPools.Stack.Buffers;

/// <summary>
/// Frames and blocks that this thread has let go of, for its next ones: neither taking nor returning one needs an atomic operation.
/// What a thread has too many or too few of goes to the shared pools and comes from there, several at a time.
/// </summary>
internal sealed class ThreadBuffers
{
    /// <summary>How many move at a time.</summary>
    private const int Share = 16;

    /// <summary>More than a batch and a share: else what a thread lets go of would be in the cache of another one when it is taken again.</summary>
    private const int MostKept = 6 * Share;

    private const int MostLargeKept = 2;

    [ThreadStatic]
    private static ThreadBuffers? s_own;

    private readonly Tally _tally = new();
    private Frame? _frames;
    private int _frameCount;
    private Block? _blocks;
    private int _blockCount;
    private Block? _large;
    private int _largeCount;

    private ThreadBuffers() => Tally.Add(_tally);

    // The thread has ended.
    ~ThreadBuffers()
    {
        FramePool.PutBack(_frames, int.MaxValue);
        BlockPool.Small.PutBack(_blocks, int.MaxValue);
        BlockPool.Large.PutBack(_large, int.MaxValue);
        Tally.Remove(_tally);
    }

    /// <summary>Those of the calling thread.</summary>
    internal static ThreadBuffers Own => s_own ??= new ThreadBuffers();

    internal Frame RentFrame()
    {
        _tally.Frames++;
        Frame? frame = _frames;
        if (frame is null)
        {
            frame = FramePool.TakeSome(Share, out _frameCount);
            if (frame is null)
            {
                return new Frame();
            }
        }

        _frames = frame.Next;
        _frameCount--;
        frame.Next = null;
        return frame;
    }

    internal void Return(Frame frame)
    {
        _tally.Frames--;
        frame.Next = _frames;
        _frames = frame;
        if (++_frameCount > MostKept)
        {
            _frames = FramePool.PutBack(frame, Share);
            _frameCount -= Share;
        }
    }

    internal Block RentBlock()
    {
        _tally.Blocks++;
        Block? block = _blocks;
        if (block is null)
        {
            block = BlockPool.Small.TakeSome(Share, out _blockCount);
            if (block is null)
            {
                return new Block(BlockPool.Small, BlockPool.SmallSize);
            }
        }

        _blocks = block.NextFree;
        _blockCount--;
        block.NextFree = null;
        return block;
    }

    internal Block RentLarge()
    {
        _tally.Large++;
        Block? block = _large;
        if (block is null)
        {
            return BlockPool.Large.TakeSome(1, out _) ?? new Block(BlockPool.Large, BlockPool.LargeSize);
        }

        _large = block.NextFree;
        _largeCount--;
        block.NextFree = null;
        return block;
    }

    internal void ReturnLarge(Block block)
    {
        _tally.Large--;
        if (_largeCount == MostLargeKept)
        {
            BlockPool.Large.PutBack(block, 1);
            return;
        }

        block.NextFree = _large;
        _large = block;
        _largeCount++;
    }

    internal void Return(Block block)
    {
        _tally.Blocks--;
        block.NextFree = _blocks;
        _blocks = block;
        if (++_blockCount > MostKept)
        {
            _blocks = BlockPool.Small.PutBack(block, Share);
            _blockCount -= Share;
        }
    }

    /// <summary>
    /// How many frames and small blocks threads have taken and not returned: of one thread the number may be negative, where others return what it has
    /// taken.
    /// </summary>
    internal sealed class Tally
    {
        private static readonly Lock s_lock = new();
        private static readonly List<Tally> s_all = [];
        private static readonly Tally s_ended = new();

        internal long Frames;
        internal long Blocks;
        internal long Large;

        internal static long FramesInUse => Sum(static tally => Volatile.Read(ref tally.Frames));

        internal static long LargeInUse => Sum(static tally => Volatile.Read(ref tally.Large));

        internal static long BlocksInUse => Sum(static tally => Volatile.Read(ref tally.Blocks));

        internal static void Add(Tally tally)
        {
            lock (s_lock)
            {
                s_all.Add(tally);
            }
        }

        internal static void Remove(Tally tally)
        {
            lock (s_lock)
            {
                s_all.Remove(tally);
                s_ended.Frames += tally.Frames;
                s_ended.Blocks += tally.Blocks;
                s_ended.Large += tally.Large;
            }
        }

        private static long Sum(Func<Tally, long> read)
        {
            lock (s_lock)
            {
                long sum = read(s_ended);
                foreach (Tally tally in s_all)
                {
                    sum += read(tally);
                }

                return sum;
            }
        }
    }
}
