using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Radios;

namespace SocketPools.Python.PyTypes;

/// <summary>
/// Where names and addresses lead instead: a function of Python's that <c>socketpool run</c> sets. It is called with the operation, the
/// host and the port, and answers None or another (host, port). Without one, each call costs one comparison.
/// </summary>
internal static unsafe class Redirection
{
    private static readonly Parameters s_redirect = new("_redirect", 1, "function");
    private static nint s_function;

    /// <summary>The module's function <c>_redirect(function)</c>; None takes the function away.</summary>
    [UnmanagedCallersOnly]
    internal static nint Set(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_redirect.Bind(args, count, keywords, places))
        {
            return 0;
        }

        nint old = s_function;
        s_function = places[0] == Globals.None ? 0 : places[0];
        if (s_function != 0)
        {
            Py.Py_IncRef(s_function);
        }

        if (old != 0)
        {
            Py.Py_DecRef(old);
        }

        return Globals.NewNone();
    }

    /// <summary>An interpreter that was started again has lost the objects of the one before.</summary>
    internal static void Forget() => s_function = 0;

    /// <summary>Leads a host and a port elsewhere before they are used. False with the error set.</summary>
    internal static bool TryLead(string operation, ref string host, ref int port)
    {
        if (s_function == 0)
        {
            return true;
        }

        nint function = s_function;
        Py.Py_IncRef(function); // it may set another
        nint answer = Call(function, operation, host, port);
        Py.Py_DecRef(function);
        if (answer == 0)
        {
            return false;
        }

        bool isRead = answer == Globals.None || TryRead(answer, ref host, ref port);
        Py.Py_DecRef(answer);
        return isRead;
    }

    /// <summary>A new tuple for a sender's or peer's address, as the program knows it; 0 with the error set.</summary>
    internal static nint NewAddress(in IPSocketAddress address)
    {
        nint tuple = Addresses.New(address);
        if (s_function == 0 || tuple == 0 || tuple == Globals.None)
        {
            return tuple;
        }

        if (Text.Read(Py.PyTuple_GetItem(tuple, 0)) is not { } host)
        {
            Py.Py_DecRef(tuple);
            return 0;
        }

        nint answer = Call(s_function, "from", host, address.Port);
        if (answer == Globals.None)
        {
            Py.Py_DecRef(answer);
            return tuple;
        }

        Py.Py_DecRef(tuple);
        return answer;
    }

    private static nint Call(nint function, string operation, string host, int port)
    {
        nint arguments = Py.PyTuple_New(3);
        if (arguments == 0)
        {
            return 0;
        }

        _ = Py.PyTuple_SetItem(arguments, 0, Text.New(operation));
        _ = Py.PyTuple_SetItem(arguments, 1, Text.New(host));
        _ = Py.PyTuple_SetItem(arguments, 2, Numbers.New(port));
        nint answer = Py.PyErr_Occurred() != 0 ? 0 : Py.PyObject_CallObject(function, arguments);
        Py.Py_DecRef(arguments);
        return answer;
    }

    private static bool TryRead(nint answer, ref string host, ref int port)
    {
        if (!Py.Is(answer, Py.Py_TPFLAGS_TUPLE_SUBCLASS) || Py.PyTuple_Size(answer) != 2)
        {
            Raise.TypeError("_redirect(): the function must return None or (host, port)");
            return false;
        }

        if (Text.Read(Py.PyTuple_GetItem(answer, 0)) is not { } other || !Numbers.TryReadInt(Py.PyTuple_GetItem(answer, 1), "port", out port))
        {
            return false;
        }

        host = other;
        return true;
    }
}
