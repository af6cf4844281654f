using System.CommandLine;
using SocketPools.Tool.Radios;
using SocketPools.Tool.Serving;

namespace SocketPools.Tool;

/// <summary>What a command works with: the console, the options of all commands, and the wish to stop.</summary>
/// <param name="console">Where it reads and writes.</param>
/// <param name="options">The options of all commands.</param>
/// <param name="stop">Cancelled at Ctrl-C.</param>
/// <param name="pool">The pool to use whatever the options say, with what starts its threads: a simulation's. Null for the options'.</param>
internal sealed class CommandContext(ToolConsole console, GlobalOptions options, CancellationToken stop, (SocketPool Pool, ThreadStarter Start)? pool = null)
{
    internal ToolConsole Console => console;

    internal GlobalOptions Options => options;

    internal CancellationToken Stop => stop;

    /// <summary>Whether it runs in simulated time: its output comes in an exact order.</summary>
    internal bool IsSimulated => pool is not null;

    /// <summary>Opens the radio that the options ask for. Its pool is closed at Ctrl-C, which wakes every blocked call.</summary>
    internal RadioScope OpenRadio(ParseResult result) =>
        pool is var (given, start) ? RadioScope.Share(given, start) : new RadioOpener(console, options, result).Open(stop);
}
