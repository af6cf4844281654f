using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Tests.Links;

/// <summary>The lock of the pools of frames and blocks, and of the queues of cables.</summary>
public sealed class ShortLockTests
{
    private const int Turns = 100_000;

    private ShortLock _lock;
    private long _count;

    [Fact(Timeout = 240_000)]
    public async Task Threads_that_count_under_it_lose_no_count()
    {
        Task[] tasks = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(Count, TaskCreationOptions.LongRunning))];
        await Task.WhenAll(tasks);
        Assert.Equal(4 * Turns, _count);
    }

    private void Count()
    {
        for (int i = 0; i < Turns; i++)
        {
            _lock.Enter();
            _count++;
            _lock.Exit();
        }
    }
}
