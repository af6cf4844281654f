using SocketPools.Python.CApi;

namespace SocketPools.Python.PyTypes;

/// <summary>Numbers between .NET and the interpreter. False, or 0, comes with the interpreter's error set.</summary>
internal static unsafe class Numbers
{
    internal static nint New(long value) => Py.PyLong_FromLongLong(value);

    /// <summary>An int, or what says it is one (<c>__index__</c>). A value beyond 64 bits is cut to the nearest.</summary>
    internal static bool TryRead(nint o, string what, out long value)
    {
        value = 0;
        nint number = o;
        if (!Py.Is(o, Py.Py_TPFLAGS_LONG_SUBCLASS))
        {
            number = Py.PyNumber_Index(o);
            if (number == 0)
            {
                if (Py.PyErr_ExceptionMatches(Globals.TypeError) != 0)
                {
                    Py.PyErr_Clear();
                    Raise.TypeError($"{what} must be an integer, not {Text.TypeName(o)}");
                }

                return false;
            }
        }
        else
        {
            Py.Py_IncRef(number);
        }

        int overflow = 0;
        value = Py.PyLong_AsLongLongAndOverflow(number, &overflow);
        Py.Py_DecRef(number);
        if (overflow != 0)
        {
            value = overflow < 0 ? long.MinValue : long.MaxValue;
        }

        return value != -1 || overflow != 0 || Py.PyErr_Occurred() == 0;
    }

    /// <summary>An int of 64 bits; OverflowError beyond it.</summary>
    internal static bool TryReadLong(nint o, string what, out long value)
    {
        if (!TryRead(o, what, out value))
        {
            return false;
        }

        if (value is not (long.MinValue or long.MaxValue))
        {
            return true;
        }

        Raise.OverflowError($"{what} does not fit a C long");
        return false;
    }

    /// <summary>An int that fits C's; OverflowError beyond it.</summary>
    internal static bool TryReadInt(nint o, string what, out int value)
    {
        value = 0;
        if (!TryRead(o, what, out long wide))
        {
            return false;
        }

        if (wide is < int.MinValue or > int.MaxValue)
        {
            Raise.OverflowError($"{what} does not fit a C int");
            return false;
        }

        value = (int)wide;
        return true;
    }
}
