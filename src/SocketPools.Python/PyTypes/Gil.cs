using System.Diagnostics;
using SocketPools.Python.CApi;

namespace SocketPools.Python.PyTypes;

/// <summary>
/// The interpreter's lock around calls that may wait. While it is released, a signal's arrival takes it back for a moment, so
/// that Python's handlers run (<see cref="OnInterrupted"/>).
/// </summary>
internal static class Gil
{
    [ThreadStatic]
    private static PythonThreadState? s_place;

    /// <summary>The calling thread's place, if it has ever let go of the lock.</summary>
    internal static PythonThreadState? CurrentPlace => s_place;

    /// <summary>Lets other threads run. No object of the interpreter may be touched until <see cref="Acquire"/>.</summary>
    internal static void Release()
    {
        PythonThreadState place = s_place ??= Forks.Register();
        Debug.Assert(place.State == 0, "released twice");
        place.IsOutside = true;
        place.State = Py.PyEval_SaveThread();
    }

    /// <summary>Takes the lock back, if it is not held already because a handler raised.</summary>
    internal static void Acquire()
    {
        PythonThreadState place = s_place!;
        nint state = place.State;
        if (state != 0)
        {
            place.State = 0;
            Py.PyEval_RestoreThread(state);
            place.IsOutside = false;
        }
    }

    /// <summary>
    /// For <see cref="Radios.Radio.Interrupted"/>: runs Python's signal handlers. If one raises, the call ends with its exception and the lock
    /// stays taken. On threads that hold no interpreter's state there is nothing to run.
    /// </summary>
    internal static void OnInterrupted()
    {
        if (s_place is null or { State: 0 })
        {
            return;
        }

        Acquire();
        if (Py.PyErr_CheckSignals() != 0)
        {
            throw PythonErrorException.Instance;
        }

        Release();
    }
}
