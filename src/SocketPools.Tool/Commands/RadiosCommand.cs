using System.CommandLine;
using System.Globalization;
using System.Net.NetworkInformation;

namespace SocketPools.Tool;

/// <summary><c>socketpool radios</c>.</summary>
internal static class RadiosCommand
{
    internal static Command Create(CommandContext context)
    {
        Option<bool> json = new("--json") { Description = "Print JSON." };
        Command command = new("radios", "List the interfaces of this host, each of which can be a radio.") { json };
        command.SetAction(result =>
        {
            if (result.GetValue(context.Options.Radio) is not (null or "host"))
            {
                throw new ToolException("radios lists the interfaces of the host; --radio has no place here, and netstat shows running stacks", ExitCodes.Usage);
            }

            RadioRow[] rows = [.. InterfaceNames(result.GetValue(context.Options.Interface)).Select(Describe)];
            if (result.GetValue(json))
            {
                ToolJson.Write(context.Console, rows, ToolJson.Default.RadioRowArray);
                return ExitCodes.Ok;
            }

            TextTable table = new("name", "state", "mtu", "hardware address", "addresses");
            foreach (RadioRow row in rows)
            {
                string mtu = row.Mtu > 0 ? row.Mtu.ToString(CultureInfo.InvariantCulture) : "-";
                table.Add(row.Name, row.Up ? "up" : "down", mtu, row.HardwareAddress ?? "-", string.Join(' ', row.Addresses));
            }

            context.Console.Text.WriteLine(table.ToString());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string[] InterfaceNames(string? only)
    {
        string[] names = [.. NetworkInterface.GetAllNetworkInterfaces().Select(i => i.Name)];
        if (only is null)
        {
            return names;
        }

        return names.Contains(only)
            ? [only]
            : throw new ToolException($"the host has no interface \"{only}\"; it has {string.Join(", ", names)}", ExitCodes.Usage);
    }

    private static RadioRow Describe(string name)
    {
        HostNetwork radio = new(name);
        byte[] hardware = radio.PhysicalAddress.GetAddressBytes();
        string? address = hardware.Length == 0 ? null : Convert.ToHexStringLower(hardware);
        return new RadioRow(
            name,
            radio.IsUp,
            radio.Mtu,
            address is null ? null : string.Join(':', address.Chunk(2).Select(pair => new string(pair))),
            [.. radio.Addresses.Select(a => a.ToString())]);
    }
}
