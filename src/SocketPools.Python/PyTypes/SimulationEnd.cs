using SocketPools.Simulation;

namespace SocketPools.Python.PyTypes;

/// <summary>How calls end that wait in a simulation which is over: with the classes of <c>stacknetwork</c>.</summary>
internal static class SimulationEnd
{
    // The thread that began it, which gets the reason of its failure.
    [ThreadStatic]
    private static bool s_isFirst;

    private static SimulationSession? s_session;
    private static nint s_over;
    private static nint s_failed;

    /// <summary>Whether a simulation ends in this moment, and closes the sockets of its programs.</summary>
    internal static bool IsUnderWay => s_session?.IsEnding ?? false;

    /// <summary>Whether there has been a simulation.</summary>
    internal static bool HasClasses => s_over != 0;

    /// <summary>Keeps the classes: for threads whose simulation is over, and for a simulation that could not go on.</summary>
    internal static void SetClasses(nint over, nint failed) => (s_over, s_failed) = (over, failed);

    /// <summary>The calling thread has begun a simulation, or, with null, ended it.</summary>
    internal static void Set(SimulationSession? session) => (s_session, s_isFirst) = (session, session is not null);

    /// <summary>Raises what such a call ends with; 0.</summary>
    internal static nint RaiseOver() => s_isFirst && s_session?.Failure is { } failure
        ? Raise.SetText(s_failed, failure.Message)
        : Raise.Set(s_over, "the simulation is over");

    /// <summary>Raises why a simulation could not go on; 0.</summary>
    internal static nint RaiseFailed(SimulationFailedException failure) => Raise.SetText(s_failed, (failure.InnerException ?? failure).Message);
}
