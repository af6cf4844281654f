using System.Net.Sockets;
using SocketPools.Python.CApi;
using SocketPools.Radios;

namespace SocketPools.Python.PyTypes;

/// <summary>Addresses between .NET and the interpreter: <c>(host, port)</c>, IPv6 <c>(host, port, flowinfo, scope_id)</c>.</summary>
internal static unsafe class Addresses
{
    /// <summary>
    /// Reads a tuple or list and resolves its host in the family, letting other threads run. False with the error set.
    /// </summary>
    internal static bool TryResolve(nint o, string function, SocketPool pool, AddressFamily family, in Deadline deadline, out IPSocketAddress address)
    {
        address = default;
        string name = family == AddressFamily.InterNetworkV6 ? "AF_INET6" : "AF_INET";
        bool isTuple = Py.Is(o, Py.Py_TPFLAGS_TUPLE_SUBCLASS);
        if (!isTuple && !Py.Is(o, Py.Py_TPFLAGS_LIST_SUBCLASS))
        {
            Raise.TypeError($"{function}(): {name} address must be tuple, not {Text.TypeName(o)}: {function}((host, port))");
            return false;
        }

        if (isTuple)
        {
            return TryResolveTuple(o, function, pool, family, deadline, out address);
        }

        // A copy: reading a number may run the program's code (__index__), which may change the list.
        nint items = Py.PyList_AsTuple(o);
        if (items == 0)
        {
            return false;
        }

        try
        {
            return TryResolveTuple(items, function, pool, family, deadline, out address);
        }
        finally
        {
            Py.Py_DecRef(items);
        }
    }

    /// <summary>A new tuple; 0 with the error set.</summary>
    internal static nint New(in IPSocketAddress address)
    {
        if (!address.HasValue)
        {
            return Globals.NewNone();
        }

        bool isV6 = address.Family == AddressFamily.InterNetworkV6;
        nint tuple = Py.PyTuple_New(isV6 ? 4 : 2);
        if (tuple == 0)
        {
            return 0;
        }

        _ = Py.PyTuple_SetItem(tuple, 0, NewHost(address));
        _ = Py.PyTuple_SetItem(tuple, 1, Numbers.New(address.Port));
        if (isV6)
        {
            _ = Py.PyTuple_SetItem(tuple, 2, Numbers.New(address.FlowInfo));
            _ = Py.PyTuple_SetItem(tuple, 3, Numbers.New(address.ScopeId));
        }

        return tuple;
    }

    /// <summary>A host: str, bytes or bytearray. Null with the error set.</summary>
    internal static string? ReadHost(nint o, string function)
    {
        string? text;
        if (Py.Is(o, Py.Py_TPFLAGS_UNICODE_SUBCLASS))
        {
            text = Text.Read(o);
        }
        else if (Py.Is(o, Py.Py_TPFLAGS_BYTES_SUBCLASS) || Py.PyType_IsSubtype(Py.TypeOf(o), Globals.ByteArray) != 0)
        {
            text = ReadBytes(o);
        }
        else
        {
            string hint = o == Globals.None ? ": no host was given; os.getenv() of a key that is missing gives None" : "";
            return Null(Raise.TypeError($"{function}(): str, bytes or bytearray expected, not {Text.TypeName(o)}{hint}"));
        }

        if (text is not null && text.Contains('\0', StringComparison.Ordinal))
        {
            return Null(Raise.TypeError("host name must not contain null character"));
        }

        return text is null || Hints.ForHost(text) is not { } wrong ? text : Null(Raise.AddressInfo(wrong));
    }

    private static string? ReadBytes(nint o)
    {
        Buffers buffer = default;
        if (!buffer.TryGet(o))
        {
            return null;
        }

        string text = System.Text.Encoding.Latin1.GetString(buffer.Bytes);
        buffer.Release();
        return text;
    }

    private static string? Null(nint failed)
    {
        _ = failed;
        return null;
    }

    private static nint NewHost(in IPSocketAddress address)
    {
        // Digits as inet_ntop(3) writes them; a scope is told by its number, in the tuple.
        Span<byte> bytes = stackalloc byte[16];
        int length = address.WriteAddress(bytes);
        return Text.New(new System.Net.IPAddress(bytes[..length]).ToString());
    }

    /// <summary>As <see cref="TryResolve"/>; the tuple keeps its items alive meanwhile.</summary>
    private static bool TryResolveTuple(nint o, string function, SocketPool pool, AddressFamily family, in Deadline deadline, out IPSocketAddress address)
    {
        address = default;
        bool isV6 = family == AddressFamily.InterNetworkV6;
        nint count = Py.PyTuple_Size(o);
        if (count < 2 || count > (isV6 ? 4 : 2))
        {
            Raise.TypeError(isV6
                ? $"{function}(): AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"
                : $"{function}(): AF_INET address must be a pair (host, port); getaddrinfo(host, port)[0][4] is one");
            return false;
        }

        long flow = 0;
        long scope = 0;
        if (ReadHost(Py.PyTuple_GetItem(o, 0), function) is not { } host
            || !TryReadNumber(Py.PyTuple_GetItem(o, 1), $"{function}(): port", 65535, out long port)
            || (count > 2 && !TryReadNumber(Py.PyTuple_GetItem(o, 2), $"{function}(): flowinfo", 0xFFFFF, out flow))
            || (count > 3 && !TryReadNumber(Py.PyTuple_GetItem(o, 3), $"{function}(): scope_id", uint.MaxValue, out scope)))
        {
            return false;
        }

        int target = (int)port;
        if (!Redirection.TryLead(function, ref host, ref target))
        {
            return false;
        }

        address = Resolve(pool, host, target, family, deadline);
        if (isV6)
        {
            Span<byte> bytes = stackalloc byte[16];
            address.WriteAddress(bytes);
            address = new IPSocketAddress(bytes, target, (uint)flow, scope != 0 ? (uint)scope : address.ScopeId);
        }

        return true;
    }

    private static IPSocketAddress Resolve(SocketPool pool, string host, int port, AddressFamily family, in Deadline deadline)
    {
        Gil.Release();
        try
        {
            return pool.ResolveHost(host, port, family, deadline);
        }
        finally
        {
            Gil.Acquire();
        }
    }

    private static bool TryReadNumber(nint o, string what, long most, out long value)
    {
        if (!Numbers.TryRead(o, what, out value))
        {
            return false;
        }

        if (value < 0 || value > most)
        {
            Raise.OverflowError($"{what} must be 0-{most}.");
            return false;
        }

        return true;
    }
}
