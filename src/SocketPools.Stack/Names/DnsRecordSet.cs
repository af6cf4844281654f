using System.Globalization;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Names;

/// <summary>Makes the rows of getaddrinfo (RFC 3493, section 6.1) of addresses.</summary>
internal static class DnsRecordSet
{
    private static readonly (SocketType Type, ProtocolType Protocol)[] s_kinds =
        [(SocketType.Stream, ProtocolType.Tcp), (SocketType.Dgram, ProtocolType.Udp), (SocketType.Raw, ProtocolType.Unspecified)];

    /// <summary>Whether IPv4 addresses are wanted as mapped IPv6 ones.</summary>
    internal static bool MapsIPv4(AddressQuery query) =>
        query.Family == AddressFamily.InterNetworkV6 && (query.Flags & AddressInfoFlags.V4Mapped) != 0;

    /// <summary>Reads the port of a service in digits. There is no table of services.</summary>
    internal static bool TryReadPort(string? service, out ushort port)
    {
        port = 0;
        return service is null || ushort.TryParse(service, NumberStyles.None, CultureInfo.InvariantCulture, out port);
    }

    internal static ushort PortOf(AddressQuery query) => TryReadPort(query.Service, out ushort port) ? port : (ushort)0;

    /// <summary>A row for each address and each kind of socket that is wanted.</summary>
    internal static AddressLookup Make(AddressQuery query, IEnumerable<IPAddressValue> addresses, string canonicalName, ushort port, uint scope = 0)
    {
        List<AddressInfo> rows = [];
        string name = (query.Flags & AddressInfoFlags.CanonicalName) != 0 ? canonicalName : "";
        foreach (IPAddressValue address in addresses)
        {
            IPAddressValue shown = address.IsIPv4 && MapsIPv4(query) ? address.ToIPv4Mapped() : address;
            if (query.Family != AddressFamily.Unspecified && shown.Family != query.Family)
            {
                continue;
            }

            foreach ((SocketType type, ProtocolType protocol) in s_kinds)
            {
                bool isType = query.Type == 0 || type == query.Type;
                if (isType && (query.Protocol == ProtocolType.Unspecified || protocol == query.Protocol || type == SocketType.Raw))
                {
                    rows.Add(new AddressInfo(shown.Family, type, protocol, name, shown.ToSocketAddress(port, scope)));
                    name = "";
                }
            }
        }

        return rows.Count > 0 ? new AddressLookup(rows) : new AddressLookup(AddressInfoError.NoName);
    }
}
