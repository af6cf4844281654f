using System.CommandLine;

namespace SocketPools.Tool;

/// <summary>The commands, in the order of the help.</summary>
internal static class ToolCommands
{
    internal static IEnumerable<Command> Create(CommandContext context) =>
    [
        DemoCommand.Create(context),
        RadiosCommand.Create(context),
        ResolveCommand.Create(context),
        GetCommand.Create(context),
        ServeCommand.Create(context),
        PingCommand.Create(context),
        NcCommand.Create(context),
        ForwardCommand.Create(context),
        NetstatCommand.Create(context),
        SimCommand.Create(context),
        ReportCommand.Create(context),
    ];

    /// <summary>The commands that run on nodes of a simulation.</summary>
    internal static IEnumerable<Command> CreateForNode(CommandContext context) =>
    [
        ResolveCommand.Create(context),
        GetCommand.Create(context),
        ServeCommand.Create(context),
        PingCommand.Create(context),
    ];
}
