using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SocketPools.Python.CApi;

namespace SocketPools.Python.PyTypes;

/// <summary>What an object of one of our types looks like to the interpreter: its own beginning, then our object of .NET.</summary>
internal unsafe struct Instance
{
    internal Py.ObjectHead Head;
    internal nint Handle;
    internal nint WeakReferences;

    internal static int Size => sizeof(Instance);

    internal static int WeakReferencesOffset => sizeof(Py.ObjectHead) + sizeof(nint);

    /// <summary>A new object that holds a .NET one; 0 with the error set.</summary>
    internal static nint New(nint type, object target)
    {
        nint o = Py.PyType_GenericAlloc(type, 0);
        if (o != 0)
        {
            ((Instance*)o)->Handle = GCHandle.ToIntPtr(GCHandle.Alloc(target));
        }

        return o;
    }

    /// <summary>Our object. The interpreter has checked the type before it calls a method of ours.</summary>
    internal static T Get<T>(nint o)
        where T : class => Unsafe.As<T>(GCHandle.FromIntPtr(((Instance*)o)->Handle).Target!);

    /// <summary>
    /// For tp_traverse: shows the collector what an object refers to, its type and one other. No tp_clear is needed: a cycle
    /// goes through an object of Python's, which has one.
    /// </summary>
    internal static int Visit(nint o, nint referred, delegate* unmanaged<nint, nint, int> visit, nint argument)
    {
        int result = visit(Py.TypeOf(o), argument);
        return result != 0 || referred == 0 ? result : visit(referred, argument);
    }

    /// <summary>Whether the object has been given its .NET object yet.</summary>
    internal static bool IsComplete(nint o) => ((Instance*)o)->Handle != 0;

    /// <summary>From now on no weak reference leads to the object, whatever other threads do while it ends.</summary>
    internal static void ClearWeakReferences(nint o)
    {
        if (((Instance*)o)->WeakReferences != 0)
        {
            Py.PyObject_ClearWeakRefs(o);
        }
    }

    /// <summary>The last reference is gone: lets go of ours and frees the memory.</summary>
    internal static void Free(nint o)
    {
        Instance* instance = (Instance*)o;
        ClearWeakReferences(o);
        if (instance->Handle != 0)
        {
            GCHandle.FromIntPtr(instance->Handle).Free();
        }

        nint type = Py.TypeOf(o);
        ((delegate* unmanaged<nint, void>)Py.PyType_GetSlot(type, Py.Py_tp_free))(o);
        Py.Py_DecRef(type);
    }
}
