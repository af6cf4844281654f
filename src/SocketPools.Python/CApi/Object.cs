using System.Runtime.InteropServices;

namespace SocketPools.Python.CApi;

/// <summary>object.h and abstract.h: objects, types, attributes and calls. References are counted by function, as the stable ABI wants.</summary>
internal static unsafe partial class Py
{
    private const string Library = "python";

    internal const int Py_TPFLAGS_BASETYPE = 1 << 10;
    internal const int Py_TPFLAGS_DISALLOW_INSTANTIATION = 1 << 7;
    internal const int Py_TPFLAGS_HAVE_GC = 1 << 14;
    internal const int Py_TPFLAGS_DEFAULT = 1 << 18;

    // typeslots.h
    internal const int Py_tp_dealloc = 52;
    internal const int Py_tp_doc = 56;
    internal const int Py_tp_free = 74;
    internal const int Py_tp_getset = 73;
    internal const int Py_tp_members = 72;
    internal const int Py_tp_traverse = 71;
    internal const int Py_tp_methods = 64;
    internal const int Py_tp_new = 65;
    internal const int Py_tp_repr = 66;

    // methodobject.h
    internal const int METH_NOARGS = 0x4;
    internal const int METH_FASTCALL_KEYWORDS = 0x80 | 0x2;

    // Flags of PyType_GetFlags that name the built-in ancestors.
    internal const uint Py_TPFLAGS_LONG_SUBCLASS = 1u << 24;
    internal const uint Py_TPFLAGS_LIST_SUBCLASS = 1u << 25;
    internal const uint Py_TPFLAGS_TUPLE_SUBCLASS = 1u << 26;
    internal const uint Py_TPFLAGS_BYTES_SUBCLASS = 1u << 27;
    internal const uint Py_TPFLAGS_UNICODE_SUBCLASS = 1u << 28;

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial uint PyType_GetFlags(nint type);

    /// <summary>Py_TYPE, which the stable ABI reads from the object's beginning. Borrowed.</summary>
    internal static nint TypeOf(nint o) => ((ObjectHead*)o)->Type;

    internal static bool Is(nint o, uint flag) => (PyType_GetFlags(TypeOf(o)) & flag) != 0;

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void Py_IncRef(nint o);

    [LibraryImport(Library)]
    internal static partial void Py_DecRef(nint o);

    [LibraryImport(Library)]
    internal static partial nint PyType_FromModuleAndSpec(nint module, TypeSpec* spec, nint bases);

    [LibraryImport(Library)]
    internal static partial nint PyType_GenericAlloc(nint type, nint count);

    [LibraryImport(Library)]
    internal static partial void* PyType_GetSlot(nint type, int slot);

    [LibraryImport(Library)]
    internal static partial int PyType_IsSubtype(nint type, nint of);

    [LibraryImport(Library)]
    internal static partial void PyObject_GC_UnTrack(nint o);

    [LibraryImport(Library)]
    internal static partial void PyObject_ClearWeakRefs(nint o);

    [LibraryImport(Library)]
    internal static partial nint PyObject_GetAttrString(nint o, byte* name);

    [LibraryImport(Library)]
    internal static partial int PyObject_SetAttrString(nint o, byte* name, nint value);

    [LibraryImport(Library)]
    internal static partial int PyObject_IsTrue(nint o);

    /// <summary>Calls with a tuple of arguments.</summary>
    [LibraryImport(Library)]
    internal static partial nint PyObject_CallObject(nint o, nint arguments);

    [LibraryImport(Library)]
    internal static partial int PyIndex_Check(nint o);

    [LibraryImport(Library)]
    internal static partial nint PyNumber_Index(nint o);

    /// <summary>The beginning of every object; the fields are the interpreter's.</summary>
    internal struct ObjectHead
    {
        internal nint ReferenceCount;
        internal nint Type;
    }

    /// <summary>PyType_Spec.</summary>
    internal struct TypeSpec
    {
        internal byte* Name;
        internal int BasicSize;
        internal int ItemSize;
        internal uint Flags;
        internal TypeSlot* Slots;
    }

    /// <summary>PyType_Slot.</summary>
    internal struct TypeSlot
    {
        internal int Slot;
        internal void* Value;
    }

    /// <summary>PyMethodDef.</summary>
    internal struct MethodDefinition
    {
        internal byte* Name;
        internal void* Function;
        internal int Flags;
        internal byte* Doc;
    }

    /// <summary>PyGetSetDef.</summary>
    internal struct GetSetDefinition
    {
        internal byte* Name;
        internal void* Get;
        internal void* Set;
        internal byte* Doc;
        internal void* Closure;
    }

    /// <summary>PyMemberDef.</summary>
    internal struct MemberDefinition
    {
        internal byte* Name;
        internal int Type;
        internal nint Offset;
        internal int Flags;
        internal byte* Doc;
    }
}
