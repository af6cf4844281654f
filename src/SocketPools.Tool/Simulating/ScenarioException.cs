namespace SocketPools.Tool.Simulating;

/// <summary>What is wrong with a scenario, with its file and line.</summary>
internal sealed class ScenarioException(string file, int line, string message)
    : ToolException(FormattableString.Invariant($"{file}:{line}: {message}"), ExitCodes.Usage);
