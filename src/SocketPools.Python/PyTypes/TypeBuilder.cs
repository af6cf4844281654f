using System.Runtime.InteropServices;
using SocketPools.Python.CApi;

namespace SocketPools.Python.PyTypes;

/// <summary>
/// Collects what a type is made of. The tables live as long as the process: the interpreter keeps pointers into them.
/// </summary>
internal sealed unsafe class TypeBuilder
{
    private const int PySsizeT = 19;
    private const int ReadOnly = 1;

    private readonly List<Py.TypeSlot> _slots = [];
    private readonly List<Py.MethodDefinition> _methods = [];
    private readonly List<Py.GetSetDefinition> _properties = [];

    internal TypeBuilder Doc(ReadOnlySpan<byte> literal) => Slot(Py.Py_tp_doc, Ascii.Of(literal));

    internal TypeBuilder Slot(int slot, void* value)
    {
        _slots.Add(new Py.TypeSlot { Slot = slot, Value = value });
        return this;
    }

    internal TypeBuilder Method(ReadOnlySpan<byte> name, delegate* unmanaged<nint, nint*, nint, nint, nint> function, ReadOnlySpan<byte> doc, int flags = 0)
    {
        _methods.Add(new Py.MethodDefinition { Name = Ascii.Of(name), Function = function, Flags = Py.METH_FASTCALL_KEYWORDS | flags, Doc = Ascii.Of(doc) });
        return this;
    }

    internal TypeBuilder Method(ReadOnlySpan<byte> name, delegate* unmanaged<nint, nint, nint> function, ReadOnlySpan<byte> doc)
    {
        _methods.Add(new Py.MethodDefinition { Name = Ascii.Of(name), Function = function, Flags = Py.METH_NOARGS, Doc = Ascii.Of(doc) });
        return this;
    }

    internal TypeBuilder Property(ReadOnlySpan<byte> name, delegate* unmanaged<nint, nint, nint> get, ReadOnlySpan<byte> doc)
    {
        _properties.Add(new Py.GetSetDefinition { Name = Ascii.Of(name), Get = get, Doc = Ascii.Of(doc) });
        return this;
    }

    /// <summary>Says where the list of weak references is, as a read-only member that the interpreter looks for.</summary>
    internal TypeBuilder WeakReferencesAt(int offset)
    {
        Py.MemberDefinition* members = Allocate<Py.MemberDefinition>(2);
        members[0] = new Py.MemberDefinition { Name = Ascii.Of("__weaklistoffset__"u8), Type = PySsizeT, Offset = offset, Flags = ReadOnly };
        return Slot(Py.Py_tp_members, members);
    }

    /// <summary>Makes the type, of a base or of none (0); 0 with the error set.</summary>
    internal nint Build(nint module, ReadOnlySpan<byte> name, int size, int flags, nint bases = 0)
    {
        Slot(Py.Py_tp_methods, Copy(_methods));
        Slot(Py.Py_tp_getset, Copy(_properties));
        Py.TypeSpec* spec = Allocate<Py.TypeSpec>(1);
        *spec = new Py.TypeSpec
        {
            Name = Ascii.Of(name),
            BasicSize = size,
            Flags = (uint)(Py.Py_TPFLAGS_DEFAULT | flags),
            Slots = Copy(_slots),
        };
        return Py.PyType_FromModuleAndSpec(module, spec, bases);
    }

    /// <summary>The items, and a zero one that ends the table.</summary>
    internal static T* Copy<T>(List<T> items)
        where T : unmanaged
    {
        T* copy = Allocate<T>(items.Count + 1);
        CollectionsMarshal.AsSpan(items).CopyTo(new Span<T>(copy, items.Count));
        return copy;
    }

    private static T* Allocate<T>(int count)
        where T : unmanaged => (T*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(T));
}
