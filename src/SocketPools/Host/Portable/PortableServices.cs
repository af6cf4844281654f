using System.Globalization;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Portable;

/// <summary>The services that network programs name (IANA's registry); for others the number is to be given.</summary>
internal static class PortableServices
{
    private static readonly Dictionary<string, (int Port, bool Tcp, bool Udp)> s_ports = new(StringComparer.Ordinal)
    {
        ["echo"] = (7, true, true),
        ["discard"] = (9, true, true),
        ["daytime"] = (13, true, true),
        ["ftp"] = (21, true, false),
        ["ssh"] = (22, true, false),
        ["telnet"] = (23, true, false),
        ["smtp"] = (25, true, false),
        ["time"] = (37, true, true),
        ["domain"] = (53, true, true),
        ["tftp"] = (69, false, true),
        ["http"] = (80, true, false),
        ["pop3"] = (110, true, false),
        ["ntp"] = (123, false, true),
        ["imap2"] = (143, true, false),
        ["imap"] = (143, true, false),
        ["snmp"] = (161, true, true),
        ["ldap"] = (389, true, true),
        ["https"] = (443, true, true),
        ["syslog"] = (514, false, true),
        ["mqtt"] = (1883, true, false),
        ["mdns"] = (5353, false, true),
        ["secure-mqtt"] = (8883, true, false),
    };

    /// <summary>The port; the types that do not have the service are taken out of the list.</summary>
    internal static bool TryGetPort(AddressQuery query, List<(SocketType Type, ProtocolType Protocol)> types, out int port)
    {
        port = 0;
        if (query.Service is null)
        {
            return true;
        }

        if (ushort.TryParse(query.Service, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
        {
            port = number;
            return true;
        }

        if ((query.Flags & AddressInfoFlags.NumericService) != 0 || !s_ports.TryGetValue(query.Service, out (int Port, bool Tcp, bool Udp) entry))
        {
            return false;
        }

        types.RemoveAll(t => t.Type == SocketType.Raw || !(t.Type == SocketType.Stream ? entry.Tcp : entry.Udp));
        port = entry.Port;
        return types.Count > 0;
    }
}
