using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;

namespace SocketPools.Python;

/// <summary>The module: what the interpreter calls first.</summary>
internal static unsafe class ModuleEntry
{
    private static readonly Parameters s_isOnStack = new("_is_on_stack", 1, "sock");
    private static Py.ModuleDefinition* s_definition;

    /// <summary>PyInit_socketpool: the module's definition; the interpreter then makes the module and calls <see cref="Execute"/>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "PyInit_socketpool")]
    public static nint Init()
    {
        if (s_definition is null)
        {
            s_definition = TypeBuilder.Copy<Py.ModuleDefinition>([default]);
            s_definition->Head.ReferenceCount = 1;
            s_definition->Name = Ascii.Of("socketpool"u8);
            s_definition->Doc = Ascii.Of("Sockets that come from a pool, and a pool that belongs to a radio: CircuitPython's socketpool."u8);
            s_definition->Methods = TypeBuilder.Copy<Py.MethodDefinition>(
            [
                Function("getaddrinfo"u8, &GetAddressInfo, "getaddrinfo($module, host, port, family=0, type=0, proto=0, flags=0)\n--\n\nAs SocketPool.getaddrinfo, on the host's network."u8),
                Function("_redirect"u8, &Redirection.Set, "_redirect($module, function)\n--\n\nAsk a function, called with (operation, host, port), where every name and address leads; it returns None or another (host, port)."u8),
                Function("_is_on_stack"u8, &IsOnStack, "_is_on_stack($module, sock)\n--\n\nReturn whether an object is a socket of a stack, whose fileno() carries no data."u8),
                Function("_hint_after"u8, &LongWait.SetLimit, "_hint_after($module, seconds)\n--\n\nTell after so many seconds, and once more, that a receive without a time-out waits."u8),
                Function("_poll"u8, &BoardFunctions.Poll, "_poll($module, sock)\n--\n\nReturn what a socket is ready for: 1 to receive, 2 to send, 4 an error, 8 a hang-up, added."u8),
                Function("_note_of"u8, &BoardFunctions.TakeNote, "_note_of($module, radio)\n--\n\nReturn the next thing that the radio's board did otherwise without an error, or None."u8),
                Function("_board_of"u8, &BoardFunctions.GetBoard, "_board_of($module, radio)\n--\n\nReturn the name of the board that the radio's sockets behave as, or None."u8),
                Function("_set_associated"u8, &BoardFunctions.SetAssociated, "_set_associated($module, radio, value)\n--\n\nSay whether the radio's board is in a network."u8),
                Function("_set_own"u8, &BoardFunctions.SetReach, "_set_own($module, radio, value)\n--\n\nSay whether addresses of this machine are reached as any other."u8),
                new()
                {
                    Name = Ascii.Of("_board_errnos"u8),
                    Function = (delegate* unmanaged<nint, nint, nint>)&BoardFunctions.GetErrnos,
                    Flags = Py.METH_NOARGS,
                    Doc = Ascii.Of("_board_errnos()\n--\n\nReturn the host's error numbers and newlib's, a list of pairs."u8),
                },
                new()
                {
                    Name = Ascii.Of("_explanation"u8),
                    Function = (delegate* unmanaged<nint, nint, nint>)&BoardFunctions.GetExplanation,
                    Flags = Py.METH_NOARGS,
                    Doc = Ascii.Of("_explanation()\n--\n\nReturn what the last error of a socket on this thread is explained with, or None."u8),
                },
                Function("_read_scenario"u8, &ScenarioObject.Read, "_read_scenario($module, path)\n--\n\nRead a scenario (TOML); ValueError with file, line and column."u8),
                Function("_scenario_facts"u8, &ScenarioObject.GetFacts, "_scenario_facts($module, scenario)\n--\n\nReturn what runs on a scenario's nodes, its seed and duration, as lines of words between tabs."u8),
                Function("_choose_seeds"u8, &ScenarioObject.ChooseSeeds, "_choose_seeds($module, last, shard)\n--\n\nReturn the first two of 0 to last that K/N, or for \"\" the environment, leaves of a sweep, a line each; ValueError if it is not understood."u8),
                Function("_set_scenario_board"u8, &ScenarioObject.SetBoard, "_set_scenario_board($module, scenario, node, board)\n--\n\nLet a node of a scenario be like a board."u8),
                Function("_is_open"u8, &SocketObject.IsOpen, "_is_open($module, sock)\n--\n\nReturn whether a socket is open."u8),
                Function("_receive"u8, &SocketObject.CarryIn, "_receive($module, sock, buffer, seconds)\n--\n\nAs recv_into, within a time of its own: None for ever, 0 without waiting. None if nothing is there yet."u8),
                Function("_send"u8, &SocketObject.CarryOut, "_send($module, sock, bytes, seconds)\n--\n\nAs send, within a time of its own: None for ever, 0 without waiting. None if there is no room yet."u8),
                new()
                {
                    Name = Ascii.Of("_allocated_bytes"u8),
                    Function = (delegate* unmanaged<nint, nint, nint>)&GetAllocatedBytes,
                    Flags = Py.METH_NOARGS,
                    Doc = Ascii.Of("_allocated_bytes()\n--\n\nReturn the bytes that this thread has taken from .NET's heap so far."u8),
                },
            ]);
            s_definition->Slots = TypeBuilder.Copy<Py.TypeSlot>(
                [new() { Slot = Py.Py_mod_exec, Value = (delegate* unmanaged<nint, int>)&Execute }]);
        }

        return Py.PyModuleDef_Init(s_definition);
    }

    private static Py.MethodDefinition Function(ReadOnlySpan<byte> name, delegate* unmanaged<nint, nint*, nint, nint, nint> function, ReadOnlySpan<byte> doc) =>
        new() { Name = Ascii.Of(name), Function = function, Flags = Py.METH_FASTCALL_KEYWORDS, Doc = Ascii.Of(doc) };

    [UnmanagedCallersOnly]
    private static int Execute(nint module)
    {
        try
        {
            nint interpreter = Py.PyInterpreterState_Get();
            if (Py.PyInterpreterState_GetID(interpreter) != 0)
            {
                // First of all: what Globals holds belongs to the main interpreter, and no other may replace it.
                return Globals.RefuseImport("socketpool works in the main interpreter only");
            }

            nint kept = Py.PyInterpreterState_GetDict(interpreter);
            if (kept == 0)
            {
                return -1;
            }

            // Taken out of sys.modules and imported again, the module must have the same types: radios and pools of the first
            // time are still there (wifi has one). An interpreter that was started again has a new dict.
            byte* mark = Ascii.Of("socketpool"u8);
            if (Py.PyDict_GetItemString(kept, mark) == 0
                && !(Globals.Load() && BuildTypes(module) && Py.PyDict_SetItemString(kept, mark, Globals.None) == 0))
            {
                return -1;
            }

            return Py.PyModule_AddObjectRef(module, Ascii.Of("_HostNetwork"u8), RadioObject.Type) == 0
                && Py.PyModule_AddObjectRef(module, Ascii.Of("_StackNetwork"u8), StackRadioObject.Type) == 0
                && Py.PyModule_AddObjectRef(module, Ascii.Of("_Chip"u8), ChipObject.Type) == 0
                && Py.PyModule_AddObjectRef(module, Ascii.Of("_Simulation"u8), SimulationObject.Type) == 0
                && Py.PyModule_AddObjectRef(module, Ascii.Of("Socket"u8), SocketObject.Type) == 0
                && Py.PyModule_AddObjectRef(module, Ascii.Of("SocketPool"u8), PoolObject.Type) == 0
                && ImportHook() ? 0 : -1;
        }
        catch (Exception e)
        {
            _ = Raise.From(e);
            return -1;
        }
    }

    /// <summary>TLS is Python's, imported with <c>ssl</c> (python/modules/socketpool/_ssl_hook.py).</summary>
    private static bool ImportHook()
    {
        nint hook = Py.PyImport_ImportModule(Ascii.Of("socketpool._ssl_hook"u8));
        if (hook != 0)
        {
            Py.Py_DecRef(hook);
        }

        return hook != 0;
    }

    /// <summary>The bases of the types are Python's: they say of names that are not there what to use (python/modules/socketpool/_absent.py).</summary>
    private static bool BuildTypes(nint module)
    {
        Redirection.Forget();
        Callers.Forget();
        Forks.Watch();
        nint absent = Py.PyImport_ImportModule(Ascii.Of("socketpool._absent"u8));
        nint sockets = absent == 0 ? 0 : Py.PyObject_GetAttrString(absent, Ascii.Of("SocketAbsences"u8));
        nint pools = sockets == 0 ? 0 : Py.PyObject_GetAttrString(absent, Ascii.Of("PoolAbsences"u8));
        bool isBuilt = pools != 0
            && RadioObject.Build(module) != 0
            && StackRadioObject.Build(module) != 0
            && ChipObject.Build(module) != 0
            && HandleObject.Build(module) != 0
            && SimulationObject.Build(module) != 0
            && SocketObject.Build(module, sockets) != 0
            && PoolObject.Build(module, pools) != 0;
        foreach (nint o in (ReadOnlySpan<nint>)[absent, sockets, pools])
        {
            if (o != 0)
            {
                Py.Py_DecRef(o);
            }
        }

        return isBuilt;
    }

    [UnmanagedCallersOnly]
    private static nint IsOnStack(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        return s_isOnStack.Bind(args, count, keywords, places) ? Py.PyBool_FromLong(SocketObject.IsOnStack(places[0]) ? 1 : 0) : 0;
    }

    [UnmanagedCallersOnly]
    private static nint GetAllocatedBytes(nint module, nint unused) => Numbers.New(GC.GetAllocatedBytesForCurrentThread());

    [UnmanagedCallersOnly]
    private static nint GetAddressInfo(nint module, nint* args, nint count, nint keywords)
    {
        try
        {
            HostNetwork.Default.Interrupted ??= Gil.OnInterrupted;
            return PoolObject.GetAddressInfo(SocketPool.For(HostNetwork.Default), args, count, keywords);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }
}
