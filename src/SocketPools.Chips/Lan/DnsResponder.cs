using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Chips.Lan;

/// <summary>Answers a DNS question for an A record (RFC 1035) by a radio's resolver.</summary>
internal static class DnsResponder
{
    private const int MostAnswers = 8;

    /// <summary>The response; null when the message is no question.</summary>
    internal static async ValueTask<byte[]?> RespondAsync(Radio radio, byte[] query)
    {
        if (!DnsMessage.TryReadQuestion(query, out string name, out int type, out int questionEnd))
        {
            return null;
        }

        List<byte[]> addresses = [];
        int code = 0;
        if (type == DnsMessage.TypeA)
        {
            AddressQuery lookup = new(name, null, AddressFamily.InterNetwork, SocketType.Stream);
            AddressLookup answer = await radio.ResolveAsync(lookup, CancellationToken.None).ConfigureAwait(false);
            addresses.AddRange(answer.Rows.Take(MostAnswers).Select(r => r.Address.ToIPAddress().GetAddressBytes()));
            code = answer.Error switch
            {
                AddressInfoError.None or AddressInfoError.NoData or AddressInfoError.AddressFamily => 0,
                AddressInfoError.NoName => DnsMessage.NameError,
                _ => DnsMessage.ServerFailure,
            };
        }

        return DnsMessage.WriteResponse(query.AsSpan(0, questionEnd), code, addresses);
    }
}
