using System.Runtime.InteropServices;

namespace SocketPools.Python.CApi;

/// <summary>moduleobject.h and import.h.</summary>
internal static unsafe partial class Py
{
    internal const int Py_mod_exec = 2;

    [LibraryImport(Library)]
    internal static partial nint PyModuleDef_Init(ModuleDefinition* definition);

    /// <summary>Does not take the reference to the value.</summary>
    [LibraryImport(Library)]
    internal static partial int PyModule_AddObjectRef(nint module, byte* name, nint value);

    [LibraryImport(Library)]
    internal static partial nint PyImport_ImportModule(byte* name);

    /// <summary>PyModuleDef.</summary>
    internal struct ModuleDefinition
    {
        internal ObjectHead Head;
        internal nint Init;
        internal nint Index;
        internal nint Copy;
        internal byte* Name;
        internal byte* Doc;
        internal nint Size;
        internal MethodDefinition* Methods;
        internal TypeSlot* Slots;
        internal nint Traverse;
        internal nint Clear;
        internal void* Free;
    }
}
