namespace SocketPools.Tool.Serving;

/// <summary>What a client of <c>serve</c> may take.</summary>
/// <param name="Timeout">For a head, and without any progress of an answer; infinite for no limit.</param>
/// <param name="Linger">For the client's end after the last answer, so that it receives all of that.</param>
/// <param name="MinimumRate">Bytes per second that it has to take of an answer, on average; 0 for no limit.</param>
internal sealed record ServeLimits(TimeSpan Timeout, TimeSpan Linger, long MinimumRate = 0);
