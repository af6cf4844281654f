using System.Numerics;

namespace SocketPools.Stack.Core;

/// <summary>Which numbers of a range of ports are held: a bit each, so that a free one is found at a glance, however few there are.</summary>
internal sealed class PortSet
{
    private const int BitsPerWord = 64;

    private readonly int _first;

    // Once a number was held.
    private ulong[]? _held;

    internal PortSet(int first, int last)
    {
        _first = first;
        Size = last - first + 1;
    }

    /// <summary>How many numbers there are.</summary>
    internal int Size { get; }

    /// <summary>Notes that a number is held or free. One outside of the range is of no interest.</summary>
    internal void Set(int number, bool isHeld)
    {
        int place = number - _first;
        if ((uint)place >= (uint)Size || (_held is null && !isHeld))
        {
            return;
        }

        _held ??= Make(Size);

        ulong bit = 1UL << (place % BitsPerWord);
        ref ulong word = ref _held[place / BitsPerWord];
        word = isHeld ? word | bit : word & ~bit;
    }

    /// <summary>The first free number from a place on, and around.</summary>
    /// <param name="start">Any number: its remainder is the place in the range.</param>
    /// <returns>-1 when none is free.</returns>
    internal int FindFree(uint start)
    {
        int place = (int)(start % (uint)Size);
        if (_held is null)
        {
            return _first + place;
        }

        int word = place / BitsPerWord;
        ulong mask = ulong.MaxValue << (place % BitsPerWord);
        for (int i = 0; i <= _held.Length; i++)
        {
            ulong free = ~_held[word] & mask;
            if (free != 0)
            {
                return _first + (word * BitsPerWord) + BitOperations.TrailingZeroCount(free);
            }

            word = word + 1 == _held.Length ? 0 : word + 1;
            mask = ulong.MaxValue;
        }

        return -1;
    }

    private static ulong[] Make(int size)
    {
        ulong[] held = new ulong[(size + BitsPerWord - 1) / BitsPerWord];

        // The bits behind the last port are never free.
        int rest = size % BitsPerWord;
        held[^1] = rest == 0 ? 0 : ulong.MaxValue << rest;
        return held;
    }
}
