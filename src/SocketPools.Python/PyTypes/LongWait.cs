using System.Runtime.InteropServices;
using SocketPools.Python.CApi;

namespace SocketPools.Python.PyTypes;

/// <summary>A hint for programs that wait for ever: a receive without a time-out has waited for a minute. Reported once a process, as a RuntimeWarning.</summary>
internal static unsafe class LongWait
{
    private static readonly Parameters s_hintAfter = new("_hint_after", 1, "seconds");

    /// <summary>How long such a receive waits before it is told.</summary>
    internal static TimeSpan Limit { get; private set; } = TimeSpan.FromSeconds(60);

    private static bool IsTold { get; set; }

    /// <summary>Whether a long wait of a socket is told: once a process, and never where a minute takes no time.</summary>
    internal static bool IsToldOf(PoolSocket socket) => !IsTold && socket.Pool.Radio.TimeProvider is not Radios.IWaitScheduler;

    /// <summary>Warns. False with the error set where warnings are errors.</summary>
    internal static bool Tell()
    {
        IsTold = true;
        ReadOnlySpan<byte> text = "a receive has waited for a minute and the socket has no time-out, so it may wait for ever: sock.settimeout(seconds) ends it with an OSError\0"u8;
        return Py.PyErr_WarnEx(Globals.RuntimeWarning, Ascii.Of(text), 1) == 0;
    }

    /// <summary>The module's function <c>_hint_after(seconds)</c>: another time, and once more.</summary>
    [UnmanagedCallersOnly]
    internal static nint SetLimit(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_hintAfter.Bind(args, count, keywords, places))
        {
            return 0;
        }

        double seconds = Py.PyFloat_AsDouble(places[0]);
        if (seconds == -1 && Py.PyErr_Occurred() != 0)
        {
            return 0;
        }

        Limit = TimeSpan.FromSeconds(Math.Clamp(seconds, 0.001, 1e6));
        IsTold = false;
        return Globals.NewNone();
    }
}
