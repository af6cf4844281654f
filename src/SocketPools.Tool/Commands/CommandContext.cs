using System.CommandLine;
using SocketPools.Tool.Radios;

namespace SocketPools.Tool;

/// <summary>What a command works with: the console, the options of all commands, and the wish to stop.</summary>
/// <param name="console">Where it reads and writes.</param>
/// <param name="options">The options of all commands.</param>
/// <param name="stop">Cancelled at Ctrl-C.</param>
internal sealed class CommandContext(ToolConsole console, GlobalOptions options, CancellationToken stop)
{
    internal ToolConsole Console => console;

    internal GlobalOptions Options => options;

    internal CancellationToken Stop => stop;

    /// <summary>Opens the radio that the options ask for. Its pool is closed at Ctrl-C, which wakes every blocked call.</summary>
    internal RadioScope OpenRadio(ParseResult result) => new RadioOpener(console, options, result).Open(stop);
}
