namespace SocketPools.Tool;

/// <summary>What the command ends with.</summary>
internal static class ExitCodes
{
    internal const int Ok = 0;
    internal const int Failed = 1;
    internal const int Usage = 2;
    internal const int Interrupted = 130;
}

/// <summary>A failure whose message is the whole story: it is printed as one line and ends the command.</summary>
internal class ToolException(string message, int exitCode = ExitCodes.Failed, Exception? inner = null) : Exception(message, inner)
{
    internal int ExitCode { get; } = exitCode;
}
