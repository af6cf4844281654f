using SocketPools.Python.CApi;

namespace SocketPools.Python.PyTypes;

/// <summary>The line of the Python program that makes a socket: <c>code.py:12</c>.</summary>
internal static unsafe class Callers
{
    // Programs are less deep; a runaway recursion is not walked to its end.
    private const int Deepest = 100;

    [ThreadStatic]
    private static string? s_noted;

    /// <summary>What <see cref="Note"/> found on this thread.</summary>
    internal static string? Noted => s_noted;

    /// <summary>
    /// Finds the innermost line of the program itself, <c>__main__</c>, or else of whatever module calls. With the interpreter's lock held.
    /// </summary>
    internal static void Note()
    {
        s_noted = null;
        nint frame = Py.PyEval_GetFrame();
        if (frame == 0)
        {
            return;
        }

        Py.Py_IncRef(frame);
        string? first = null;
        for (int depth = 0; depth < Deepest && frame != 0 && frame != Globals.None; depth++)
        {
            if (IsMain(frame))
            {
                first = Describe(frame);
                break;
            }

            first ??= Describe(frame);
            nint outer = Get(frame, "f_back"u8);
            Py.Py_DecRef(frame);
            frame = outer;
        }

        if (frame != 0)
        {
            Py.Py_DecRef(frame);
        }

        Py.PyErr_Clear();
        s_noted = first;
    }

    private static bool IsMain(nint frame)
    {
        nint globals = Get(frame, "f_globals"u8);
        nint name = globals == 0 ? 0 : Py.PyDict_GetItemString(globals, Ascii.Of("__name__"u8)); // borrowed
        bool isMain = name != 0 && Py.Is(name, Py.Py_TPFLAGS_UNICODE_SUBCLASS) && Text.Read(name) == "__main__";
        if (globals != 0)
        {
            Py.Py_DecRef(globals);
        }

        return isMain;
    }

    private static string? Describe(nint frame)
    {
        nint code = Get(frame, "f_code"u8);
        nint name = code == 0 ? 0 : Get(code, "co_filename"u8);
        nint line = Get(frame, "f_lineno"u8);
        string? text = name == 0 ? null : Text.Read(name);
        string? found = text is null || line == 0 || !Numbers.TryRead(line, "f_lineno", out long number)
            ? null
            : $"{Path.GetFileName(text)}:{number}";
        foreach (nint o in (ReadOnlySpan<nint>)[code, name, line])
        {
            if (o != 0)
            {
                Py.Py_DecRef(o);
            }
        }

        return found;
    }

    private static nint Get(nint o, ReadOnlySpan<byte> name) => Py.PyObject_GetAttrString(o, Ascii.Of(name));
}
