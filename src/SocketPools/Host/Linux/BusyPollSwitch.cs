namespace SocketPools.Host.Linux;

/// <summary>
/// Whether the threads of the epoll poll before they sleep. The runtime's switch <c>SocketPools.BusyPoll</c> decides, then the
/// environment variable <c>SOCKETPOOLS_BUSY_POLL</c>, for programs without a runtime configuration. Without both it is on.
/// </summary>
internal static class BusyPollSwitch
{
    internal const string Name = "SocketPools.BusyPoll";
    internal const string Variable = "SOCKETPOOLS_BUSY_POLL";

    /// <summary>What holds for this process, as it was at the first asynchronous wait.</summary>
    internal static bool IsOn { get; } = Decide(
        AppContext.TryGetSwitch(Name, out bool isOn) ? isOn : null, Environment.GetEnvironmentVariable(Variable), Environment.ProcessorCount);

    /// <summary>On one processor the peer, or who wakes it, waits for the processor that polls: there it is always off.</summary>
    internal static bool Decide(bool? contextSwitch, string? variable, int processors) =>
        processors > 1 && (contextSwitch ?? (variable is not "0" && !string.Equals(variable, "false", StringComparison.OrdinalIgnoreCase)));
}
