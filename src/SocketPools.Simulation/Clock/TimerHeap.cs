namespace SocketPools.Simulation.Clock;

/// <summary>Timers in the order in which they fire: by due time, then in the order in which they were set. Each timer has its index.</summary>
internal sealed class TimerHeap
{
    private SimulatedTimer[] _heap = new SimulatedTimer[64];

    internal int Count { get; private set; }

    internal SimulatedTimer? First => Count == 0 ? null : _heap[0];

    internal IEnumerable<SimulatedTimer> All => _heap.Take(Count);

    internal void Add(SimulatedTimer timer)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        Put(timer, Count++);
        Rise(timer.Index);
    }

    internal void Remove(SimulatedTimer timer)
    {
        int index = timer.Index;
        if (index < 0)
        {
            return;
        }

        timer.Index = -1;
        SimulatedTimer last = _heap[--Count];
        _heap[Count] = null!;
        if (index < Count)
        {
            Put(last, index);
            Rise(index);
            Sink(last.Index);
        }
    }

    private void Rise(int index)
    {
        SimulatedTimer timer = _heap[index];
        for (int above = (index - 1) / 2; index > 0 && timer.IsBefore(_heap[above]); above = (index - 1) / 2)
        {
            Put(_heap[above], index);
            index = above;
        }

        Put(timer, index);
    }

    private void Sink(int index)
    {
        SimulatedTimer timer = _heap[index];
        for (int below = (index * 2) + 1; below < Count; below = (index * 2) + 1)
        {
            if (below + 1 < Count && _heap[below + 1].IsBefore(_heap[below]))
            {
                below++;
            }

            if (!_heap[below].IsBefore(timer))
            {
                break;
            }

            Put(_heap[below], index);
            index = below;
        }

        Put(timer, index);
    }

    private void Put(SimulatedTimer timer, int index)
    {
        _heap[index] = timer;
        timer.Index = index;
    }
}
