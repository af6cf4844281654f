using System.Runtime.InteropServices;

namespace SocketPools.Python.CApi;

/// <summary>pyerrors.h and warnings.h: exceptions.</summary>
internal static unsafe partial class Py
{
    [LibraryImport(Library)]
    internal static partial void PyErr_SetObject(nint type, nint value);

    [LibraryImport(Library)]
    internal static partial nint PyErr_Occurred();

    [LibraryImport(Library)]
    internal static partial int PyErr_ExceptionMatches(nint type);

    [LibraryImport(Library)]
    internal static partial void PyErr_Clear();

    [LibraryImport(Library)]
    internal static partial void PyErr_Fetch(nint* type, nint* value, nint* traceback);

    [LibraryImport(Library)]
    internal static partial void PyErr_Restore(nint type, nint value, nint traceback);

    [LibraryImport(Library)]
    internal static partial void PyErr_WriteUnraisable(nint o);

    [LibraryImport(Library)]
    internal static partial int PyErr_CheckSignals();

    [LibraryImport(Library)]
    internal static partial int PyErr_WarnEx(nint category, byte* text, nint stackLevel);
}
