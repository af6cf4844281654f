using System.Globalization;
using System.Text;
using SocketPools.Radios;

namespace SocketPools.Host.Backends;

/// <summary>What lookups of the same name have in common: a port in digits and the case of letters change nothing in what is asked.</summary>
internal static class SharedQuery
{
    /// <summary>The query to share, and the port that its rows get afterwards; -1 leaves them as they are.</summary>
    internal static AddressQuery Of(AddressQuery query, out int port)
    {
        port = -1;
        if (query.Service is { Length: > 0 } service && int.TryParse(service, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number <= System.Net.IPEndPoint.MaxPort)
        {
            port = number;
            query = query with { Service = "0" };
        }

        // The canonical name may repeat the letters of the question.
        bool keepsCase = (query.Flags & AddressInfoFlags.CanonicalName) != 0 || query.Host is null || !Ascii.IsValid(query.Host);
        return keepsCase ? query : query with { Host = query.Host!.ToLowerInvariant() };
    }

    internal static AddressLookup WithPort(in AddressLookup answer, int port) =>
        answer.Failed || port <= 0 ? answer : new AddressLookup([.. answer.Rows.Select(row => row with { Address = row.Address.WithPort(port) })]);
}
