using SocketPools.Python.CApi;

namespace SocketPools.Python.PyTypes;

/// <summary>The line of the Python program that makes a socket: <c>code.py:12</c>.</summary>
internal static unsafe class Callers
{
    // Programs are less deep; a runaway recursion is not walked to its end.
    private const int Deepest = 100;

    // The code that was asked about last, which a loop asks about again: a reference is held. The interpreter's lock guards all three.
    private static nint s_code;
    private static string? s_file;
    private static bool s_isMain;

    [ThreadStatic]
    private static string? s_noted;

    /// <summary>What <see cref="Note"/> found on this thread.</summary>
    internal static string? Noted => s_noted;

    /// <summary>An interpreter that was started again has lost the objects of the one before.</summary>
    internal static void Forget() => s_code = 0;

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
        string? found = null;
        for (int depth = 0; depth < Deepest && frame != 0 && frame != Globals.None; depth++)
        {
            Look(frame);
            if (s_isMain || found is null)
            {
                found = s_file is null ? found : $"{s_file}:{Py.PyFrame_GetLineNumber(frame)}";
            }

            if (s_isMain)
            {
                break;
            }

            nint outer = Py.PyObject_GetAttrString(frame, Ascii.Of("f_back"u8));
            Py.Py_DecRef(frame);
            frame = outer;
        }

        if (frame != 0)
        {
            Py.Py_DecRef(frame);
        }

        Py.PyErr_Clear();
        s_noted = found;
    }

    /// <summary>Finds out about the code of a frame: its file's name, and whether it is the program's own.</summary>
    private static void Look(nint frame)
    {
        nint code = Py.PyFrame_GetCode(frame);
        if (code == s_code)
        {
            Py.Py_DecRef(code);
            return;
        }

        nint old = s_code;
        s_code = code;
        s_isMain = IsMain(frame);
        nint name = Py.PyObject_GetAttrString(code, Ascii.Of("co_filename"u8));
        s_file = name == 0 ? null : Path.GetFileName(Text.Read(name));
        Release(name);
        Release(old);
    }

    private static bool IsMain(nint frame)
    {
        nint globals = Py.PyObject_GetAttrString(frame, Ascii.Of("f_globals"u8));
        nint name = globals == 0 ? 0 : Py.PyDict_GetItemString(globals, Ascii.Of("__name__"u8)); // borrowed
        bool isMain = name != 0 && Py.Is(name, Py.Py_TPFLAGS_UNICODE_SUBCLASS) && Text.Read(name) == "__main__";
        Release(globals);
        return isMain;
    }

    private static void Release(nint o)
    {
        if (o != 0)
        {
            Py.Py_DecRef(o);
        }
    }
}
