using System.Runtime.InteropServices;
using SocketPools.Diagnostics;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;
using SocketPools.Radios;

namespace SocketPools.Python;

/// <summary>
/// The module's functions that carry the bytes of TLS: a receive and a send with a time limit of their own, which leave the socket's time-out
/// as it is, so that one thread may send while another receives.
/// </summary>
internal static unsafe partial class SocketObject
{
    private static readonly Parameters s_carryIn = new("_receive", 3, "sock", "buffer", "seconds");
    private static readonly Parameters s_carryOut = new("_send", 3, "sock", "bytes", "seconds");
    private static readonly Parameters s_isOpen = new("_is_open", 1, "sock");

    /// <summary>As recv_into; None where the call would have to wait and may not.</summary>
    [UnmanagedCallersOnly]
    internal static nint CarryIn(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[3];
        Buffers buffer = default;
        if (!TryBindCarrying(s_carryIn, args, count, keywords, places, out TimeSpan limit) || !buffer.TryGetWritable(places[1]))
        {
            return 0;
        }

        PythonSocket state = Get(places[0]);
        PoolSocket socket = state.Socket;
        Deadline deadline = StartCarrying(socket, limit);
        return TryReceiveInto(state, ref buffer, buffer.Bytes, deadline, out RadioResult result) ? Carried(result, socket, "recv_into", deadline) : 0;
    }

    /// <summary>As send; None where the call would have to wait and may not.</summary>
    [UnmanagedCallersOnly]
    internal static nint CarryOut(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[3];
        Buffers data = default;
        if (!TryBindCarrying(s_carryOut, args, count, keywords, places, out TimeSpan limit) || !data.TryGet(places[1]))
        {
            return 0;
        }

        PythonSocket state = Get(places[0]);
        PoolSocket socket = state.Socket;
        Deadline deadline = StartCarrying(socket, limit);
        return SendUnlocked(state, ref data, deadline, out RadioResult result) ? Carried(result, socket, "send", deadline) : 0;
    }

    /// <summary>Whether a socket is open: it was closed neither by the program nor with its radio.</summary>
    [UnmanagedCallersOnly]
    internal static nint IsOpen(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        return s_isOpen.Bind(args, count, keywords, places) && IsSocket(places[0]) ? Py.PyBool_FromLong(Get(places[0]).Socket.State == SocketState.Closed ? 0 : 1) : 0;
    }

    /// <summary>Seconds are None to wait for ever, 0 not to wait, else what is left of a call's time.</summary>
    private static bool TryBindCarrying(Parameters parameters, nint* args, nint count, nint keywords, Span<nint> places, out TimeSpan limit)
    {
        limit = System.Threading.Timeout.InfiniteTimeSpan;
        double? seconds = null;
        if (!parameters.Bind(args, count, keywords, places)
            || !IsSocket(places[0])
            || (places[2] != Globals.None && !TryReadSeconds(places[2], out seconds)))
        {
            return false;
        }

        if (seconds is { } value)
        {
            limit = CallTimeout.FromSeconds(Math.Min(value, CallTimeout.Max.TotalSeconds));
        }

        return true;
    }

    private static Deadline StartCarrying(PoolSocket socket, TimeSpan limit) =>
        limit == System.Threading.Timeout.InfiniteTimeSpan ? Deadline.Never : socket.StartCall(limit);

    internal static bool IsSocket(nint o) =>
        Py.PyType_IsSubtype(Py.TypeOf(o), s_type) != 0 || Raise.TypeError($"a socket of a pool is needed, not {Text.TypeName(o)}") != 0;

    private static nint Carried(RadioResult result, PoolSocket socket, string operation, in Deadline deadline) =>
        result.Errno == Errno.EAGAIN ? Globals.NewNone() : CountOf(result, socket, operation, deadline);
}
