using SocketPools.Radios;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Names;

/// <summary>What is asked for: a name in lower case without a dot at the end, and a type.</summary>
internal readonly record struct DnsPendingQuestion(string Name, DnsType Type);

/// <summary>What is known of a name and a type.</summary>
/// <param name="Addresses">Empty after a failure.</param>
/// <param name="CanonicalName">The name at the end of the aliases.</param>
/// <param name="Error">NoName: there is no such name; NoData: it has no address of the type; Again, Fail: no server could answer.</param>
/// <param name="Seconds">How long it is true; 0: not to be remembered.</param>
internal sealed record DnsResponse(IPAddressValue[] Addresses, string CanonicalName, AddressInfoError Error, int Seconds)
{
    /// <summary>After a failure: what stands behind it, for people; null where the error says all.</summary>
    internal string? Detail { get; init; }

    internal static DnsResponse Failed(AddressInfoError error, string name = "", int seconds = 0) => new([], name, error, seconds);
}

/// <summary>What a message says to a question.</summary>
internal enum DnsVerdict
{
    /// <summary>The answer.</summary>
    Answer,

    /// <summary>The name is an alias of another, which is to be asked for.</summary>
    Alias,

    /// <summary>It cannot be read.</summary>
    Malformed,
}

/// <summary>Reads a response: follows aliases in it (RFC 1034, section 3.6.2), and takes addresses of the name at their end and of no other.</summary>
internal static class DnsResponseReader
{
    // Aliases that one message may hold. Servers follow them without a common limit: nsd sends 19, and glibc takes what there is.
    private const int MaxAliases = 128;

    /// <summary>Reads a response to a question, whose code is NoError or NameError.</summary>
    /// <param name="view">The message.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="maxAddresses">How many addresses are taken.</param>
    /// <param name="answer">What is known now; with <see cref="DnsVerdict.Alias"/> the other name and how long it is one.</param>
    internal static DnsVerdict Read(DnsView view, in DnsPendingQuestion question, int maxAddresses, out DnsResponse answer)
    {
        answer = DnsResponse.Failed(AddressInfoError.Fail);
        if (!TryReadAliases(view, question.Name, out string name, out int aliases, out int seconds))
        {
            return DnsVerdict.Malformed;
        }

        IPAddressValue[] addresses = ReadAddresses(view, question.Type, name, maxAddresses, ref seconds, out int negative);
        bool isUnknown = view.ResponseCode == DnsResponseCode.NameError;
        if (addresses.Length > 0 && !isUnknown)
        {
            answer = new DnsResponse(addresses, name, AddressInfoError.None, seconds);
            return DnsVerdict.Answer;
        }

        if (aliases > 0 && negative < 0 && !isUnknown)
        {
            // The server knows the alias and not what it stands for.
            answer = new DnsResponse([], name, AddressInfoError.None, seconds);
            return DnsVerdict.Alias;
        }

        // RFC 2308, section 5: without a time of its own it is not remembered that something is not there.
        answer = DnsResponse.Failed(isUnknown ? AddressInfoError.NoName : AddressInfoError.NoData, name, Math.Max(0, Math.Min(seconds, negative)));
        return DnsVerdict.Answer;
    }

    /// <summary>Finds the name at the end of the aliases, which may stand in any order. The message is read once for all of them.</summary>
    /// <returns>False: it cannot be read, they go round in a circle, or there are too many.</returns>
    private static bool TryReadAliases(DnsView view, string asked, out string name, out int aliases, out int seconds)
    {
        (name, aliases, seconds) = (asked, 0, int.MaxValue);
        Dictionary<string, (string Target, int Seconds)>? targets = null;
        DnsReader reader = view.Read();
        while (reader.TryReadRecord(out DnsRecord record))
        {
            if (IsAnswer(record) && record.Type == DnsType.Cname && record.TryReadName(out DnsName target))
            {
                targets ??= new Dictionary<string, (string, int)>(StringComparer.OrdinalIgnoreCase);
                targets.TryAdd(record.Name.ToString(), (target.ToString(), record.TimeToLive));
                if (targets.Count > MaxAliases)
                {
                    return false;
                }
            }
        }

        while (targets is not null && targets.TryGetValue(name, out (string Target, int Seconds) next))
        {
            name = next.Target;
            seconds = Math.Min(seconds, next.Seconds);
            if (++aliases > targets.Count)
            {
                return false;
            }
        }

        return !reader.IsMalformed;
    }

    /// <summary>Reads the addresses of a name, and the time that an authority gives for there being none.</summary>
    /// <param name="view">The message.</param>
    /// <param name="type">The type of record.</param>
    /// <param name="name">The name at the end of the aliases.</param>
    /// <param name="maxAddresses">How many addresses are taken.</param>
    /// <param name="seconds">Is reduced to the shortest time to live.</param>
    /// <param name="negative">In seconds; -1 for none.</param>
    private static IPAddressValue[] ReadAddresses(DnsView view, DnsType type, string name, int maxAddresses, ref int seconds, out int negative)
    {
        List<IPAddressValue> addresses = [];
        negative = -1;
        DnsReader reader = view.Read();
        while (reader.TryReadRecord(out DnsRecord record))
        {
            if (record.Section == DnsSection.Authority && record.TryReadNegativeTimeToLive(out int ttl))
            {
                negative = ttl;
            }
            else if (IsAnswer(record) && record.Type == type && record.Name.Is(name) && record.TryReadAddress(out IPAddressValue address))
            {
                seconds = Math.Min(seconds, record.TimeToLive);
                if (addresses.Count < maxAddresses)
                {
                    addresses.Add(address);
                }
            }
        }

        return [.. addresses];
    }

    private static bool IsAnswer(in DnsRecord record) => record.Section == DnsSection.Answer && record.Class == DnsView.InternetClass;
}
