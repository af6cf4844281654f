using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;
using SocketPools.Radios;

namespace SocketPools.Python;

/// <summary>getaddrinfo: its arguments, and its rows as Python has them.</summary>
internal static unsafe partial class PoolObject
{
    private static readonly Parameters s_getAddressInfo = new("getaddrinfo", 2, "host", "port", "family", "type", "proto", "flags");

    /// <summary>Also the module's function, which asks the host.</summary>
    internal static nint GetAddressInfo(SocketPool pool, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[6];
        if (!s_getAddressInfo.Bind(args, count, keywords, places)
            || !TryReadHost(places[0], out string? host)
            || !TryReadService(places[1], out string? service)
            || !TryReadOptional(places[2], "family", out int family)
            || !TryReadOptional(places[3], "type", out int type)
            || !TryReadOptional(places[4], "proto", out int protocol)
            || !TryReadOptional(places[5], "flags", out int flags))
        {
            return 0;
        }

        int port = 0;
        if (host is not null && !Redirection.TryLead("getaddrinfo", ref host, ref port))
        {
            return 0;
        }

        try
        {
            IReadOnlyList<AddressInfo> rows;
            Gil.Release();
            try
            {
                rows = pool.GetAddressInfo(host, service, BoardNumbers.ToFamily(family), (SocketType)type, (ProtocolType)protocol, (AddressInfoFlags)flags);
            }
            finally
            {
                Gil.Acquire();
            }

            return NewList(rows);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint GetAddressInfo(nint self, nint* args, nint count, nint keywords) =>
        GetAddressInfo(Instance.Get<PythonPool>(self).Pool, args, count, keywords);

    private static nint NewList(IReadOnlyList<AddressInfo> rows)
    {
        // IPv4 first: programs for boards take the first row, and boards have one address.
        AddressInfo[] sorted = [.. rows.Where(r => r.Family == AddressFamily.InterNetwork), .. rows.Where(r => r.Family != AddressFamily.InterNetwork)];
        nint list = Py.PyList_New(sorted.Length);
        for (int i = 0; list != 0 && i < sorted.Length; i++)
        {
            _ = Py.PyList_SetItem(list, i, NewRow(sorted[i]));
        }

        if (list != 0 && Py.PyErr_Occurred() != 0)
        {
            Py.Py_DecRef(list);
            return 0;
        }

        return list;
    }

    private static nint NewRow(AddressInfo row)
    {
        nint tuple = Py.PyTuple_New(5);
        if (tuple != 0)
        {
            _ = Py.PyTuple_SetItem(tuple, 0, Numbers.New(BoardNumbers.ToNative(row.Family)));
            _ = Py.PyTuple_SetItem(tuple, 1, Numbers.New((int)row.Type));
            _ = Py.PyTuple_SetItem(tuple, 2, Numbers.New((int)row.Protocol));
            _ = Py.PyTuple_SetItem(tuple, 3, Text.New(row.CanonicalName));
            _ = Py.PyTuple_SetItem(tuple, 4, Addresses.New(row.Address));
        }

        return tuple;
    }

    private static bool TryReadHost(nint o, out string? host)
    {
        host = o == Globals.None ? null : Addresses.ReadHost(o, "getaddrinfo");
        return o == Globals.None || host is not null;
    }

    private static bool TryReadService(nint o, out string? service)
    {
        service = null;
        if (o == Globals.None)
        {
            return true;
        }

        if (Py.Is(o, Py.Py_TPFLAGS_UNICODE_SUBCLASS) || Py.Is(o, Py.Py_TPFLAGS_BYTES_SUBCLASS))
        {
            service = Addresses.ReadHost(o, "getaddrinfo");
            return service is not null;
        }

        if (!Numbers.TryRead(o, "getaddrinfo(): port", out long port))
        {
            return false;
        }

        if (port is < 0 or > 65535)
        {
            Raise.OverflowError("getaddrinfo(): port must be 0-65535.");
            return false;
        }

        service = port.ToString(CultureInfo.InvariantCulture);
        return true;
    }
}
