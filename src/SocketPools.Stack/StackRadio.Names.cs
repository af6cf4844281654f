using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Stack;

// Names: addresses in digits are read here.
public sealed partial class StackRadio
{
    /// <inheritdoc/>
    public override AddressLookup LookUp(AddressQuery query, in Deadline deadline)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ReadDigits(query);
    }

    /// <inheritdoc/>
    public override ValueTask<AddressLookup> LookUpAsync(AddressQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<AddressLookup>(cancellationToken)
            : ValueTask.FromResult(ReadDigits(query));
    }

    private static AddressLookup ReadDigits(AddressQuery query)
    {
        ushort port = 0;
        if (query.Service is { } service && !ushort.TryParse(service, NumberStyles.None, CultureInfo.InvariantCulture, out port))
        {
            return new AddressLookup(AddressInfoError.Service);
        }

        List<IPAddress> addresses = [];
        if (query.Host is null)
        {
            bool passive = (query.Flags & AddressInfoFlags.Passive) != 0;
            addresses.Add(passive ? IPAddress.IPv6Any : IPAddress.IPv6Loopback);
            addresses.Add(passive ? IPAddress.Any : IPAddress.Loopback);
        }
        else if (IPAddress.TryParse(query.Host, out IPAddress? parsed))
        {
            addresses.Add(parsed);
        }

        List<AddressInfo> rows = [];
        foreach (IPAddress address in addresses.Where(a => query.Family == AddressFamily.Unspecified || a.AddressFamily == query.Family))
        {
            foreach ((SocketType type, ProtocolType protocol) in Kinds(query))
            {
                rows.Add(new AddressInfo(address.AddressFamily, type, protocol, "", new IPSocketAddress(address, port)));
            }
        }

        return rows.Count > 0 ? new AddressLookup(rows)
            : new AddressLookup(addresses.Count > 0 && query.Host is not null ? AddressInfoError.AddressFamily : AddressInfoError.NoName);
    }

    private static IEnumerable<(SocketType Type, ProtocolType Protocol)> Kinds(AddressQuery query)
    {
        (SocketType Type, ProtocolType Protocol)[] all =
            [(SocketType.Stream, ProtocolType.Tcp), (SocketType.Dgram, ProtocolType.Udp), (SocketType.Raw, ProtocolType.Unspecified)];
        return all.Where(k => (query.Type == 0 || k.Type == query.Type)
            && (query.Protocol == ProtocolType.Unspecified || k.Protocol == query.Protocol || k.Type == SocketType.Raw));
    }
}
