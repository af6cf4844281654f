using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketPools.Forwarding;
using SocketPools.Tool.Radios;
using SocketPools.Tool.Serving;

namespace SocketPools.Tool;

/// <summary><c>socketpool forward LISTEN TARGET...</c> and <c>socketpool forward --socks LISTEN</c>.</summary>
internal static class ForwardCommand
{
    private const double DefaultTimeout = 10;
    private const double MaxIdle = int.MaxValue / 1000.0;
    private const int MaxCredentials = 512;

    internal static Command Create(CommandContext context)
    {
        Argument<string[]> rules = new("LISTEN TARGET") { Description = "Where to listen ([ADDRESS:]PORT) and where to connect to (HOST:PORT). Pairs may be repeated; with --socks no TARGET.", Arity = ArgumentArity.OneOrMore };
        Option<bool> socks = new("--socks") { Description = "Be a SOCKS5 server: clients say where to connect to." };
        Option<bool> reverse = new("--reverse", "-r") { Description = "Listen on the radio and connect on this computer." };
        Option<bool> udp = new("--udp", "-u") { Description = "UDP instead of TCP." };
        Option<int> maxConnections = new("--max-connections", "-m") { Description = "How many connections, or UDP mappings, at once (128).", HelpName = "N", DefaultValueFactory = _ => 128 };
        Option<double?> idle = new("--idle") { Description = "Seconds of silence after which a connection ends: none; for UDP 120.", HelpName = "SECONDS" };
        Option<string?> auth = new("--auth-file") { Description = "The user and the password that SOCKS clients have to give: a file with USER:PASSWORD.", HelpName = "FILE" };
        Option<bool> quiet = new("--quiet", "-q") { Description = "Do not print the connections." };
        Command command = new("forward", "Carry connections between this computer and a radio: for programs that open their own sockets.") { rules, socks, reverse, udp, maxConnections, idle, auth, quiet };
        maxConnections.Require(number => number is >= 1 and <= 1_000_000, "--max-connections takes 1 to 1000000");
        idle.Require(seconds => seconds is null or (> 0 and <= MaxIdle), $"--idle takes more than 0 and at most {MaxIdle:0} seconds");
        command.SetAction(result =>
        {
            bool isSocks = result.GetValue(socks);
            bool isReverse = result.GetValue(reverse);
            if (isSocks && (isReverse || result.GetValue(udp)))
            {
                throw new ToolException("--socks goes with neither --reverse nor --udp", ExitCodes.Usage);
            }

            if (result.GetValue(auth) is not null && !isSocks)
            {
                throw new ToolException("--auth-file goes with --socks", ExitCodes.Usage);
            }

            ForwardRule[] parsed = ForwardRule.Parse(result.GetRequiredValue(rules), isSocks, isReverse ? IPAddress.Any : IPAddress.Loopback);
            using RequestLog? log = result.GetValue(quiet) ? null : new RequestLog(context.Console.Text.WriteLine);
            SocketForwarderOptions options = new()
            {
                Protocol = result.GetValue(udp) ? ProtocolType.Udp : ProtocolType.Tcp,
                MaxConnections = result.GetValue(maxConnections),
                ConnectTimeout = context.Options.TimeoutOf(result, DefaultTimeout)!.Value,
                Credentials = result.GetValue(auth) is { } file ? ReadCredentials(file) : null,
                Observer = log is null ? null : new ForwardLog(log.Add),
            };
            if (result.GetValue(idle) is { } seconds)
            {
                options.TcpIdleTimeout = options.UdpIdleTimeout = TimeSpan.FromSeconds(seconds);
            }

            using RadioScope scope = context.OpenRadio(result);
            Run(context, scope, parsed, isReverse, options);
            return context.Stop.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Ok;
        });
        return command;
    }

    private static void Run(CommandContext context, RadioScope scope, ForwardRule[] rules, bool isReverse, SocketForwarderOptions options)
    {
        using SocketPool? here = isReverse ? new SocketPool(new HostNetwork()) : null;
        here?.Radio.MaxSockets = (int)Math.Min(here.Radio.MaxSocketsLimit, (long)options.MaxConnections * rules.Length);
        List<SocketForwarder> forwarders = [];
        try
        {
            foreach (ForwardRule rule in rules)
            {
                options.LocalEndPoint = rule.Listen;
                SocketForwarder forwarder = rule.Target is not { } target ? SocketForwarder.StartSocks(scope.Pool, options)
                    : here is not null ? SocketForwarder.Start(scope.Pool, rule.Listen, here, target.Host, target.Port, options)
                    : SocketForwarder.FromLoopback(scope.Pool, target.Host, target.Port, options);
                forwarders.Add(forwarder);
                context.Console.Text.WriteLine(rule.Target is null ? $"SOCKS5 on {forwarder.LocalEndPoint}" : $"Forwarding {forwarder.LocalEndPoint} to {rule.TargetText}");
                if (!isReverse && !IPAddress.IsLoopback(rule.Listen.Address) && options.Credentials is null)
                {
                    context.Console.Say($"Every host that can reach {forwarder.LocalEndPoint} can use it");
                }
            }

            Task ended = Task.WhenAny(forwarders.Select(forwarder => forwarder.Completion)).Unwrap();
            try
            {
                ended.Wait(context.Stop);
            }
            catch (OperationCanceledException)
            {
                // Ctrl-C.
            }
            catch (AggregateException e) when (e.InnerException is PoolSocketException or ObjectDisposedException)
            {
                throw new ToolException(e.InnerException!.Message, inner: e.InnerException);
            }
        }
        finally
        {
            Task.WhenAll(forwarders.Select(forwarder => forwarder.DisposeAsync().AsTask())).Wait();
        }
    }

    private static NetworkCredential ReadCredentials(string file)
    {
        string line;
        try
        {
            using StreamReader reader = new(file, Encoding.UTF8);
            char[] text = new char[MaxCredentials + 1];
            line = new string(text, 0, reader.ReadBlock(text)).Split('\n')[0].TrimEnd('\r');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"reading {file} failed: {e.Message}", inner: e);
        }

        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < line.Length - 1 && Encoding.UTF8.GetByteCount(line[..colon]) <= 255 && Encoding.UTF8.GetByteCount(line[(colon + 1)..]) <= 255
            ? new NetworkCredential(line[..colon], line[(colon + 1)..])
            : throw new ToolException($"the first line of {file} is not USER:PASSWORD, each 1 to 255 bytes");
    }
}
