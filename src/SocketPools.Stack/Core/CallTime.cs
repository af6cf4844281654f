namespace SocketPools.Stack.Core;

/// <summary>
/// The time of a call of a socket's, for what follows from it on the same thread: its packets may reach another stack, and that one's answer
/// this one, before the call returns. Reading the clock costs more than most of that work.
/// </summary>
internal static class CallTime
{
    [ThreadStatic]
    private static TimeProvider? s_clock;

    [ThreadStatic]
    private static long s_now;

    /// <summary>Begins with a time that was read from a clock in this call.</summary>
    internal static void Begin(TimeProvider clock, long now)
    {
        s_now = now;
        s_clock = clock;
    }

    /// <summary>The call returns, or has taken so long that its time is no longer right.</summary>
    internal static void End() => s_clock = null;

    /// <summary>The time of the call that runs on this thread; 0 where there is none, or it has another clock.</summary>
    internal static long Of(TimeProvider clock) => s_clock == clock ? s_now : 0;
}
