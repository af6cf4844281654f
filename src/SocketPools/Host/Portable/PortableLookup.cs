using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Portable;

/// <summary>
/// getaddrinfo(3) built from <see cref="Dns"/>, which gives addresses only: the rows are every address with every type, in
/// the order of glibc. The service names are those of a small table (the BCL does not read the system's), else numbers.
/// </summary>
internal static class PortableLookup
{
    private const AddressInfoFlags KnownFlags = AddressInfoFlags.Passive | AddressInfoFlags.CanonicalName | AddressInfoFlags.NumericHost
        | AddressInfoFlags.V4Mapped | AddressInfoFlags.All | AddressInfoFlags.AddressConfigured | AddressInfoFlags.NumericService;

    private static readonly (SocketType Type, ProtocolType Protocol)[] s_types =
    [
        (SocketType.Stream, ProtocolType.Tcp), (SocketType.Dgram, ProtocolType.Udp), (SocketType.Raw, ProtocolType.Unspecified),
    ];

    internal static AddressLookup Run(AddressQuery query)
    {
        AddressInfoError error = Check(query);
        if (error != AddressInfoError.None)
        {
            return new AddressLookup(error);
        }

        List<(SocketType Type, ProtocolType Protocol)> types = [.. s_types.Where(t => Matches(t, query))];
        if (types.Count == 0)
        {
            return new AddressLookup(query.Type == 0 ? AddressInfoError.Service : AddressInfoError.SocketType);
        }

        if (!PortableServices.TryGetPort(query, types, out int port))
        {
            bool mustBeNumber = (query.Flags & AddressInfoFlags.NumericService) != 0;
            return new AddressLookup(mustBeNumber ? AddressInfoError.NoName : AddressInfoError.Service);
        }

        try
        {
            (IReadOnlyList<IPAddress> addresses, string name, error) = FindAddresses(query);
            return error == AddressInfoError.None ? MakeRows(query, addresses, name, types, port) : new AddressLookup(error);
        }
        catch (SocketException e)
        {
            return Translate(e.SocketErrorCode);
        }
        catch (ArgumentException)
        {
            return new AddressLookup(AddressInfoError.NoName); // longer than a name can be
        }
    }

    private static AddressInfoError Check(AddressQuery query) => query switch
    {
        { Flags: var flags } when (flags & ~KnownFlags) != 0 => AddressInfoError.BadFlags,
        { Host: null, Flags: var flags } when (flags & AddressInfoFlags.CanonicalName) != 0 => AddressInfoError.BadFlags,
        { Host: null, Service: null } => AddressInfoError.NoName,
        { Family: not (AddressFamily.Unspecified or AddressFamily.InterNetwork or AddressFamily.InterNetworkV6) } => AddressInfoError.Family,
        { Type: not (0 or SocketType.Stream or SocketType.Dgram or SocketType.Raw) } => AddressInfoError.SocketType,
        _ => AddressInfoError.None,
    };

    private static bool Matches((SocketType Type, ProtocolType Protocol) row, AddressQuery query) =>
        (query.Type == 0 || query.Type == row.Type)
        && (query.Protocol == ProtocolType.Unspecified || query.Protocol == row.Protocol
            || (row.Type == SocketType.Raw && query.Type == SocketType.Raw && query.Service is null));

    private static (IReadOnlyList<IPAddress> Addresses, string Name, AddressInfoError Error) FindAddresses(AddressQuery query)
    {
        if (query.Host is null)
        {
            bool passive = (query.Flags & AddressInfoFlags.Passive) != 0;
            IPAddress v4 = passive ? IPAddress.Any : IPAddress.Loopback;
            IPAddress v6 = passive ? IPAddress.IPv6Any : IPAddress.IPv6Loopback;
            // glibc names IPv4's "any" before IPv6's and IPv6's loopback before IPv4's.
            return (Filter(query, passive ? [v4, v6] : [v6, v4]), "", AddressInfoError.None);
        }

        if (IsNumeric(query.Host, out IPAddress? numeric))
        {
            List<IPAddress> one = Filter(query, [numeric!]);
            return (one, query.Host, one.Count == 0 ? AddressInfoError.AddressFamily : AddressInfoError.None);
        }

        if ((query.Flags & AddressInfoFlags.NumericHost) != 0 || query.Host.Length == 0)
        {
            return ([], "", AddressInfoError.NoName);
        }

        bool wantsName = (query.Flags & AddressInfoFlags.CanonicalName) != 0;
        AddressFamily asked = MayMap(query) ? AddressFamily.Unspecified : query.Family;
        IPHostEntry entry = wantsName
            ? Dns.GetHostEntry(query.Host, asked)
            : new IPHostEntry { AddressList = Dns.GetHostAddresses(query.Host, asked), HostName = query.Host };
        List<IPAddress> found = Filter(query, entry.AddressList);
        return (found, entry.HostName, found.Count == 0 ? AddressInfoError.NoName : AddressInfoError.None);
    }

    private static bool IsNumeric(string host, out IPAddress? address)
    {
        // The BCL also takes brackets and prefixes, which getaddrinfo does not.
        address = null;
        return host.AsSpan().IndexOfAny("[]/") < 0 && IPAddress.TryParse(host, out address);
    }

    private static bool MayMap(AddressQuery query) =>
        query.Family == AddressFamily.InterNetworkV6 && (query.Flags & AddressInfoFlags.V4Mapped) != 0;

    private static List<IPAddress> Filter(AddressQuery query, IReadOnlyList<IPAddress> addresses)
    {
        IEnumerable<IPAddress> configured = (query.Flags & AddressInfoFlags.AddressConfigured) == 0
            ? addresses
            : addresses.Where(a => IsConfigured(a.AddressFamily));
        List<IPAddress> own = [.. configured.Where(a => query.Family == AddressFamily.Unspecified || a.AddressFamily == query.Family)];
        if (MayMap(query) && (own.Count == 0 || (query.Flags & AddressInfoFlags.All) != 0))
        {
            own.AddRange(configured.Where(a => a.AddressFamily == AddressFamily.InterNetwork).Select(a => a.MapToIPv6()));
        }

        return [.. own.Distinct()];
    }

    private static bool IsConfigured(AddressFamily family) => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(i => i.GetIPProperties().UnicastAddresses)
        .Any(a => a.Address.AddressFamily == family && !IPAddress.IsLoopback(a.Address));

    private static AddressLookup MakeRows(
        AddressQuery query, IReadOnlyList<IPAddress> addresses, string name, List<(SocketType Type, ProtocolType Protocol)> types, int port)
    {
        List<AddressInfo> rows = [];
        foreach (IPAddress address in addresses)
        {
            foreach ((SocketType type, ProtocolType own) in types)
            {
                ProtocolType protocol = own == ProtocolType.Unspecified ? query.Protocol : own;
                string canonical = rows.Count == 0 && (query.Flags & AddressInfoFlags.CanonicalName) != 0 ? name : "";
                rows.Add(new AddressInfo(address.AddressFamily, type, protocol, canonical, new IPSocketAddress(address, port)));
            }
        }

        return new AddressLookup(rows);
    }

    private static AddressLookup Translate(SocketError error) => error switch
    {
        SocketError.HostNotFound => new AddressLookup(AddressInfoError.NoName),
        SocketError.TryAgain => new AddressLookup(AddressInfoError.Again),
        SocketError.NoRecovery => new AddressLookup(AddressInfoError.Fail),
        SocketError.NoData => new AddressLookup(AddressInfoError.NoData),
        SocketError.AddressFamilyNotSupported => new AddressLookup(AddressInfoError.Family),
        _ => new AddressLookup(AddressInfoError.System, ErrnoTable.ToErrno(error)),
    };
}
