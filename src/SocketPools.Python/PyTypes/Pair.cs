using SocketPools.Python.CApi;

namespace SocketPools.Python.PyTypes;

/// <summary>A tuple of two.</summary>
internal static class Pair
{
    /// <summary>Takes both references; 0 with the error set, also when one of them is 0.</summary>
    internal static nint New(nint first, nint second)
    {
        nint pair = first == 0 || second == 0 ? 0 : Py.PyTuple_New(2);
        if (pair == 0)
        {
            Drop(first);
            Drop(second);
            return 0;
        }

        _ = Py.PyTuple_SetItem(pair, 0, first);
        _ = Py.PyTuple_SetItem(pair, 1, second);
        return pair;
    }

    private static void Drop(nint o)
    {
        if (o != 0)
        {
            Py.Py_DecRef(o);
        }
    }
}
