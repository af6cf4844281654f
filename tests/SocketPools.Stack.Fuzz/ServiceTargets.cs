using SocketPools.Stack.Wire;
using static SocketPools.Stack.Fuzz.FuzzTargets;

namespace SocketPools.Stack.Fuzz;

/// <summary>DHCP and DNS.</summary>
internal static class ServiceTargets
{
    // A name is at most 127 labels and 32 pointers; a question or record takes 5 bytes or more.
    private const int StepsPerRecord = 160;
    private const int BytesPerRecord = 5;

    internal static void Dhcp(ReadOnlySpan<byte> bytes)
    {
        if (!DhcpView.TryRead(bytes, out DhcpView message))
        {
            return;
        }

        _ = (message.IsReply, message.TransactionId, message.Seconds, message.IsBroadcast, message.ClientAddress, message.YourAddress, message.ClientHardware, message.MessageType);
        _ = (message.TryGetAddress(DhcpOption.SubnetMask, out _), message.TryGetNumber(DhcpOption.LeaseTime, out _), message.TryGetShort(DhcpOption.InterfaceMtu, out _));
        Check(message.CopyAddresses(DhcpOption.DnsServers, new IPAddressValue[2]) <= 2, "More was copied than fits.");
        DhcpOptionReader options = message.Options;
        while (options.MoveNext())
        {
            _ = (options.Type, options.Body.Length);
        }

        Check(options.Steps <= bytes.Length, "The walk is not linear.");
        int count = 0;
        for (DhcpRoutes routes = message.Routes; routes.MoveNext(); count++)
        {
            Check(routes.Prefix.Length <= 32 && routes.Router.IsIPv4, "A route is none.");
        }

        Check(count <= 51, "There are more routes than fit.");
    }

    internal static void Dns(ReadOnlySpan<byte> bytes)
    {
        if (!DnsView.TryRead(bytes, out DnsView message))
        {
            return;
        }

        _ = (message.Id, message.IsTruncated, message.IsAuthoritative, message.IsRecursionAvailable, message.ResponseCode);
        DnsReader reader = message.Read();
        if (reader.TryReadQuestion(out DnsQuestion question) && DnsQuery.TryCreate(question.Name.ToString(), question.Type, message.Id, out DnsQuery query))
        {
            byte[] again = new byte[query.Length];
            query.Write(again);
            Check(DnsView.TryRead(again, out DnsView written) && !written.IsResponse, "A query is not read as it was written.");
            _ = message.IsResponseTo(query);
        }

        DnsName last = question.Name;
        bool hasLast = message.Questions > 0 && !reader.IsMalformed;
        int records = 0;
        while (reader.TryReadRecord(out DnsRecord record))
        {
            records++;
            Check(record.TimeToLive >= 0 && record.Data.Length <= bytes.Length && record.Name.Equals(record.Name), "A record is none.");
            _ = hasLast && last.Equals(record.Name) && last.Is(record.Name.ToString());
            _ = (record.Section, record.TryReadAddress(out _), record.TryReadNegativeTimeToLive(out _));
            hasLast = record.TryReadName(out DnsName target);
            last = target;
        }

        Check(records <= bytes.Length / 11 + 1 && reader.Steps <= (bytes.Length / BytesPerRecord + 1) * StepsPerRecord, "The walk is not linear.");
    }
}
