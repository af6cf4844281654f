namespace SocketPools.Python;

/// <summary>What is behind a <c>socketpool.Socket</c>.</summary>
/// <param name="socket">The pool's socket.</param>
/// <param name="pool">The object of its pool; a reference is held.</param>
/// <param name="traffic">Where its bytes are counted.</param>
internal sealed class PythonSocket(PoolSocket socket, nint pool, Traffic traffic)
{
    internal PoolSocket Socket { get; } = socket;

    internal nint Pool { get; } = pool;

    internal Traffic Traffic { get; } = traffic;

    /// <summary>What settimeout was given, exactly: gettimeout gives it back. Null blocks.</summary>
    internal double? Timeout { get; set; }
}

/// <summary>What is behind a <c>socketpool.SocketPool</c>.</summary>
/// <param name="pool">The pool.</param>
/// <param name="radio">The object of its radio; a reference is held.</param>
internal sealed class PythonPool(SocketPool pool, nint radio)
{
    internal SocketPool Pool { get; } = pool;

    internal nint Radio { get; } = radio;
}
