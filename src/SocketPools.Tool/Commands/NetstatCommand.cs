using System.CommandLine;
using SocketPools.Tool.Netstat;
using SocketPools.Tool.Radios;

namespace SocketPools.Tool;

/// <summary><c>socketpool netstat</c>.</summary>
internal static class NetstatCommand
{
    private const double DefaultTimeout = 5;

    internal static Command Create(CommandContext context)
    {
        Option<int?> pid = new("--pid") { Description = "Only the stacks of this process.", HelpName = "PID" };
        Option<bool> json = new("--json") { Description = "Print JSON." };
        Command command = new("netstat", "Show sockets, interfaces, routes, neighbours, limits and drops of the running stacks: those of --radio tap:, tun: and stack.") { pid, json };
        command.SetAction(result =>
        {
            string? only = RadioOf(result.GetValue(context.Options.Radio));
            TimeSpan timeout = context.Options.TimeoutOf(result, DefaultTimeout)!.Value;
            NetstatReport[] reports = [.. NetstatReader.Read(timeout, context.Console.Say, context.Stop)
                .Where(report => only is null || report.Stack.Radio == only)
                .Where(report => result.GetValue(pid) is not { } number || report.Pid == number)];
            Print(context.Console, reports, result.GetValue(json));
            return only is not null && reports.Length == 0 ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }

    private static string? RadioOf(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return RadioName.TryParse(text, out RadioName name) && name.Kind != RadioKind.Host
            ? name.ToString()
            : throw new ToolException($"netstat shows stacks, and \"{ToolConsole.OneLine(text)}\" is none; the host's own sockets are for ss(8)", ExitCodes.Usage);
    }

    private static void Print(ToolConsole console, NetstatReport[] reports, bool json)
    {
        if (json)
        {
            ToolJson.Write(console, reports, ToolJson.Default.NetstatReportArray);
            return;
        }

        if (reports.Length == 0)
        {
            console.Say("No stack is running. (Stacks are those of --radio tap:, tun: and stack; the host's own sockets are for ss(8).)");
        }

        for (int i = 0; i < reports.Length; i++)
        {
            console.Text.WriteLine($"{(i > 0 ? "\n" : "")}Process {reports[i].Pid}, socketpool {ToolConsole.OneLine(reports[i].Command)}");
            foreach (string line in reports[i].Stack.ToString().Split('\n'))
            {
                console.Text.WriteLine(ToolConsole.OneLine(line));
            }
        }
    }
}
