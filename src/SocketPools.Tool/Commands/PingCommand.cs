using System.CommandLine;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Tool.Radios;

namespace SocketPools.Tool;

/// <summary><c>socketpool ping HOST</c>.</summary>
internal static class PingCommand
{
    private const double DefaultTimeout = 2;
    private const double MaxInterval = 86_400;

    internal static Command Create(CommandContext context)
    {
        Argument<string> host = new("HOST") { Description = "A host name, or an address in digits." };
        Option<int> count = new("--count", "-c") { Description = "How many requests to send; 0 until Ctrl-C.", HelpName = "N", DefaultValueFactory = _ => 4 };
        Option<double> interval = new("--interval", "-i") { Description = "Seconds from one request to the next, fractions allowed.", HelpName = "SECONDS", DefaultValueFactory = _ => 1 };
        Option<int> size = new("--size", "-s") { Description = "Bytes of payload.", HelpName = "BYTES", DefaultValueFactory = _ => 56 };
        Option<bool> json = new("--json") { Description = "Print JSON at the end instead of lines." };
        FamilyOptions family = new();
        Command command = new("ping", "Send ICMP echo requests to a host.") { host, count, interval, size, json };
        family.AddTo(command);
        count.Require(n => n >= 0, "--count takes 0 or more");
        interval.Require(seconds => seconds is >= 0 and <= MaxInterval, $"--interval takes 0 to {MaxInterval} seconds");
        size.Require(bytes => bytes is >= 0 and <= IcmpEcho.MaxPayload, $"--size takes 0 to {IcmpEcho.MaxPayload} bytes");
        command.SetAction(result =>
        {
            TimeSpan timeout = context.Options.TimeoutOf(result, DefaultTimeout)!.Value;
            using RadioScope scope = context.OpenRadio(result);
            string name = result.GetRequiredValue(host);
            AddressInfo row = scope.Pool.GetAddressInfo(name, 0, family.Of(result), SocketType.Dgram, timeout: timeout)[0];
            using IcmpEcho echo = new(scope.Pool, row.Family);
            PingRun run = new(echo, name, row.Address, result.GetValue(size), timeout)
            {
                Count = result.GetValue(count) == 0 ? null : result.GetValue(count),
                Clock = scope.Radio.TimeProvider,
                Interval = TimeSpan.FromSeconds(result.GetValue(interval)),
                Print = result.GetValue(json) ? Ignore : context.Console.Text.WriteLine,
            };
            PingReport report = run.Run(context.Stop);
            if (result.GetValue(json))
            {
                ToolJson.Write(context.Console, report, ToolJson.Default.PingReport);
            }

            return context.Stop.IsCancellationRequested ? ExitCodes.Interrupted : report.Received > 0 ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static void Ignore(string line)
    {
    }
}
