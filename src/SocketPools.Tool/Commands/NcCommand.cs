using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using SocketPools.Tool.Fetching;
using SocketPools.Tool.Radios;

namespace SocketPools.Tool;

/// <summary><c>socketpool nc HOST PORT</c> and <c>socketpool nc -l [HOST] PORT</c>.</summary>
internal static class NcCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string[]> address = new("HOST PORT") { Description = "Where to connect to; with -l the host may be left out.", Arity = new ArgumentArity(1, 2) };
        Option<bool> listen = new("--listen", "-l") { Description = "Wait for one connection (UDP: for the first datagram)." };
        Option<bool> udp = new("--udp", "-u") { Description = "UDP instead of TCP." };
        Option<bool> quiet = new("--quiet", "-q") { Description = "Do not say where it listens." };
        FamilyOptions family = new();
        Command command = new("nc", "Send the standard input to a socket, and what the socket receives to the standard output.") { address, listen, udp, quiet };
        family.AddTo(command);
        command.SetAction(result =>
        {
            bool isListening = result.GetValue(listen);
            (string? host, int port) = Parse(result.GetRequiredValue(address), isListening);
            TimeSpan? timeout = context.Options.TimeoutOf(result, null);
            SocketType type = result.GetValue(udp) ? SocketType.Dgram : SocketType.Stream;
            using RadioScope scope = context.OpenRadio(result);
            NetcatEnd end = new(scope.Pool, type, family.Of(result), timeout)
            {
                OnListening = at =>
                {
                    if (!result.GetValue(quiet))
                    {
                        context.Console.Say($"Listening on {at}");
                    }
                },
            };
            using PoolSocket socket = isListening
                ? end.WaitForPeer(host, port, context.Console.Output)
                : Connector.Connect(scope.Pool, host!, port, timeout, family.Of(result), type);
            new NetcatPump(socket, context.Console, timeout).Run();
            return context.Stop.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Ok;
        });
        return command;
    }

    private static (string? Host, int Port) Parse(string[] words, bool isListening)
    {
        if (words.Length == 1 && !isListening)
        {
            throw new ToolException("nc needs a host and a port (see: socketpool nc --help)", ExitCodes.Usage);
        }

        bool isPort = int.TryParse(words[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port <= 65535 && (port > 0 || isListening);
        return isPort
            ? (words.Length == 2 ? words[0] : null, port)
            : throw new ToolException($"\"{words[^1]}\" is not a port, which is {(isListening ? 0 : 1)} to 65535", ExitCodes.Usage);
    }
}
