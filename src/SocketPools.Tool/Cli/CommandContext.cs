using System.CommandLine;

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
    internal RadioScope OpenRadio(ParseResult result)
    {
        HostNetwork radio;
        try
        {
            radio = new HostNetwork(result.GetValue(options.Interface));
        }
        catch (ArgumentException e)
        {
            throw new ToolException(RadioScope.WithoutParameterName(e), ExitCodes.Usage, e);
        }

        if (result.GetValue(options.MaxSockets) is { } maxSockets)
        {
            if (maxSockets < 1 || maxSockets > radio.MaxSocketsLimit)
            {
                throw new ToolException($"--max-sockets takes 1 to {radio.MaxSocketsLimit} on this host (ulimit -n), not {maxSockets}", ExitCodes.Usage);
            }

            radio.MaxSockets = maxSockets;
        }

        return new RadioScope(radio, stop);
    }
}

/// <summary>A radio and its pool for the time of one command.</summary>
internal sealed class RadioScope : IDisposable
{
    private readonly CancellationTokenRegistration _registration;

    internal RadioScope(HostNetwork radio, CancellationToken stop)
    {
        Radio = radio;
        Pool = new SocketPool(radio);
        _registration = stop.Register(Pool.Dispose);
    }

    internal HostNetwork Radio { get; }

    internal SocketPool Pool { get; }

    public void Dispose()
    {
        _registration.Dispose();
        Pool.Dispose();
    }

    /// <summary>The message of an argument exception without the name of the parameter, which means nothing here.</summary>
    internal static string WithoutParameterName(ArgumentException e)
    {
        int cut = e.Message.IndexOf(" (Parameter ", StringComparison.Ordinal);
        return cut < 0 ? e.Message : e.Message[..cut];
    }
}
