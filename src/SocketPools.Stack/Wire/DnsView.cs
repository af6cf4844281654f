using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>What a server answers (RFC 1035, section 4.1.1).</summary>
internal enum DnsResponseCode : byte
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
}

/// <summary>The types of records that this stack knows (RFC 1035, section 3.2.2; RFC 3596; RFC 6891).</summary>
internal enum DnsType : ushort
{
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Aaaa = 28,
    Opt = 41,
}

/// <summary>Where in a message a record stands (RFC 1035, section 4.1).</summary>
internal enum DnsSection : byte
{
    Answer,
    Authority,
    Additional,
}

/// <summary>The bytes of a DNS message (RFC 1035, section 4.1); <see cref="DnsReader"/> reads on.</summary>
internal readonly ref struct DnsView
{
    /// <summary>Bytes of the header.</summary>
    internal const int HeaderLength = 12;

    /// <summary>The port of servers.</summary>
    internal const ushort Port = 53;

    /// <summary>Names of the Internet: the only class in use.</summary>
    internal const ushort InternetClass = 1;

    private DnsView(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    /// <summary>All of the message.</summary>
    internal ReadOnlySpan<byte> Bytes { get; }

    internal ushort Id => BinaryPrimitives.ReadUInt16BigEndian(Bytes);

    internal bool IsResponse => (Bytes[2] & 0x80) != 0;

    /// <summary>0 for a query by name.</summary>
    internal int Opcode => Bytes[2] >> 3 & 0xF;

    internal bool IsAuthoritative => (Bytes[2] & 0x04) != 0;

    /// <summary>Whether it did not fit: all of it is to be had over TCP (RFC 7766).</summary>
    internal bool IsTruncated => (Bytes[2] & 0x02) != 0;

    /// <summary>
    /// Whether it is no answer: the server neither has the zone nor asks others, and names those that may know (as glibc, which takes it
    /// for a server that was not set up).
    /// </summary>
    internal bool IsReferral => ResponseCode == DnsResponseCode.NoError && Answers == 0 && !IsAuthoritative && !IsRecursionAvailable;

    internal bool IsRecursionAvailable => (Bytes[3] & 0x80) != 0;

    internal DnsResponseCode ResponseCode => (DnsResponseCode)(Bytes[3] & 0xF);

    internal int Questions => BinaryPrimitives.ReadUInt16BigEndian(Bytes[4..]);

    internal int Answers => BinaryPrimitives.ReadUInt16BigEndian(Bytes[6..]);

    internal int Authorities => BinaryPrimitives.ReadUInt16BigEndian(Bytes[8..]);

    internal int Additionals => BinaryPrimitives.ReadUInt16BigEndian(Bytes[10..]);

    internal DnsReader Read() => new(this);

    /// <summary>
    /// Whether it is a response to a query: of its id, with its question and no other (RFC 5452, section 9.1). Where it came from
    /// the caller has to look at.
    /// </summary>
    internal bool IsResponseTo(in DnsQuery query)
    {
        DnsReader reader = Read();
        return IsResponse && Opcode == 0 && Id == query.Id && Questions == 1 && reader.TryReadQuestion(out DnsQuestion question)
            && question.Type == query.Type && question.Class == InternetClass && question.Name.Is(query.Name);
    }

    /// <summary>
    /// Whether it is a header alone that answers a query by its id: a refusal for which the server did not keep the question (unbound
    /// sends these). It says nothing of a name, so only an error or a cut counts.
    /// </summary>
    internal bool IsBareRefusalOf(in DnsQuery query) =>
        IsResponse && Opcode == 0 && Id == query.Id && Questions == 0 && Answers == 0 && Authorities == 0
        && (IsTruncated || ResponseCode is not (DnsResponseCode.NoError or DnsResponseCode.NameError));

    /// <summary>Reads a message. False: it is shorter than its header.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out DnsView view)
    {
        view = new DnsView(bytes);
        return bytes.Length >= HeaderLength;
    }
}

/// <summary>A question (RFC 1035, section 4.1.2).</summary>
internal readonly ref struct DnsQuestion
{
    internal DnsName Name { get; init; }

    internal DnsType Type { get; init; }

    internal ushort Class { get; init; }
}
