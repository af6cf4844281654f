using System.Runtime.InteropServices;

namespace SocketPools.Python.CApi;

/// <summary>ceval.h and pystate.h: the interpreter's lock.</summary>
internal static unsafe partial class Py
{
    [LibraryImport(Library)]
    internal static partial nint PyEval_SaveThread();

    [LibraryImport(Library)]
    internal static partial void PyEval_RestoreThread(nint state);

    [LibraryImport(Library)]
    internal static partial nint PyInterpreterState_Get();

    [LibraryImport(Library)]
    internal static partial long PyInterpreterState_GetID(nint interpreter);

    /// <summary>A dict for what belongs to one interpreter. Borrowed; 0 without an error when there is none.</summary>
    [LibraryImport(Library)]
    internal static partial nint PyInterpreterState_GetDict(nint interpreter);

    /// <summary>The frame that runs in this thread. Borrowed; 0 when none does.</summary>
    [LibraryImport(Library)]
    internal static partial nint PyEval_GetFrame();

    /// <summary>A new reference.</summary>
    [LibraryImport(Library)]
    internal static partial nint PyFrame_GetCode(nint frame);

    [LibraryImport(Library)]
    internal static partial int PyFrame_GetLineNumber(nint frame);

    /// <summary>Takes the interpreter's lock on any thread, also one that the interpreter does not know. What it answers is for the release.</summary>
    [LibraryImport(Library)]
    internal static partial int PyGILState_Ensure();

    [LibraryImport(Library)]
    internal static partial void PyGILState_Release(int state);
}
