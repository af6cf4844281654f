namespace SocketPools.Benchmarks.Stack;

/// <summary>Who does a workload.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Run">Takes a turn.</param>
internal sealed record Contender(string Name, Func<TimeSpan, Turn> Run);

/// <summary>One thing that is measured, and who does it.</summary>
/// <param name="Name">Its name in the table and for <c>--filter</c>.</param>
/// <param name="IsRate">Whether Gbit/s are told, or nanoseconds of an operation.</param>
/// <param name="Goal">What our first contender should reach, in words.</param>
/// <param name="Contenders">Ours first, then the one it is compared with, then others.</param>
/// <param name="IsMet">Whether a median, and the median of the ratios within a round, reach the goal.</param>
internal sealed record Workload(
    string Name, bool IsRate, string Goal, IReadOnlyList<Contender> Contenders, Func<double, double, bool> IsMet);
