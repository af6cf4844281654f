using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;

namespace SocketPools.Python;

/// <summary><c>socketpool.SocketPool</c>: the sockets of one radio, used in place of CPython's <c>socket</c> module.</summary>
internal static unsafe partial class PoolObject
{
    private static readonly Parameters s_new = new("SocketPool", 1, "radio");
    private static readonly Parameters s_socket = new("socket", 0, "family", "type", "proto");
    private static nint s_type;

    /// <summary>The type, once it has been made.</summary>
    internal static nint Type => s_type;

    /// <summary>Makes the type; 0 with the error set.</summary>
    internal static nint Build(nint module, nint bases)
    {
        s_type = new TypeBuilder()
            .Doc("SocketPool(radio)\n--\n\nThe sockets of a radio. Every call for the same radio returns the same pool."u8)
            .Slot(Py.Py_tp_new, (delegate* unmanaged<nint, nint, nint, nint>)&New)
            .Slot(Py.Py_tp_dealloc, (delegate* unmanaged<nint, void>)&Deallocate)
            .Slot(Py.Py_tp_traverse, (delegate* unmanaged<nint, nint, nint, int>)&Traverse)
            .Slot(Py.Py_tp_repr, (delegate* unmanaged<nint, nint>)&Represent)
            .WeakReferencesAt(Instance.WeakReferencesOffset)
            .Method("socket"u8, &Socket, "socket($self, family=2, type=1, proto=0)\n--\n\nMake a TCP, UDP or RAW socket, by default AF_INET and SOCK_STREAM. RuntimeError when the pool has none left."u8)
            .Method("getaddrinfo"u8, &GetAddressInfo, "getaddrinfo($self, host, port, family=0, type=0, proto=0, flags=0)\n--\n\nReturn what socket() and connect() want: a list of (family, type, proto, canonname, address)."u8)
            .Build(module, "socketpool.SocketPool"u8, Instance.Size, Py.Py_TPFLAGS_HAVE_GC, bases);
        if (s_type == 0)
        {
            return 0;
        }

        foreach ((string name, int value) in BoardNumbers.Constants)
        {
            SetAttribute(name, Numbers.New(value));
        }

        Py.Py_IncRef(Globals.AddressInfoError);
        SetAttribute("gaierror", Globals.AddressInfoError);
        return Py.PyErr_Occurred() == 0 ? s_type : 0;
    }

    [UnmanagedCallersOnly]
    private static nint New(nint type, nint args, nint keywords)
    {
        try
        {
            nint given = Py.PyTuple_Size(args);
            Span<nint> places = stackalloc nint[1];
            nint first = given > 0 ? Py.PyTuple_GetItem(args, 0) : 0;
            if (keywords != 0 && Py.PyDict_Size(keywords) > 0)
            {
                // One keyword is the radio; whatever else there is, is refused by its name.
                return NewByKeyword(type, given, keywords);
            }

            return s_new.Bind(&first, given, 0, places) ? NewFor(type, places[0]) : 0;
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    private static nint NewByKeyword(nint type, nint given, nint keywords)
    {
        nint position = 0, key, value;
        if (given == 0 && Py.PyDict_Size(keywords) == 1 && Py.PyDict_Next(keywords, &position, &key, &value) != 0 && Text.Read(key) == "radio")
        {
            return NewFor(type, value);
        }

        return Raise.TypeError("SocketPool() takes one argument: radio");
    }

    private static nint NewFor(nint type, nint radio)
    {
        if (!RadioObject.Is(radio))
        {
            return Raise.ValueError($"SocketPool() wants a radio: wifi.radio, hostnetwork.HostNetwork() or one of stacknetwork, not {Text.TypeName(radio)}");
        }

        PythonRadio state = Instance.Get<PythonRadio>(radio);
        if (state.Pool != 0)
        {
            Py.Py_IncRef(state.Pool);
            return state.Pool;
        }

        SocketPool pool = SocketPool.For(state.Radio);
        pool.FindCaller = static () => Callers.Noted;
        nint o = Instance.New(type, new PythonPool(pool, radio));
        if (o != 0)
        {
            Forks.Add(pool);
            Py.Py_IncRef(radio);
            state.Pool = o;
        }

        return o;
    }

    [UnmanagedCallersOnly]
    private static int Traverse(nint self, nint visit, nint argument) =>
        Instance.Visit(
            self,
            Instance.IsComplete(self) ? Instance.Get<PythonPool>(self).Radio : 0,
            (delegate* unmanaged<nint, nint, int>)visit,
            argument);

    [UnmanagedCallersOnly]
    private static void Deallocate(nint self)
    {
        Py.PyObject_GC_UnTrack(self);
        PythonPool state = Instance.Get<PythonPool>(self);
        nint radio = state.Radio;
        Instance.Get<PythonRadio>(radio).Pool = 0;
        Forks.Remove(state.Pool);
        Instance.Free(self);
        Py.Py_DecRef(radio);
    }

    [UnmanagedCallersOnly]
    private static nint Represent(nint self)
    {
        try
        {
            SocketPool pool = Instance.Get<PythonPool>(self).Pool;
            return Text.New($"<socketpool.SocketPool of {pool.Radio.Name}: {pool.OpenCount} of {pool.MaxSockets} sockets>");
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint Socket(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[3];
        if (!s_socket.Bind(args, count, keywords, places)
            || !TryReadOptional(places[0], "family", out int family, 2)
            || !TryReadOptional(places[1], "type", out int type, 1)
            || !TryReadOptional(places[2], "proto", out int protocol))
        {
            return 0;
        }

        try
        {
            Callers.Note();
            PoolSocket socket = Instance.Get<PythonPool>(self).Pool.CreateSocket(BoardNumbers.ToFamily(family), (SocketType)type, (ProtocolType)protocol);
            return SocketObject.New(socket, self, null);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    private static bool TryReadOptional(nint o, string what, out int value, int otherwise = 0)
    {
        value = otherwise;
        if (o != 0 && Py.Is(o, Py.Py_TPFLAGS_UNICODE_SUBCLASS))
        {
            string example = what switch { "family" => "pool.AF_INET", "type" => "pool.SOCK_STREAM", _ => "0" };
            return Raise.TypeError($"{what} must be an integer, not str: {example}") != 0;
        }

        return o == 0 || Numbers.TryReadInt(o, what, out value);
    }

    /// <summary>Takes the reference.</summary>
    private static void SetAttribute(string name, nint value)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(name + "\0");
        fixed (byte* first = bytes)
        {
            _ = Py.PyObject_SetAttrString(s_type, first, value);
        }

        Py.Py_DecRef(value);
    }
}
