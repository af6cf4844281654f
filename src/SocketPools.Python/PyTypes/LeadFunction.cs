using SocketPools.Python.CApi;
using SocketPools.Radios;

namespace SocketPools.Python.PyTypes;

/// <summary>
/// A function of Python's that says where names and addresses lead, asked from threads of .NET. It is called with (operation, host, port), raises nothing,
/// and answers None, another (host, port), or an error number; -2 means that no host has the name.
/// </summary>
internal sealed unsafe class LeadFunction
{
    private nint _function;

    /// <summary>Keeps a function. The caller holds the interpreter's lock.</summary>
    internal LeadFunction(nint function)
    {
        Py.Py_IncRef(function);
        _function = function;
    }

    /// <summary>Lets go of the function. The caller holds the interpreter's lock.</summary>
    internal void Release()
    {
        nint function = Interlocked.Exchange(ref _function, 0);
        if (function != 0)
        {
            Py.Py_DecRef(function);
        }
    }

    /// <summary>Asks. Takes the interpreter's lock for it, so that the caller may hold no lock that a thread of Python's waits for with it.</summary>
    internal int Ask(string operation, ref string host, ref int port)
    {
        int state = Py.PyGILState_Ensure();
        try
        {
            return _function == 0 ? 0 : AskLocked(operation, ref host, ref port);
        }
        finally
        {
            Py.PyGILState_Release(state);
        }
    }

    private int AskLocked(string operation, ref string host, ref int port)
    {
        nint arguments = Py.PyTuple_New(3);
        _ = Py.PyTuple_SetItem(arguments, 0, Text.New(operation));
        _ = Py.PyTuple_SetItem(arguments, 1, Text.New(host));
        _ = Py.PyTuple_SetItem(arguments, 2, Numbers.New(port));
        nint answer = Py.PyObject_CallObject(_function, arguments);
        Py.Py_DecRef(arguments);
        int error = 0;
        if (answer == 0)
        {
            error = (int)Errno.EIO;
        }
        else if (Py.Is(answer, Py.Py_TPFLAGS_TUPLE_SUBCLASS) && Py.PyTuple_Size(answer) == 2)
        {
            string? other = Text.Read(Py.PyTuple_GetItem(answer, 0));
            error = other is not null && Numbers.TryReadInt(Py.PyTuple_GetItem(answer, 1), "port", out port) ? 0 : (int)Errno.EIO;
            host = other ?? host;
        }
        else if (answer != Globals.None && !Numbers.TryReadInt(answer, "errno", out error))
        {
            error = (int)Errno.EIO;
        }

        if (answer != 0)
        {
            Py.Py_DecRef(answer);
        }

        Py.PyErr_Clear();
        return error;
    }
}
