namespace SocketPools.Simulation.Clock;

/// <summary>
/// Entries in the order in which they happen: by due time, then in the order in which they were set. Each entry has its index. The times stand in the
/// heap itself, so that a comparison does not read the entries.
/// </summary>
internal sealed class TimerHeap
{
    private Slot[] _heap = new Slot[64];

    internal int Count { get; private set; }

    internal ClockEntry? First => Count == 0 ? null : _heap[0].Entry;

    internal void Add(ClockEntry entry)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        Rise(Count++, new Slot(entry));
    }

    internal void Remove(ClockEntry entry)
    {
        int index = entry.Index;
        if (index < 0)
        {
            return;
        }

        entry.Index = -1;
        Slot last = _heap[--Count];
        _heap[Count] = default;
        if (index == Count)
        {
            return;
        }

        if (index > 0 && last.IsBefore(_heap[(index - 1) / 2]))
        {
            Rise(index, last);
        }
        else
        {
            Sink(index, last);
        }
    }

    private void Rise(int index, Slot slot)
    {
        while (index > 0)
        {
            int above = (index - 1) / 2;
            if (!slot.IsBefore(_heap[above]))
            {
                break;
            }

            Put(_heap[above], index);
            index = above;
        }

        Put(slot, index);
    }

    private void Sink(int index, Slot slot)
    {
        Slot[] heap = _heap;
        for (int below = (index * 2) + 1; below < Count; below = (index * 2) + 1)
        {
            if (below + 1 < Count && heap[below + 1].IsBefore(heap[below]))
            {
                below++;
            }

            if (!heap[below].IsBefore(slot))
            {
                break;
            }

            Put(heap[below], index);
            index = below;
        }

        Put(slot, index);
    }

    private void Put(in Slot slot, int index)
    {
        _heap[index] = slot;
        slot.Entry.Index = index;
    }

    private readonly struct Slot(ClockEntry entry)
    {
        private readonly long _due = entry.Due;
        private readonly long _sequence = entry.Sequence;

        internal ClockEntry Entry { get; } = entry;

        internal bool IsBefore(in Slot other) => _due != other._due ? _due < other._due : _sequence < other._sequence;
    }
}
