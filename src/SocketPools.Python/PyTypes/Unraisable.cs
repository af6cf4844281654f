using SocketPools.Python.CApi;

namespace SocketPools.Python.PyTypes;

/// <summary>Exceptions that no caller can receive: those of an object's end, and of callbacks. They go to <c>sys.unraisablehook</c>.</summary>
internal static unsafe class Unraisable
{
    /// <summary>Reports an exception. The caller holds the interpreter's lock, and no error is set.</summary>
    internal static void From(Exception exception)
    {
        _ = Raise.From(exception);
        Py.PyErr_WriteUnraisable(Globals.None);
    }
}
