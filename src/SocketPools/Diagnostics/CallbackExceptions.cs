using System.Diagnostics.CodeAnalysis;

namespace SocketPools.Diagnostics;

/// <summary>
/// Reports exceptions of the program's callbacks that no caller can receive: event handlers, observers, listeners of a meter, a link's
/// callback. The operation that made the callback continues.
/// </summary>
/// <remarks>
/// <para>Each report raises <see cref="Unhandled"/>, and writes event 13, <c>CallbackFailed</c>, of the event source <c>SocketPools</c>.
/// Without a handler of <see cref="Unhandled"/> it is also written to standard error: the first 16 of a process, after which only
/// <see cref="Count"/> goes on.</para>
/// <para>What a callback throws on the thread of a call that returns to the program reaches that caller, and is not reported here:
/// <see cref="Radios.Radio.Interrupted"/>, certificate callbacks of TLS.</para>
/// </remarks>
public static class CallbackExceptions
{
    // What is written to standard error in a process that handles no reports.
    private const int MostWritten = 16;

    private static long s_count;
    private static int s_written;

    /// <summary>A callback has thrown. Raised on the thread that made the callback, which may hold a lock of the library: return soon.</summary>
    public static event EventHandler<CallbackExceptionEventArgs>? Unhandled;

    /// <summary>How many exceptions were reported in this process.</summary>
    public static long Count => Interlocked.Read(ref s_count);

    /// <summary>Reports an exception. For authors of radios and links; never throws.</summary>
    /// <param name="callback">The callback's name: <c>SocketPool.SocketLeaked</c>, <c>SocketPoolObserver.OnClosed</c>.</param>
    /// <param name="exception">What it has thrown.</param>
    /// <param name="source">The pool, radio or link that made the callback, or null.</param>
    [SuppressMessage("Design", "CA1031", Justification = "The last place that an exception can reach.")]
    public static void Report(string callback, Exception exception, object? source = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ArgumentNullException.ThrowIfNull(exception);
        Interlocked.Increment(ref s_count);
        if (TelemetrySwitch.IsSupported && SocketPoolsEventSource.Log.IsEnabled())
        {
            SocketPoolsEventSource.Log.CallbackFailed(callback, exception.ToString());
        }

        EventHandler<CallbackExceptionEventArgs>? handlers = Unhandled;
        if (handlers is null)
        {
            Write(callback, exception);
            return;
        }

        CallbackExceptionEventArgs args = new(callback, exception);
        foreach (EventHandler<CallbackExceptionEventArgs> handler in Delegate.EnumerateInvocationList(handlers))
        {
            try
            {
                handler(source, args);
            }
            catch (Exception e)
            {
                Write($"{nameof(CallbackExceptions)}.{nameof(Unhandled)}", e);
                Write(callback, exception);
            }
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Standard error may be closed; there is no other place.")]
    private static void Write(string callback, Exception exception)
    {
        int number = Interlocked.Increment(ref s_written);
        if (number > MostWritten)
        {
            Interlocked.Decrement(ref s_written);
            return;
        }

        try
        {
            string last = number < MostWritten ? "" : $"\nsocketpool: further exceptions of callbacks are counted and not written; {nameof(CallbackExceptions)}.{nameof(Unhandled)} receives them.";
            Console.Error.WriteLine($"socketpool: unhandled exception in the callback {callback}: {exception}{last}");
        }
        catch (Exception)
        {
        }
    }
}

/// <summary>A callback of the program has thrown. The argument of <see cref="CallbackExceptions.Unhandled"/>.</summary>
/// <param name="callback">The callback's name.</param>
/// <param name="exception">What it has thrown.</param>
public sealed class CallbackExceptionEventArgs(string callback, Exception exception) : EventArgs
{
    /// <summary>The callback's name: <c>SocketPool.SocketLeaked</c>, <c>SocketPoolObserver.OnClosed</c>.</summary>
    public string Callback { get; } = callback;

    /// <summary>The exception that the callback has thrown.</summary>
    public Exception Exception { get; } = exception;
}
