using System.Runtime.InteropServices;

namespace SocketPools.Python.CApi;

/// <summary>pybuffer.h: memory of other objects. In the stable ABI since Python 3.11.</summary>
internal static unsafe partial class Py
{
    internal const int PyBUF_SIMPLE = 0;
    internal const int PyBUF_WRITABLE = 1;

    [LibraryImport(Library)]
    internal static partial int PyObject_GetBuffer(nint o, BufferView* view, int flags);

    [LibraryImport(Library)]
    internal static partial void PyBuffer_Release(BufferView* view);

    /// <summary>Py_buffer.</summary>
    internal struct BufferView
    {
        internal void* Memory;
        internal nint Owner;
        internal nint Length;
        internal nint ItemSize;
        internal int IsReadOnly;
        internal int Dimensions;
        internal byte* Format;
        internal nint* Shape;
        internal nint* Strides;
        internal nint* SubOffsets;
        internal void* Internal;
    }
}
