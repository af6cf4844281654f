using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;
using SocketPools.Radios;
using SocketPools.Simulation;

namespace SocketPools.Python;

/// <summary>What is behind a <c>_Simulation</c>: a session in which threads of Python's take part.</summary>
internal sealed unsafe partial class PythonSimulation
{
    // A program that polls without ever sleeping would stand still in simulated time: so often it waits a little.
    private const int PollsPerWait = 16;

    private const string StallAdvice = "Files, processes, sockets of the operating system, and locks that were made before the simulation began stay real. "
        + "What may take longer than stall_timeout has to be done before or after it.";

    private const string MaxDurationAdvice = "Set max_duration if it needs more; a scenario has duration, and the command --duration.";

    // As many looks as a board does in that time.
    private static readonly TimeSpan s_pollWait = TimeSpan.FromMicroseconds(10 * PollsPerWait);

    [ThreadStatic]
    private static int s_polls;

    private readonly FileStream? _capture;

    private PythonSimulation(SimulationSession session, FileStream? capture)
    {
        Session = session;
        _capture = capture;
    }

    internal SimulationSession Session { get; }

    internal SimulatedNetwork Network => Session.Simulation.Network;

    /// <summary>Begins one, in which the calling thread takes part. The interpreter's lock is not held.</summary>
    internal static PythonSimulation Begin(int seed, SimulationOptions options, string? capture, nint describe)
    {
        FileStream? file = capture is null ? null : new FileStream(capture, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
        try
        {
            SimulationSession session = SimulationSession.Begin(
                seed, "main", options with { Capture = file, AdoptRealTimers = false, DescribeThreads = () => Describe(describe), StallAdvice = StallAdvice, MaxDurationAdvice = MaxDurationAdvice }, Gil.OnInterrupted);
            SetSleeps(session.First);
            SimulationEnd.Set(session);
            return new PythonSimulation(session, file);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>The calling thread takes its place. The interpreter's lock is not held.</summary>
    internal static void Enter(SimulationThread place)
    {
        SetSleeps(place);
        place.Enter();
    }

    /// <summary>Ends it. The interpreter's lock is not held.</summary>
    internal void End()
    {
        try
        {
            Session.End();
        }
        finally
        {
            SimulationEnd.Set(null);
            _capture?.Dispose();
        }
    }

    /// <summary>Blocks the calling thread for a while. The interpreter's lock is not held.</summary>
    internal void Sleep(TimeSpan time) => Session.Block(new SemaphoreSlim(0), time, "sleep");

    /// <summary>Blocks until a descriptor of the system is ready, as poll(2) says. The interpreter's lock is not held.</summary>
    internal bool WaitForDescriptors(PollEntry[] entries, TimeSpan timeout) =>
        Session.Block(new SemaphoreSlim(0), timeout, "select", () => IsAnyReady(entries));

    internal static bool IsAnyReady(PollEntry[] entries)
    {
        fixed (PollEntry* first = entries)
        {
            return poll(first, (nuint)entries.Length, 0) > 0;
        }
    }

    /// <summary>A call of a socket, or of a clock, that did not wait. With the interpreter's lock held.</summary>
    internal static void NotePolling(PoolSocket socket)
    {
        if (socket.Pool.Radio.TimeProvider is IWaitScheduler clock)
        {
            NotePolling(clock);
        }
    }

    internal static void NotePolling(IWaitScheduler clock)
    {
        if (++s_polls < PollsPerWait)
        {
            return;
        }

        s_polls = 0;
        Gil.Release();
        try
        {
            clock.Block(new SemaphoreSlim(0), s_pollWait);
        }
        catch (OperationCanceledException)
        {
            // It is over: the call says so in its own way.
        }
        finally
        {
            Gil.Acquire();
        }
    }

    private static void SetSleeps(SimulationThread place)
    {
        int id = Forks.CurrentThread;
        place.Sleeps = () => Forks.IsAsleep(id);
    }

    // On a thread of .NET's, while those of Python wait without the interpreter's lock.
    private static string Describe(nint function)
    {
        int state = Py.PyGILState_Ensure();
        try
        {
            nint arguments = Py.PyTuple_New(0);
            nint answer = Py.PyObject_CallObject(function, arguments);
            Py.Py_DecRef(arguments);
            string text = (answer == 0 ? null : Text.Read(answer)) ?? "";
            if (answer != 0)
            {
                Py.Py_DecRef(answer);
            }

            Py.PyErr_Clear();
            return text;
        }
        finally
        {
            Py.PyGILState_Release(state);
        }
    }

    [LibraryImport("libc")]
    private static partial int poll(PollEntry* entries, nuint count, int milliseconds);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        internal int Descriptor;
        internal short Events;
        internal short Happened;
    }
}
