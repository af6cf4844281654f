using System.CommandLine;
using System.CommandLine.Invocation;

namespace SocketPools.Tool;

/// <summary>Runs a command line in this process: arguments in, exit code out. Nothing escapes but the exit code.</summary>
internal static class CommandRunner
{
    private const int MaxError = 2000;

    internal static int Run(RootCommand root, string[] args, ToolConsole console, CancellationToken stop)
    {
        try
        {
            // An argument that begins with @ is an argument, not a file with more of them.
            // Without any there is nothing to do but to tell what can be done.
            ParseResult result = root.Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            return result.Action is ParseErrorAction
                ? Fail(console, UsageError(result), ExitCodes.Usage)
                : result.Invoke(new InvocationConfiguration
                {
                    Output = console.Text,
                    Error = console.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                });
        }
        catch (Exception e)
        {
            return stop.IsCancellationRequested
                ? ExitCodes.Interrupted
                : Fail(console, ErrorText.Of(e), (e as ToolException)?.ExitCode ?? ExitCodes.Failed);
        }
    }

    private static string UsageError(ParseResult result)
    {
        string command = result.CommandResult.Command is RootCommand ? "" : $" {result.CommandResult.Command.Name}";
        string[] messages = [.. result.Errors.Select(error => string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];

        // A command that is no command is missing, too, and the parser says that first. It also names .NET types; where an
        // option says itself what it takes, that is better.
        string? message = Array.Find(messages, m => m.StartsWith("Unrecognized", StringComparison.Ordinal))
            ?? Array.Find(messages, m => !m.Contains("as expected type", StringComparison.Ordinal))
            ?? messages.FirstOrDefault();
        int typeName = message?.IndexOf(" as expected type", StringComparison.Ordinal) ?? -1;
        message = typeName < 0 ? message ?? "The command line is not understood" : message![..typeName];
        return $"{message.TrimEnd('.')} (see: socketpool{command} --help)";
    }

    private static int Fail(ToolConsole console, string message, int exitCode)
    {
        string line = ToolConsole.OneLine(message.TrimEnd());
        console.Say($"socketpool: {(line.Length <= MaxError ? line : line[..MaxError] + "...")}");
        return exitCode;
    }
}
