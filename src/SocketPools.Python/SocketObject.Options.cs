using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Boards;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;
using SocketPools.Radios;
using SocketPools.Stack.Sockets;

namespace SocketPools.Python;

/// <summary>Time-outs, options and the descriptor.</summary>
internal static unsafe partial class SocketObject
{
    // What a socket option may be long at most: as CPython's getsockopt.
    private const int MaxOption = 1024;

    private static readonly Parameters s_setTimeout = new("settimeout", 1, "value");
    private static readonly Parameters s_setBlocking = new("setblocking", 1, "flag");
    private static readonly Parameters s_setOption = new("setsockopt", 3, "level", "optname", "value");
    private static readonly Parameters s_getOption = new("getsockopt", 2, "level", "optname", "buflen");

    private static void AddOptions(TypeBuilder type) => type
        .Method("settimeout"u8, &SetTimeout, "settimeout($self, value)\n--\n\nSet how many seconds a call may take, fractions allowed: None blocks, 0 does not wait."u8)
        .Method("gettimeout"u8, &GetTimeout, "gettimeout($self)\n--\n\nReturn the time-out in seconds, or None."u8)
        .Method("setblocking"u8, &SetBlocking, "setblocking($self, flag)\n--\n\nTrue is settimeout(None), False is settimeout(0)."u8)
        .Method("getblocking"u8, &GetBlocking, "getblocking($self)\n--\n\nReturn whether calls wait."u8)
        .Method("setsockopt"u8, &SetOption, "setsockopt($self, level, optname, value)\n--\n\nSet an option to an int or to bytes. Understands the host's numbers and those that boards use."u8)
        .Method("getsockopt"u8, &GetOption, "getsockopt($self, level, optname, buflen=0)\n--\n\nReturn an option as an int, or with buflen as bytes."u8)
        .Method("fileno"u8, &GetDescriptor, "fileno($self)\n--\n\nReturn the file descriptor, -1 after close()."u8)
        .Method("detach"u8, &Detach, "detach($self)\n--\n\nReturn the file descriptor, which stays open, and give the socket's place in the pool back."u8);

    [UnmanagedCallersOnly]
    private static nint SetTimeout(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        double? seconds = null;
        if (!s_setTimeout.Bind(args, count, keywords, places) || (places[0] != Globals.None && !TryReadSeconds(places[0], out seconds)))
        {
            return 0;
        }

        try
        {
            PythonSocket state = Get(self);
            state.Socket.SetTimeout(seconds is { } value ? Math.Min(value, CallTimeout.Max.TotalSeconds) : null);
            state.Timeout = seconds;
            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint GetTimeout(nint self, nint unused) =>
        Get(self).Timeout is { } seconds ? Py.PyFloat_FromDouble(seconds) : Globals.NewNone();

    [UnmanagedCallersOnly]
    private static nint SetBlocking(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_setBlocking.Bind(args, count, keywords, places) || !Numbers.TryReadLong(places[0], "flag", out long flag))
        {
            return 0;
        }

        try
        {
            PythonSocket state = Get(self);
            state.Socket.SetBlocking(flag != 0);
            state.Timeout = flag != 0 ? null : 0;
            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint GetBlocking(nint self, nint unused) => Py.PyBool_FromLong(Get(self).Timeout is 0 ? 0 : 1);

    [UnmanagedCallersOnly]
    private static nint SetOption(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[3];
        if (!s_setOption.Bind(args, count, keywords, places)
            || !Numbers.TryReadInt(places[0], "level", out int level)
            || !Numbers.TryReadInt(places[1], "optname", out int name))
        {
            return 0;
        }

        PoolSocket socket = Get(self).Socket;
        if (socket.Pool.Radio is not BoardRadio { Profile.IsPassThrough: false })
        {
            BoardNumbers.ToHost(ref level, ref name);
        }

        try
        {
            if (Py.Is(places[2], Py.Py_TPFLAGS_LONG_SUBCLASS))
            {
                if (!Numbers.TryReadInt(places[2], "value", out int number))
                {
                    return 0;
                }

                socket.SetRawSocketOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in number)));
                return Globals.NewNone();
            }

            Buffers value = default;
            if (places[2] == Globals.None || Py.Is(places[2], Py.Py_TPFLAGS_UNICODE_SUBCLASS))
            {
                return Raise.TypeError($"the value of an option is an int or bytes, not {Text.TypeName(places[2])}: setsockopt(level, optname, 1)");
            }

            if (!value.TryGet(places[2]))
            {
                return 0;
            }

            try
            {
                socket.SetRawSocketOption(level, name, value.Bytes);
            }
            finally
            {
                value.Release();
            }

            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint GetOption(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[3];
        int length = 0;
        if (!s_getOption.Bind(args, count, keywords, places)
            || !Numbers.TryReadInt(places[0], "level", out int level)
            || !Numbers.TryReadInt(places[1], "optname", out int name)
            || (places[2] != 0 && !Numbers.TryReadInt(places[2], "buflen", out length)))
        {
            return 0;
        }

        if (length is < 0 or > MaxOption)
        {
            return Raise.OSError((int)Errno.EINVAL, "getsockopt buflen out of range");
        }

        BoardNumbers.ToHost(ref level, ref name);
        try
        {
            Span<byte> value = stackalloc byte[MaxOption];
            value.Clear();
            int got = Get(self).Socket.GetRawSocketOption(level, name, value[..(length == 0 ? sizeof(int) : length)]);
            if (length == 0)
            {
                return Numbers.New(MemoryMarshal.Read<int>(value));
            }

            fixed (byte* bytes = value)
            {
                return Py.PyBytes_FromStringAndSize(bytes, got);
            }
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    /// <summary>
    /// On the host the socket's own. A stack's socket has none: it shows one that is ready when the socket is, made by the first question.
    /// </summary>
    [UnmanagedCallersOnly]
    private static nint GetDescriptor(nint self, nint unused)
    {
        try
        {
            PoolSocket socket = Get(self).Socket;
            if (socket.RadioSocket is not IStackSocket stack)
            {
                return Numbers.New(socket.Descriptor);
            }

            RadioResult result = stack.OpenReadiness(out int descriptor);
            return result.Failed && result.Errno != Errno.EBADF ? Raise.From(socket.CreateException(result.Errno, "fileno", socket.StartCall())) : Numbers.New(descriptor);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint Detach(nint self, nint unused)
    {
        try
        {
            PoolSocket socket = Get(self).Socket;
            if (socket.RadioSocket is IStackSocket stack && socket.State != Diagnostics.SocketState.Closed)
            {
                // Who asked for fileno() before, as ssl does, takes that for his own and closes it.
                stack.DetachReadiness();
                return Raise.OSError((int)Errno.EOPNOTSUPP, "detach: a socket of a stack has no descriptor that carries its data. For TLS: "
                    + "context.wrap_socket(sock, ...), or stacknetwork.ssl_wrap(context, sock, ...)");
            }

            if (socket.State == Diagnostics.SocketState.Closed)
            {
                return Numbers.New(-1);
            }

            // Python's own: the number is the program's, and nothing here may close it.
            using SafeSocketHandle handle = socket.Detach();
            nint descriptor = handle.DangerousGetHandle();
            handle.SetHandleAsInvalid();
            return Numbers.New(descriptor);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    /// <summary>Seconds as settimeout takes them: an int or a float that is 0 or more.</summary>
    private static bool TryReadSeconds(nint o, out double? seconds)
    {
        seconds = null;
        if (!Py.Is(o, Py.Py_TPFLAGS_LONG_SUBCLASS) && Py.PyType_IsSubtype(Py.TypeOf(o), Globals.Float) == 0)
        {
            // What only converts to a float, such as a Decimal, is not taken by CPython either.
            if (Py.PyIndex_Check(o) == 0)
            {
                return Raise.TypeError($"the time-out is a number of seconds or None, not {Text.TypeName(o)}: settimeout(5)") != 0;
            }

            return Numbers.TryReadLong(o, "timeout", out long whole) && TryReadSeconds(whole, out seconds);
        }

        double value = Py.PyFloat_AsDouble(o);
        return (value != -1 || Py.PyErr_Occurred() == 0) && TryReadSeconds(value, out seconds);
    }

    private static bool TryReadSeconds(double value, out double? seconds)
    {
        seconds = value;

        if (double.IsNaN(value))
        {
            return Raise.ValueError("Invalid value NaN (not a number)") != 0;
        }

        // Beyond this CPython's own clock overflows.
        if (Math.Abs(value) >= long.MaxValue / 1e9)
        {
            return Raise.OverflowError("timeout is too large") != 0;
        }

        return value >= 0 || Raise.ValueError("Timeout value out of range: None waits for ever, 0 does not wait") != 0;
    }
}
