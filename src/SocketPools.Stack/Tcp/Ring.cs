using System.Diagnostics;

namespace SocketPools.Stack.Tcp;

/// <summary>Values in order, taken from the front and added at the end. Its memory is as long as it needs to be, and none while it was never used.</summary>
internal struct Ring<T>
    where T : struct
{
    private const int MostKept = 16;

    // Its length is a power of two.
    private T[]? _items;
    private int _first;

    internal int Count { get; private set; }

    internal readonly ref T this[int index]
    {
        get
        {
            Debug.Assert((uint)index < (uint)Count);
            return ref _items![(_first + index) & (_items.Length - 1)];
        }
    }

    internal readonly ref T Last => ref this[Count - 1];

    internal void Add(in T item)
    {
        if (_items is null || Count == _items.Length)
        {
            Grow();
        }

        Count++;
        this[Count - 1] = item;
    }

    internal void RemoveFirst()
    {
        this[0] = default;
        _first = (_first + 1) & (_items!.Length - 1);
        Count--;
    }

    /// <summary>Gives the memory back of an empty ring that has been long.</summary>
    internal void Trim()
    {
        Debug.Assert(Count == 0);
        if (_items is { Length: > MostKept })
        {
            _items = null;
            _first = 0;
        }
    }

    /// <summary>Takes the values out that stand from one place on.</summary>
    internal void RemoveFrom(int index)
    {
        while (Count > index)
        {
            Last = default;
            Count--;
        }
    }

    /// <summary>Puts a value in between; those on the shorter side of it move.</summary>
    internal void Insert(int index, in T item)
    {
        Add(item);
        if (index < Count / 2)
        {
            _first = (_first - 1) & (_items!.Length - 1);
            for (int i = 0; i < index; i++)
            {
                this[i] = this[i + 1];
            }
        }
        else
        {
            for (int i = Count - 1; i > index; i--)
            {
                this[i] = this[i - 1];
            }
        }

        this[index] = item;
    }

    private void Grow()
    {
        T[] items = new T[_items is null ? 2 : _items.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            items[i] = this[i];
        }

        _items = items;
        _first = 0;
    }
}
