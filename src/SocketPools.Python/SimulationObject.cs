using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;
using SocketPools.Simulation;

namespace SocketPools.Python;

/// <summary>
/// <c>_Simulation</c>: simulated time and a simulated network, for <c>stacknetwork.simulation()</c>. It is made in one thread, which takes part
/// in it from then on. Python's own code (python/modules/stacknetwork) decides which of a program's waits come here.
/// </summary>
internal static unsafe partial class SimulationObject
{
    private static readonly Parameters s_new = new("_Simulation", 9, "seed", "capture", "max_seconds", "stall_seconds", "max_events", "over", "failed", "describe", "timeline");
    private static readonly Parameters s_sleep = new("_sleep", 1, "seconds");
    private static readonly Parameters s_block = new("_block", 3, "signal", "seconds", "reason");
    private static readonly Parameters s_wake = new("_wake", 1, "signal");
    private static readonly Parameters s_select = new("_select", 2, "descriptors", "seconds");
    private static readonly Parameters s_reserve = new("_reserve", 1, "name");
    private static readonly Parameters s_enter = new("_enter", 1, "place");
    private static readonly Parameters s_leave = new("_leave", 1, "place");

    private static nint s_type;

    /// <summary>The type, once it has been made.</summary>
    internal static nint Type => s_type;

    /// <summary>Makes the type; 0 with the error set.</summary>
    internal static nint Build(nint module)
    {
        TypeBuilder type = new TypeBuilder()
            .Doc("_Simulation(seed, capture, max_seconds, stall_seconds, max_events, over, failed, describe, timeline)\n--\n\nSimulated time and a simulated network. The calling thread takes part."u8)
            .Slot(Py.Py_tp_new, (delegate* unmanaged<nint, nint, nint, nint>)&New)
            .Slot(Py.Py_tp_dealloc, (delegate* unmanaged<nint, void>)&Deallocate)
            .Method("_end"u8, &End, "_end()\n--\n\nEnd it, and with it all calls that wait in it."u8)
            .Method("_now"u8, &GetNow, "_now()\n--\n\nReturn the simulated nanoseconds since the start."u8)
            .Method("_poll"u8, &NotePoll, "_poll()\n--\n\nNote that a program looks without waiting: now and then it waits a few microseconds."u8)
            .Method("_sleep"u8, &Sleep, "_sleep(seconds)\n--\n\nWait."u8)
            .Method("_signal"u8, &NewSignal, "_signal()\n--\n\nReturn a new wait."u8)
            .Method("_block"u8, &Block, "_block(signal, seconds, reason)\n--\n\nWait until a wait is woken; False when the time is up. Negative seconds are no limit."u8)
            .Method("_wake"u8, &Wake, "_wake(signal)\n--\n\nWake who waits."u8)
            .Method("_select"u8, &Select, "_select(descriptors, seconds)\n--\n\nWait until one of some descriptors, (number, events) each, is ready; False when the time is up."u8)
            .Method("_reserve"u8, &Reserve, "_reserve(name)\n--\n\nReturn the place of a thread that is about to come."u8)
            .Method("_enter"u8, &Enter, "_enter(place)\n--\n\nTake a place, and wait for the first turn."u8)
            .Method("_leave"u8, &Leave, "_leave(place)\n--\n\nTake part no longer."u8);
        s_type = AddNetwork(type).Build(module, "stacknetwork._Simulation"u8, Instance.Size, 0);
        return s_type;
    }

    private static PythonSimulation Get(nint self) => Instance.Get<PythonSimulation>(self);

    [UnmanagedCallersOnly]
    private static nint New(nint type, nint args, nint keywords)
    {
        try
        {
            Span<nint> places = stackalloc nint[9];
            nint count = Py.PyTuple_Size(args);
            nint* given = stackalloc nint[9];
            for (nint i = 0; i < nint.Min(count, 9); i++)
            {
                given[i] = Py.PyTuple_GetItem(args, i);
            }

            if (!s_new.Bind(given, count, 0, places) || !Numbers.TryReadInt(places[0], "seed", out int seed) || !Numbers.TryReadInt(places[4], "max_events", out int events)
                || !TryReadTime(places[2], out TimeSpan most) || !TryReadTime(places[3], out TimeSpan stall))
            {
                return 0;
            }

            string? capture = places[1] == Globals.None ? null : Text.Read(places[1]);
            string? timeline = places[8] == Globals.None ? null : Text.Read(places[8]);
            if (Py.PyErr_Occurred() != 0)
            {
                return 0;
            }

            Py.Py_IncRef(places[5]);
            Py.Py_IncRef(places[6]);
            SimulationEnd.SetClasses(places[5], places[6]);
            SimulationOptions options = new() { MaxDuration = most, StallTimeout = stall, MaxLoggedEvents = events, TimelinePath = timeline };
            nint describe = places[7];
            PythonSimulation simulation = Unlocked(() => PythonSimulation.Begin(seed, options, capture, describe));
            return Instance.New(type, simulation);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static void Deallocate(nint self) => Instance.Free(self);

    [UnmanagedCallersOnly]
    private static nint End(nint self, nint unused)
    {
        PythonSimulation simulation = Get(self);
        return Run(simulation.End);
    }

    [UnmanagedCallersOnly]
    private static nint GetNow(nint self, nint unused) => Numbers.New(Get(self).Session.Simulation.TimeProvider.GetTimestamp() * 100);

    [UnmanagedCallersOnly]
    private static nint NotePoll(nint self, nint unused)
    {
        try
        {
            PythonSimulation.NotePolling(Get(self).Session);
            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint Sleep(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_sleep.Bind(args, count, keywords, places) || !TryReadTime(places[0], out TimeSpan time))
        {
            return 0;
        }

        PythonSimulation simulation = Get(self);
        return Run(() => simulation.Sleep(time));
    }

    [UnmanagedCallersOnly]
    private static nint NewSignal(nint self, nint unused) => HandleObject.New(new SemaphoreSlim(0));

    [UnmanagedCallersOnly]
    private static nint Block(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[3];
        if (!s_block.Bind(args, count, keywords, places) || HandleObject.Read<SemaphoreSlim>(places[0]) is not { } signal
            || !TryReadTime(places[1], out TimeSpan time) || Text.Read(places[2]) is not { } reason)
        {
            return 0;
        }

        PythonSimulation simulation = Get(self);
        return Answer(() => simulation.Session.Block(signal, time, reason));
    }

    [UnmanagedCallersOnly]
    private static nint Wake(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_wake.Bind(args, count, keywords, places) || HandleObject.Read<SemaphoreSlim>(places[0]) is not { } signal)
        {
            return 0;
        }

        // It never waits, so the interpreter's lock stays taken.
        Get(self).Session.Wake(signal);
        return Globals.NewNone();
    }

    [UnmanagedCallersOnly]
    private static nint Select(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        if (!s_select.Bind(args, count, keywords, places) || !TryReadTime(places[1], out TimeSpan time) || ReadDescriptors(places[0]) is not { } entries)
        {
            return 0;
        }

        PythonSimulation simulation = Get(self);
        return Answer(() => simulation.WaitForDescriptors(entries, time));
    }

    private static PythonSimulation.PollEntry[]? ReadDescriptors(nint tuple)
    {
        if (!Py.Is(tuple, Py.Py_TPFLAGS_TUPLE_SUBCLASS))
        {
            Raise.TypeError("descriptors must be a tuple of pairs");
            return null;
        }

        PythonSimulation.PollEntry[] entries = new PythonSimulation.PollEntry[Py.PyTuple_Size(tuple)];
        for (int i = 0; i < entries.Length; i++)
        {
            nint pair = Py.PyTuple_GetItem(tuple, i);
            if (!Py.Is(pair, Py.Py_TPFLAGS_TUPLE_SUBCLASS) || Py.PyTuple_Size(pair) != 2
                || !Numbers.TryReadInt(Py.PyTuple_GetItem(pair, 0), "descriptor", out int descriptor) || !Numbers.TryReadInt(Py.PyTuple_GetItem(pair, 1), "events", out int events))
            {
                return Py.PyErr_Occurred() != 0 || Raise.TypeError("descriptors must be a tuple of pairs") == 0 ? null : entries;
            }

            entries[i] = new PythonSimulation.PollEntry { Descriptor = descriptor, Events = (short)events };
        }

        return entries;
    }

    [UnmanagedCallersOnly]
    private static nint Reserve(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_reserve.Bind(args, count, keywords, places) || Text.Read(places[0]) is not { } name)
        {
            return 0;
        }

        try
        {
            return HandleObject.New(Get(self).Session.Reserve(name.Length == 0 ? "thread" : name));
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint Enter(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        return s_enter.Bind(args, count, keywords, places) && HandleObject.Read<SimulationThread>(places[0]) is { } place
            ? Run(() => PythonSimulation.Enter(place)) : 0;
    }

    [UnmanagedCallersOnly]
    private static nint Leave(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        return s_leave.Bind(args, count, keywords, places) && HandleObject.Read<SimulationThread>(places[0]) is { } place ? Run(place.Leave) : 0;
    }

    /// <summary>Seconds, an int or a float: negative ones are no limit, and more than a century is one. False with the error set.</summary>
    private static bool TryReadTime(nint o, out TimeSpan time)
    {
        double seconds = Py.PyFloat_AsDouble(o);
        time = seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks((long)Math.Ceiling(Math.Min(seconds, 3.2e9) * TimeSpan.TicksPerSecond - 1e-3));
        if (double.IsNaN(seconds))
        {
            return Raise.ValueError("Invalid value NaN (not a number)") != 0;
        }

        return seconds != -1 || Py.PyErr_Occurred() == 0;
    }

    private static T Unlocked<T>(Func<T> call)
    {
        Gil.Release();
        try
        {
            return call();
        }
        finally
        {
            Gil.Acquire();
        }
    }

    private static nint Answer(Func<bool> call)
    {
        try
        {
            return Py.PyBool_FromLong(Unlocked(call) ? 1 : 0);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    private static nint Run(Action call)
    {
        try
        {
            Unlocked(() =>
            {
                call();
                return true;
            });
            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }
}
