namespace SocketPools.Stack.Buffers;

/// <summary>
/// Frames and small blocks that this thread has let go of, for its next ones: neither taking nor returning one needs an atomic operation.
/// What a thread has too many or too few of goes to the shared pools and comes from there, several at a time.
/// </summary>
internal sealed class ThreadBuffers
{
    /// <summary>How many move at a time.</summary>
    private const int Share = 32;

    private const int MostKept = 2 * Share;

    [ThreadStatic]
    private static ThreadBuffers? s_own;

    private readonly Tally _tally = new();
    private Frame? _frames;
    private int _frameCount;
    private Block? _blocks;
    private int _blockCount;

    private ThreadBuffers() => Tally.Add(_tally);

    // The thread has ended.
    ~ThreadBuffers()
    {
        FramePool.PutBack(_frames, int.MaxValue);
        BlockPool.Small.PutBack(_blocks, int.MaxValue);
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

        internal static long FramesInUse => Sum(static tally => Volatile.Read(ref tally.Frames));

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
