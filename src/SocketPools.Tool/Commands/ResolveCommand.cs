using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Tool.Radios;

namespace SocketPools.Tool;

/// <summary><c>socketpool resolve NAME [PORT]</c>.</summary>
internal static class ResolveCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string> name = new("NAME") { Description = "A host name, or an address in digits." };
        Argument<string?> port = new("PORT") { Description = "A port or the name of a service (0).", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> type = new("--type", "-t") { Description = "Only rows for this type of socket.", HelpName = "stream|dgram|raw" };
        type.AcceptOnlyFromAmong("stream", "dgram", "raw");
        Option<bool> canonical = new("--canonical") { Description = "Ask for the canonical name." };
        Option<bool> json = new("--json") { Description = "Print JSON." };
        FamilyOptions family = new();
        Command command = new("resolve", "Look up the addresses of a host: what getaddrinfo gives.") { name, port, type, canonical, json };
        family.AddTo(command);
        command.SetAction(result =>
        {
            using RadioScope scope = context.OpenRadio(result);
            IReadOnlyList<AddressInfo> rows = scope.Pool.GetAddressInfo(
                result.GetRequiredValue(name),
                ServiceOf(result.GetValue(port)),
                family.Of(result),
                TypeOf(result.GetValue(type)),
                ProtocolType.Unspecified,
                result.GetValue(canonical) ? AddressInfoFlags.CanonicalName : AddressInfoFlags.None,
                context.Options.TimeoutOf(result, null));
            Print(context.Console, [.. rows.Select(Describe)], result.GetValue(json));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(ToolConsole console, AddressRow[] rows, bool json)
    {
        if (json)
        {
            ToolJson.Write(console, rows, ToolJson.Default.AddressRowArray);
            return;
        }

        TextTable table = new("family", "type", "protocol", "port", "address", "canonical name");
        foreach (AddressRow row in rows)
        {
            table.Add(row.Family, row.Type, row.Protocol, row.Port.ToString(CultureInfo.InvariantCulture), row.Address, ToolConsole.OneLine(row.CanonicalName ?? ""));
        }

        console.Text.WriteLine(table.ToString());
    }

    private static AddressRow Describe(AddressInfo row) => new(
        row.Family == AddressFamily.InterNetwork ? "ipv4" : "ipv6",
        row.Type.ToString().ToLowerInvariant(),
        NameOf(row.Protocol),
        (int)row.Protocol,
        row.Address.ToIPAddress().ToString(),
        row.Address.Port,
        row.CanonicalName.Length > 0 ? row.CanonicalName : null);

    /// <summary>The name of a protocol as protocols(5) has it. A raw socket's row has number 0, which is "ip".</summary>
    private static string NameOf(ProtocolType protocol) => (int)protocol switch
    {
        0 => "ip",
        1 => "icmp",
        6 => "tcp",
        17 => "udp",
        58 => "ipv6-icmp",
        132 => "sctp",
        136 => "udplite",
        255 => "raw",
        var number => number.ToString(CultureInfo.InvariantCulture),
    };

    private static string? ServiceOf(string? text)
    {
        bool isNumber = text?.All(char.IsAsciiDigit) == true;
        return isNumber && !(int.TryParse(text, CultureInfo.InvariantCulture, out int port) && port <= 65535)
            ? throw new ToolException($"\"{text}\" is not a port, which is 0 to 65535", ExitCodes.Usage)
            : text;
    }

    private static SocketType TypeOf(string? text) => text switch
    {
        "stream" => SocketType.Stream,
        "dgram" => SocketType.Dgram,
        "raw" => SocketType.Raw,
        _ => 0,
    };
}
