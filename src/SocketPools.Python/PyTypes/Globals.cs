using SocketPools.Python.CApi;

namespace SocketPools.Python.PyTypes;

/// <summary>
/// Objects of the interpreter that are needed again and again, held from the module's making to its end. An interpreter that
/// is started again makes the module, and these, anew.
/// </summary>
internal static unsafe class Globals
{
    internal static nint None { get; private set; }

    internal static nint Float { get; private set; }

    internal static nint Bytes { get; private set; }

    internal static nint ByteArray { get; private set; }

    internal static nint OSError { get; private set; }

    internal static nint TypeError { get; private set; }

    internal static nint ValueError { get; private set; }

    internal static nint OverflowError { get; private set; }

    internal static nint RuntimeError { get; private set; }

    internal static nint SystemError { get; private set; }

    internal static nint MemoryError { get; private set; }

    internal static nint RuntimeWarning { get; private set; }

    internal static nint BufferError { get; private set; }

    internal static nint ResourceWarning { get; private set; }

    /// <summary>CPython's own <c>socket.gaierror</c>, so that programs catch it by either name.</summary>
    internal static nint AddressInfoError { get; private set; }

    /// <summary>Finds them; false with the interpreter's error set.</summary>
    internal static bool Load()
    {
        nint builtins = Py.PyImport_ImportModule(Ascii.Of("builtins"u8));
        nint socket = builtins == 0 ? 0 : Py.PyImport_ImportModule(Ascii.Of("_socket"u8));
        if (socket == 0)
        {
            return false;
        }

        None = Get(builtins, "None"u8);
        Float = Get(builtins, "float"u8);
        Bytes = Get(builtins, "bytes"u8);
        ByteArray = Get(builtins, "bytearray"u8);
        OSError = Get(builtins, "OSError"u8);
        TypeError = Get(builtins, "TypeError"u8);
        ValueError = Get(builtins, "ValueError"u8);
        OverflowError = Get(builtins, "OverflowError"u8);
        RuntimeError = Get(builtins, "RuntimeError"u8);
        SystemError = Get(builtins, "SystemError"u8);
        MemoryError = Get(builtins, "MemoryError"u8);
        RuntimeWarning = Get(builtins, "RuntimeWarning"u8);
        BufferError = Get(builtins, "BufferError"u8);
        ResourceWarning = Get(builtins, "ResourceWarning"u8);
        AddressInfoError = Get(socket, "gaierror"u8);
        Py.Py_DecRef(builtins);
        Py.Py_DecRef(socket);
        return Py.PyErr_Occurred() == 0;
    }

    /// <summary>Raises ImportError without <see cref="Load"/>; -1.</summary>
    internal static int RefuseImport(string text)
    {
        nint builtins = Py.PyImport_ImportModule(Ascii.Of("builtins"u8));
        nint type = builtins == 0 ? 0 : Get(builtins, "ImportError"u8);
        if (type != 0)
        {
            _ = Raise.Set(type, text);
            Py.Py_DecRef(type);
        }

        if (builtins != 0)
        {
            Py.Py_DecRef(builtins);
        }

        return -1;
    }

    /// <summary>A new reference to None.</summary>
    internal static nint NewNone()
    {
        Py.Py_IncRef(None);
        return None;
    }

    private static nint Get(nint module, ReadOnlySpan<byte> name) => Py.PyObject_GetAttrString(module, Ascii.Of(name));
}
