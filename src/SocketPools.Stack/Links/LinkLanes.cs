using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>
/// One direction of a pair, or a loopback: a queue for each lane, which are the shards of the stack that sends. There is one until that stack has more.
/// </summary>
internal sealed class LinkLanes
{
    private readonly int _limit;
    private readonly Lock _lock = new();
    private LinkQueue[] _all;

    /// <summary>Makes the first queue.</summary>
    /// <param name="limit">The most frames that wait in a queue.</param>
    internal LinkLanes(int limit)
    {
        _limit = limit;
        Main = new LinkQueue(limit);
        _all = [Main];
    }

    internal LinkQueue Main { get; }

    /// <summary>Whether there is one queue alone.</summary>
    internal bool IsSingle { get; private set; } = true;

    internal LinkQueue[] All => Volatile.Read(ref _all);

    internal long RefusedFull => All.Sum(static queue => queue.RefusedFull);

    internal long RefusedClosed => All.Sum(static queue => queue.RefusedClosed);

    internal LinkQueue.Totals In => LinkQueue.Totals.Sum(All, static queue => queue.In);

    internal LinkQueue.Totals Out => LinkQueue.Totals.Sum(All, static queue => queue.Out);

    /// <summary>The queue of a lane, which is made when it is first asked for.</summary>
    internal LinkQueue Of(int lane)
    {
        if (lane == 0)
        {
            return Main;
        }

        LinkQueue[] all = All;
        return lane < all.Length ? all[lane] : Make(lane);
    }

    /// <summary>Takes frames from those queues behind the first that one of several receivers takes from.</summary>
    internal void TakeBatchBeside(int receiver, int receivers, ref FrameQueue batch, int most)
    {
        LinkQueue[] all = All;
        for (int i = receiver == 0 ? receivers : receiver; i < all.Length; i += receivers)
        {
            all[i].TakeBatch(ref batch, most);
        }
    }

    internal void Close()
    {
        lock (_lock)
        {
            Array.ForEach(_all, static queue => queue.Close());
        }
    }

    internal void CloseForSending()
    {
        lock (_lock)
        {
            Array.ForEach(_all, static queue => queue.CloseForSending());
        }
    }

    private LinkQueue Make(int lane)
    {
        lock (_lock)
        {
            while (_all.Length <= lane)
            {
                LinkQueue made = new(_limit);
                if (Main.IsClosed)
                {
                    made.Close();
                }

                Volatile.Write(ref _all, [.. _all, made]);
                IsSingle = false;
            }

            return _all[lane];
        }
    }
}
