using System.Runtime.InteropServices;

namespace SocketPools.Python.CApi;

/// <summary>unicodeobject.h and bytesobject.h: text and bytes.</summary>
internal static unsafe partial class Py
{
    [LibraryImport(Library)]
    internal static partial nint PyUnicode_DecodeUTF8(byte* text, nint length, byte* errors);

    [LibraryImport(Library)]
    internal static partial byte* PyUnicode_AsUTF8AndSize(nint o, nint* length);

    [LibraryImport(Library)]
    internal static partial nint PyBytes_FromStringAndSize(byte* bytes, nint length);

    /// <summary>The memory of bytes, which does not change while they live.</summary>
    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial byte* PyBytes_AsString(nint o);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial nint PyBytes_Size(nint o);
}
