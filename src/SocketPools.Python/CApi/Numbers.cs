using System.Runtime.InteropServices;

namespace SocketPools.Python.CApi;

/// <summary>longobject.h, floatobject.h and boolobject.h: numbers.</summary>
internal static unsafe partial class Py
{
    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial nint PyLong_FromLongLong(long value);

    [LibraryImport(Library)]
    internal static partial long PyLong_AsLongLongAndOverflow(nint o, int* overflow);

    [LibraryImport(Library)]
    internal static partial nint PyFloat_FromDouble(double value);

    [LibraryImport(Library)]
    internal static partial double PyFloat_AsDouble(nint o);

    [LibraryImport(Library)]
    internal static partial nint PyBool_FromLong(nint value);
}
