using System.Runtime.InteropServices;

namespace SocketPools.Python.CApi;

/// <summary>tupleobject.h and listobject.h.</summary>
internal static unsafe partial class Py
{
    [LibraryImport(Library)]
    internal static partial nint PyTuple_New(nint length);

    [LibraryImport(Library)]
    internal static partial nint PyTuple_Size(nint o);

    [LibraryImport(Library)]
    internal static partial nint PyTuple_GetItem(nint o, nint index);

    /// <summary>Takes the reference to the item, also when it fails.</summary>
    [LibraryImport(Library)]
    internal static partial int PyTuple_SetItem(nint o, nint index, nint item);

    [LibraryImport(Library)]
    internal static partial nint PyList_New(nint length);

    [LibraryImport(Library)]
    internal static partial nint PyList_AsTuple(nint o);

    /// <summary>Takes the reference to the item, also when it fails.</summary>
    [LibraryImport(Library)]
    internal static partial int PyList_SetItem(nint o, nint index, nint item);

    /// <summary>Borrowed; 0 without an error when there is none.</summary>
    [LibraryImport(Library)]
    internal static partial nint PyDict_GetItemString(nint o, byte* key);

    [LibraryImport(Library)]
    internal static partial int PyDict_SetItemString(nint o, byte* key, nint value);

    [LibraryImport(Library)]
    internal static partial nint PyDict_Size(nint o);

    [LibraryImport(Library)]
    internal static partial int PyDict_Next(nint o, nint* position, nint* key, nint* value);
}
