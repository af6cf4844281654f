using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Tool.Radios;
using SocketPools.Tool.Serving;

namespace SocketPools.Tool;

/// <summary><c>socketpool serve DIR</c>.</summary>
internal static class ServeCommand
{
    private const double DefaultTimeout = 30;
    private const int LongestLinger = 3600;

    internal static Command Create(CommandContext context)
    {
        Argument<string> directory = new("DIR") { Description = "The directory to serve." };
        Option<string?> bind = new("--bind", "-b") { Description = "The address to listen on: 127.0.0.1, or all of the radio with --interface or --radio. 0.0.0.0 or :: for all.", HelpName = "ADDRESS" };
        Option<int> port = new("--port", "-p") { Description = "The port; 0 lets the system choose.", HelpName = "PORT", DefaultValueFactory = _ => 8000 };
        Option<long?> clients = new("--clients", "-n") { Description = "Stop after so many connections.", HelpName = "N" };
        Option<bool> quiet = new("--quiet", "-q") { Description = "Do not print the requests." };
        Option<long> minimumRate = new("--min-rate") { Description = "Cut off clients that take less of an answer than this, on average after 5 seconds; 0 for none.", HelpName = "BYTES/S", DefaultValueFactory = _ => 0 };
        Option<double> linger = new("--linger") { Description = "Seconds to wait for a client's end after its last answer, so that it receives all of it.", HelpName = "SECONDS", DefaultValueFactory = _ => 2 };
        Command command = new("serve", "Serve a directory over HTTP/1.1.") { directory, bind, port, clients, quiet, minimumRate, linger };
        minimumRate.Require(rate => rate >= 0, "--min-rate takes 0 or more bytes per second");
        linger.Require(seconds => seconds is >= 0 and <= LongestLinger, $"--linger takes 0 to {LongestLinger} seconds");
        port.Require(number => number is >= 0 and <= 65535, "--port takes 0 to 65535");
        clients.Require(number => number is null or >= 1, "--clients takes 1 or more");
        command.SetAction(result =>
        {
            ServedTree tree = new(result.GetRequiredValue(directory));
            using RadioScope scope = context.OpenRadio(result);
            if (scope.Pool.MaxSockets < 2)
            {
                throw new ToolException("serve needs 2 sockets at least: one listens, one serves a client", ExitCodes.Usage);
            }

            string host = result.GetValue(bind) ?? (scope.IsWholeHost ? "127.0.0.1" : "0.0.0.0");
            TimeSpan timeout = context.Options.TimeoutOf(result, DefaultTimeout) ?? Timeout.InfiniteTimeSpan;
            ServeLimits limits = new(timeout, TimeSpan.FromSeconds(result.GetValue(linger)), result.GetValue(minimumRate));
            IPEndPoint address = Find(scope.Pool, host, result.GetValue(port), timeout);
            using RequestLog? log = result.GetValue(quiet) || context.IsSimulated ? null : new RequestLog(context.Console.Text.WriteLine);
            Action<string> write = context.IsSimulated && !result.GetValue(quiet) ? context.Console.Text.WriteLine : line => log?.Add(line);
            using StaticServer server = new(scope.Pool, tree, address, scope.Pool.MaxSockets - 1, limits, write, scope.StartThread);
            context.Console.Text.WriteLine($"Serving {ToolConsole.OneLine(tree.Root)} on http://{server.Address}/");
            server.Run(result.GetValue(clients), context.Stop);
            return context.Stop.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Ok;
        });
        return command;
    }

    private static IPEndPoint Find(SocketPool pool, string host, int port, TimeSpan timeout)
    {
        IReadOnlyList<AddressInfo> rows = pool.GetAddressInfo(
            host.Length == 0 ? null : host, port, type: SocketType.Stream, flags: AddressInfoFlags.Passive, timeout: timeout);
        return rows[0].Address.ToIPEndPoint();
    }
}
