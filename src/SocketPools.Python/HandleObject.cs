using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;

namespace SocketPools.Python;

/// <summary><c>_Handle</c>: an object of .NET that Python keeps and gives back, and cannot look into.</summary>
internal static unsafe class HandleObject
{
    private static nint s_type;

    /// <summary>Makes the type; 0 with the error set.</summary>
    internal static nint Build(nint module)
    {
        s_type = new TypeBuilder()
            .Doc("What a simulation keeps: a thread's place, a wait, a node, a rule. Not made directly."u8)
            .Slot(Py.Py_tp_dealloc, (delegate* unmanaged<nint, void>)&Deallocate)
            .Build(module, "socketpool._Handle"u8, Instance.Size, Py.Py_TPFLAGS_DISALLOW_INSTANTIATION);
        return s_type;
    }

    /// <summary>A new object; 0 with the error set.</summary>
    internal static nint New(object target) => Instance.New(s_type, target);

    /// <summary>What is in a handle; null with the error set for another object.</summary>
    internal static T? Read<T>(nint o)
        where T : class
    {
        if (Is(o) && Instance.Get<object>(o) is T target)
        {
            return target;
        }

        Raise.TypeError($"a handle of a {typeof(T).Name} is needed, not {Text.TypeName(o)}");
        return null;
    }

    internal static bool Is(nint o) => Py.TypeOf(o) == s_type;

    [UnmanagedCallersOnly]
    private static void Deallocate(nint self) => Instance.Free(self);
}
