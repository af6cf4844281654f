using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace SocketPools.AspNetCore.Transport;

/// <summary>
/// Where the application goes on when bytes have come: on the thread that received them, but not before the receiver waits for
/// the next ones. So the application may block as it likes; whatever comes meanwhile is received on another thread.
/// </summary>
/// <remarks>
/// The receiver holds the thread's work back while it receives (<see cref="Hold"/>), and runs what came together when it
/// is done (<see cref="Release"/>). Everything else that makes the application go on uses the thread pool.
/// </remarks>
internal sealed class InputScheduler : PipeScheduler
{
    [ThreadStatic]
    private static bool s_holds;

    [ThreadStatic]
    private static Work s_held;

    private InputScheduler()
    {
    }

    internal static InputScheduler Instance { get; } = new();

    public override void Schedule(Action<object?> action, object? state)
    {
        if (!s_holds)
        {
            Item.Queue(new Work(action, state));
            return;
        }

        Dispatch();
        s_held = new Work(action, state);
    }

    /// <summary>From now on this thread keeps what it is to run.</summary>
    internal static void Hold() => s_holds = true;

    /// <summary>There is more to receive: the thread pool runs what this thread has kept so far.</summary>
    internal static void Dispatch()
    {
        if (s_held.Action is not null)
        {
            Item.Queue(s_held);
            s_held = default;
        }
    }

    /// <summary>Keeps nothing any more.</summary>
    /// <returns>What this thread is to run now.</returns>
    internal static Work Release()
    {
        Work held = s_held;
        s_held = default;
        s_holds = false;
        return held;
    }

    internal readonly record struct Work(Action<object?>? Action, object? State)
    {
        internal void Run() => Action?.Invoke(State);
    }

    /// <summary>Work on its way to the thread pool. It is used again and again, so that a request costs no allocation here.</summary>
    private sealed class Item : IThreadPoolWorkItem
    {
        private const int MaxSpare = 256;

        private static readonly ConcurrentQueue<Item> s_spare = [];
        private static int s_spareCount;

        private Work _work;

        public void Execute()
        {
            Work work = _work;
            _work = default;
            if (Interlocked.Increment(ref s_spareCount) <= MaxSpare)
            {
                s_spare.Enqueue(this);
            }
            else
            {
                Interlocked.Decrement(ref s_spareCount);
            }

            work.Run();
        }

        internal static void Queue(Work work)
        {
            if (s_spare.TryDequeue(out Item? item))
            {
                Interlocked.Decrement(ref s_spareCount);
            }
            else
            {
                item = new Item();
            }

            item._work = work;
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
        }
    }
}
