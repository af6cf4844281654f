using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;
using SocketPools.Stack.Sockets;

namespace SocketPools.Python;

/// <summary><c>socketpool.Socket</c>: made by a pool and by accept, never directly. No receive that allocates.</summary>
internal static unsafe partial class SocketObject
{
    private static nint s_type;

    /// <summary>The type, once it has been made.</summary>
    internal static nint Type => s_type;

    /// <summary>Makes the type; 0 with the error set.</summary>
    internal static nint Build(nint module, nint bases)
    {
        TypeBuilder type = new TypeBuilder()
            .Doc("A socket of a pool: TCP, UDP or RAW. Made by SocketPool.socket() and accept(), not directly.\n\nOffers a subset of CPython's socket.socket, with only the receives that do not allocate."u8)
            .Slot(Py.Py_tp_dealloc, (delegate* unmanaged<nint, void>)&Deallocate)
            .Slot(Py.Py_tp_traverse, (delegate* unmanaged<nint, nint, nint, int>)&Traverse)
            .Slot(Py.Py_tp_repr, (delegate* unmanaged<nint, nint>)&Represent)
            .WeakReferencesAt(Instance.WeakReferencesOffset)
            .Method("close"u8, &Close, "close($self)\n--\n\nClose the socket and give its place in the pool back. Calls that wait on it in other threads fail with EBADF."u8)
            .Method("__enter__"u8, &Enter, "__enter__($self)\n--\n\nReturn the socket."u8)
            .Method("__exit__"u8, &Exit, "__exit__($self, *exception)\n--\n\nClose the socket."u8)
            .Method("__reduce_ex__"u8, &Reduce, "__reduce_ex__($self, protocol)\n--\n\nTypeError: sockets are neither copied nor pickled."u8)
            .Property("family"u8, &GetFamily, "AF_INET or AF_INET6."u8)
            .Property("type"u8, &GetType, "SOCK_STREAM, SOCK_DGRAM or SOCK_RAW."u8)
            .Property("proto"u8, &GetProtocol, "The protocol in use."u8);
        AddTransfer(type);
        AddConnecting(type);
        AddOptions(type);
        s_type = type.Build(module, "socketpool.Socket"u8, Instance.Size, Py.Py_TPFLAGS_DISALLOW_INSTANTIATION | Py.Py_TPFLAGS_HAVE_GC, bases);
        return s_type;
    }

    /// <summary>A new object for a socket, which it closes if that fails.</summary>
    internal static nint New(PoolSocket socket, nint pool, double? timeout)
    {
        Traffic traffic = Instance.Get<PythonRadio>(Instance.Get<PythonPool>(pool).Radio).Traffic;
        nint o = Instance.New(s_type, new PythonSocket(socket, pool, traffic) { Timeout = timeout });
        if (o == 0)
        {
            // The error stays set while other threads run.
            nint type, value, traceback;
            Py.PyErr_Fetch(&type, &value, &traceback);
            CloseUnlocked(socket);
            Py.PyErr_Restore(type, value, traceback);
            return 0;
        }

        Py.Py_IncRef(pool);
        return o;
    }

    /// <summary>Whether an object is a socket of a stack.</summary>
    internal static bool IsOnStack(nint o) => Py.PyType_IsSubtype(Py.TypeOf(o), s_type) != 0 && Get(o).Socket.RadioSocket is IStackSocket;

    private static PythonSocket Get(nint self) => Instance.Get<PythonSocket>(self);

    [UnmanagedCallersOnly]
    private static int Traverse(nint self, nint visit, nint argument) =>
        Instance.Visit(self, Instance.IsComplete(self) ? Get(self).Pool : 0, (delegate* unmanaged<nint, nint, int>)visit, argument);

    [UnmanagedCallersOnly]
    private static void Deallocate(nint self)
    {
        Py.PyObject_GC_UnTrack(self);
        PythonSocket state = Get(self);
        if (state.Socket.State != Diagnostics.SocketState.Closed)
        {
            // Whatever error is under way stays; the warning may itself be an error, which cannot be caught here.
            nint type, value, traceback;
            Py.PyErr_Fetch(&type, &value, &traceback);
            try
            {
                Warn(state);
            }
            catch (Exception e)
            {
                Unraisable.From(e);
            }

            Instance.ClearWeakReferences(self);
            CloseUnlocked(state.Socket);
            Py.PyErr_Restore(type, value, traceback);
        }

        Instance.Free(self);
        Py.Py_DecRef(state.Pool);
    }

    /// <summary>
    /// Closes while other threads run: close(2) may wait for the peer (SO_LINGER), and a stack's for its links. An exception, which none of
    /// our radios throws, is reported as one that cannot be raised.
    /// </summary>
    private static void CloseUnlocked(PoolSocket socket)
    {
        Exception? failure = null;
        Gil.Release();
        try
        {
            socket.Close();
        }
        catch (Exception e)
        {
            failure = e;
        }

        Gil.Acquire();
        if (failure is not null)
        {
            Unraisable.From(failure);
        }
    }

    private static void Warn(PythonSocket state)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes($"unclosed {Describe(state)}\0");
        fixed (byte* first = text)
        {
            if (Py.PyErr_WarnEx(Globals.ResourceWarning, first, 1) != 0)
            {
                Py.PyErr_WriteUnraisable(Globals.None);
            }
        }
    }

    [UnmanagedCallersOnly]
    private static nint Represent(nint self)
    {
        try
        {
            return Text.New(Describe(Get(self)));
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    private static string Describe(PythonSocket state)
    {
        PoolSocket socket = state.Socket;
        Diagnostics.SocketSnapshot s = socket.GetSnapshot();
        string kind = $"<socketpool.Socket #{s.Id}, family={BoardNumbers.ToNative(s.Family)}, type={(int)s.Type}, proto={(int)s.Protocol}";
        if (s.State == Diagnostics.SocketState.Closed)
        {
            return kind + ", closed>";
        }

        return kind + (socket.RadioSocket is IStackSocket ? "" : $", fd={socket.Descriptor}") + $", {s.State.ToString().ToLowerInvariant()}"
            + (s.Local.HasValue ? $", laddr={s.Local}" : "") + (s.Remote.HasValue ? $", raddr={s.Remote}" : "") + ">";
    }

    [UnmanagedCallersOnly]
    private static nint Close(nint self, nint unused)
    {
        CloseUnlocked(Get(self).Socket);
        return Globals.NewNone();
    }

    [UnmanagedCallersOnly]
    private static nint Enter(nint self, nint unused)
    {
        Py.Py_IncRef(self);
        return self;
    }

    [UnmanagedCallersOnly]
    private static nint Exit(nint self, nint* args, nint count, nint keywords)
    {
        CloseUnlocked(Get(self).Socket);
        return Globals.NewNone();
    }

    [UnmanagedCallersOnly]
    private static nint Reduce(nint self, nint* args, nint count, nint keywords) => Raise.TypeError("cannot pickle 'Socket' object");

    [UnmanagedCallersOnly]
    private static nint GetFamily(nint self, nint closure) => Numbers.New(BoardNumbers.ToNative(Get(self).Socket.Family));

    [UnmanagedCallersOnly]
    private static nint GetType(nint self, nint closure) => Numbers.New((int)Get(self).Socket.Type);

    [UnmanagedCallersOnly]
    private static nint GetProtocol(nint self, nint closure) => Numbers.New((int)Get(self).Socket.Protocol);
}
