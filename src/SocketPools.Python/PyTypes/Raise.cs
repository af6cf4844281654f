using System.Globalization;
using System.Text;
using SocketPools.Diagnostics;
using SocketPools.Python.CApi;
using SocketPools.Radios;
using SocketPools.Simulation;
using SocketPools.Stack.Links;

namespace SocketPools.Python.PyTypes;

/// <summary>The interpreter's error is set: the call ends with it, whatever .NET was doing.</summary>
internal sealed class PythonErrorException : Exception
{
    internal static readonly PythonErrorException Instance = new();
}

/// <summary>
/// Sets the interpreter's error and answers 0, which is what a call that failed returns. The one place that turns exceptions of
/// .NET into Python's.
/// </summary>
internal static unsafe class Raise
{
    internal static nint TypeError(string text) => Set(Globals.TypeError, text);

    internal static nint ValueError(string text) => Set(Globals.ValueError, text);

    internal static nint OverflowError(string text) => Set(Globals.OverflowError, text);

    internal static nint RuntimeError(string text) => Set(Globals.RuntimeError, text);

    /// <summary>OSError(errno, text), which picks its subclass by the number.</summary>
    internal static nint OSError(int errno, string text) => SetPair(Globals.OSError, errno, text);

    /// <summary>As the interpreter's own calls report it, in short: for errors that loops wait for.</summary>
    internal static nint WouldBlock() => OSError((int)Errno.EAGAIN, Hints.NotReady);

    /// <summary>gaierror: no host has that name.</summary>
    internal static nint AddressInfo(string text) => SetPair(Globals.AddressInfoError, -2, text);

    /// <summary>The hint of the last error that a socket raised on this thread: boards explain themselves with it.</summary>
    [field: ThreadStatic]
    internal static string? LastHint { get; set; }

    /// <summary>Whatever a .NET call threw.</summary>
    internal static nint From(Exception exception)
    {
        if (exception is PoolSocketException error)
        {
            LastHint = error.Hint;
        }

        return Set(exception);
    }

    private static nint Set(Exception exception) => exception switch
    {
        PythonErrorException => 0,
        AddressInfoException { Error: Radios.AddressInfoError.System } e => OSError((int)e.Errno, e.Message),
        AddressInfoException { Error: Radios.AddressInfoError.AddressFamily } e =>
            SetPair(Globals.AddressInfoError, (int)e.Error, e.Message + ". A socket of pool.AF_INET reaches IPv4, and one of pool.AF_INET6 reaches IPv6"),
        AddressInfoException e => SetPair(Globals.AddressInfoError, (int)e.Error, e.Message),
        LinkException e => OSError((int)e.Errno, e.Message),
        PoolSocketException { Errno: Errno.EBADF } or ObjectDisposedException when SimulationEnd.IsUnderWay => SimulationEnd.RaiseOver(),
        PoolSocketException { Errno: Errno.EAGAIN } => WouldBlock(),
        PoolSocketException e => OSError((int)e.Errno, Hints.Translate(e)),
        OutOfSocketsException e => RuntimeError(OutOfSockets(e)),
        OperationCanceledException when SimulationEnd.HasClasses => SimulationEnd.RaiseOver(),
        SimulationFailedException e when SimulationEnd.HasClasses => SimulationEnd.RaiseFailed(e),
        ObjectDisposedException => OSError((int)Errno.EBADF, "the pool is closed"),
        ArgumentException e => ValueError(WithoutParameter(e)),
        OutOfMemoryException => Set(Globals.MemoryError, "out of memory"),
        System.Net.NetworkInformation.NetworkInformationException e => OSError(e.ErrorCode, "the system does not report its network interfaces"),
        UnauthorizedAccessException e => OSError((int)Errno.EACCES, e.Message),
        IOException e => OSError((int)Errno.EIO, e.Message),
        NotSupportedException e => OSError((int)Errno.EOPNOTSUPP, e.Message),
        _ => Set(Globals.SystemError, $"internal error of socketpool: {exception.Message}"),
    };

    /// <summary>The exception's own words, with Python's names for what would help.</summary>
    private static string OutOfSockets(OutOfSocketsException exception) =>
        string.Create(CultureInfo.InvariantCulture, $"Out of sockets: radio {exception.RadioName} has {exception.MaxSockets}, and all are in use. ")
        + "Close one, or give the radio more: HostNetwork(max_sockets=N), stacknetwork.tap(..., max_sockets=N), for wifi.radio the environment variable SOCKETPOOL_MAX_SOCKETS. Holders:\n"
        + exception.HolderTable.Replace("SocketPool.Dump()", "socketpool run's report", StringComparison.Ordinal);

    /// <summary>.NET adds the name of its own parameter, which means nothing to a Python program.</summary>
    internal static string WithoutParameter(ArgumentException exception)
    {
        int end = exception.Message.IndexOf($" (Parameter '{exception.ParamName}')", StringComparison.Ordinal);
        return end < 0 ? exception.Message : exception.Message[..end];
    }

    internal static nint Set(nint type, string text) => SetText(type, VisibleText.EscapeLines(text));

    /// <summary>As <see cref="Set(nint, string)"/>, for text of our own that has several lines.</summary>
    internal static nint SetText(nint type, string text)
    {
        nint message = Text.New(text);
        if (message != 0)
        {
            Py.PyErr_SetObject(type, message);
            Py.Py_DecRef(message);
        }

        return 0;
    }

    private static nint SetPair(nint type, int number, string text)
    {
        nint pair = Py.PyTuple_New(2);
        if (pair == 0)
        {
            return 0;
        }

        _ = Py.PyTuple_SetItem(pair, 0, Py.PyLong_FromLongLong(number));
        _ = Py.PyTuple_SetItem(pair, 1, Text.New(VisibleText.EscapeLines(text)));
        if (Py.PyErr_Occurred() == 0)
        {
            Py.PyErr_SetObject(type, pair);
        }

        Py.Py_DecRef(pair);
        return 0;
    }
}

/// <summary>Text between .NET and the interpreter.</summary>
internal static unsafe class Text
{
    /// <summary>A new str, or 0 with the error set.</summary>
    internal static nint New(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* first = bytes)
        {
            return Py.PyUnicode_DecodeUTF8(first, bytes.Length, null);
        }
    }

    /// <summary>The text of a str; null with the error set (lone surrogates, for one).</summary>
    internal static string? Read(nint o)
    {
        nint length;
        byte* text = Py.PyUnicode_AsUTF8AndSize(o, &length);
        return text is null ? null : Encoding.UTF8.GetString(text, (int)length);
    }

    /// <summary>The name of an object's type, for messages.</summary>
    internal static string TypeName(nint o)
    {
        nint name = Py.PyObject_GetAttrString(Py.TypeOf(o), Ascii.Of("__name__"u8));
        string? text = name == 0 ? null : Read(name);
        Py.PyErr_Clear();
        if (name != 0)
        {
            Py.Py_DecRef(name);
        }

        return text ?? "object";
    }
}
