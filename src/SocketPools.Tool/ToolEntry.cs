using System.CommandLine;

namespace SocketPools.Tool;

/// <summary>Runs the command in this process: arguments in, exit code out. Nothing escapes but the exit code.</summary>
internal static class ToolEntry
{
    internal static int Run(string[] args, ToolConsole console, CancellationToken stop)
    {
        GlobalOptions options = new();
        RootCommand root = new("Sockets that come from a pool: a demo, and tools that use them on this host's network.");
        options.AddTo(root);
        foreach (Command command in ToolCommands.Create(new CommandContext(console, options, stop)))
        {
            root.Add(command);
        }

        return CommandRunner.Run(root, args, console, stop);
    }
}
