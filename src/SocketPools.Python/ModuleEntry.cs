using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;

namespace SocketPools.Python;

/// <summary>The module: what the interpreter calls first.</summary>
internal static unsafe class ModuleEntry
{
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
                new()
                {
                    Name = Ascii.Of("getaddrinfo"u8),
                    Function = (delegate* unmanaged<nint, nint*, nint, nint, nint>)&GetAddressInfo,
                    Flags = Py.METH_FASTCALL_KEYWORDS,
                    Doc = Ascii.Of("getaddrinfo($module, host, port, family=0, type=0, proto=0, flags=0)\n--\n\nAs SocketPool.getaddrinfo, on the host's network."u8),
                },
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

    [UnmanagedCallersOnly]
    private static int Execute(nint module)
    {
        if (!Globals.Load())
        {
            return -1;
        }

        if (Py.PyInterpreterState_GetID(Py.PyInterpreterState_Get()) != 0)
        {
            Raise.Set(Globals.ImportError, "socketpool works in the main interpreter only");
            return -1;
        }

        Forks.Watch();
        nint radio = RadioObject.Build(module);
        nint socket = radio == 0 ? 0 : SocketObject.Build(module);
        nint pool = socket == 0 ? 0 : PoolObject.Build(module);
        return pool != 0
            && Py.PyModule_AddObjectRef(module, Ascii.Of("_HostNetwork"u8), radio) == 0
            && Py.PyModule_AddObjectRef(module, Ascii.Of("Socket"u8), socket) == 0
            && Py.PyModule_AddObjectRef(module, Ascii.Of("SocketPool"u8), pool) == 0 ? 0 : -1;
    }

    [UnmanagedCallersOnly]
    private static nint GetAllocatedBytes(nint module, nint unused) => Numbers.New(GC.GetAllocatedBytesForCurrentThread());

    [UnmanagedCallersOnly]
    private static nint GetAddressInfo(nint module, nint* args, nint count, nint keywords)
    {
        HostNetwork.Default.Interrupted ??= Gil.OnInterrupted;
        return PoolObject.GetAddressInfo(SocketPool.For(HostNetwork.Default), args, count, keywords);
    }
}
