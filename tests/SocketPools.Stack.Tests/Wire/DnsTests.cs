using CsCheck;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Wire;

public sealed class DnsTests
{
    private static readonly Gen<string> s_label = Gen.OneOf(Gen.Char['a', 'z'], Gen.Char['A', 'Z'], Gen.Char['0', '9'], Gen.OneOf('-', '_')).Array[1, 20].Select(c => new string(c));

    private static readonly Gen<string> s_name = s_label.Array[0, 6].Select(labels => string.Join('.', labels));

    // A response of a server, names compressed: www.example.com is a CNAME of example.com, which has A and AAAA; SOA and OPT behind.
    private static readonly byte[] s_response = Hex.Bytes(
        """
        1234 8180 0001 0003 0001 0001
        03777777 076578616d706c65 03636f6d 00 0001 0001
        c00c 0005 0001 0000003c 0002 c010
        c010 0001 0001 0000012c 0004 c0000207
        c010 001c 0001 8000012c 0010 20010db8000000000000000000000007
        c018 0006 0001 00000384 001c 016e c018 0161 c018 00000001 00000708 00000384 00093a80 00015180
        00 0029 04d0 00000000 0000
        """);

    [Fact]
    public void A_response_is_read()
    {
        // The SOA's data: 01 'n' ptr, 01 'a' ptr, five numbers: 4 + 4 + 20.
        Assert.True(DnsQuery.TryCreate("WWW.Example.COM.", DnsType.A, 0x1234, out DnsQuery query));
        Assert.True(DnsView.TryRead(s_response, out DnsView view));
        Assert.True(view.IsResponse && view.IsRecursionAvailable && !view.IsTruncated && !view.IsAuthoritative);
        Assert.True(view.IsResponseTo(query));
        Assert.Equal(DnsResponseCode.NoError, view.ResponseCode);
        DnsReader reader = view.Read();
        List<string> seen = [];
        while (reader.TryReadRecord(out DnsRecord record))
        {
            string data = record.TryReadAddress(out IPAddressValue address) ? address.ToString()
                : record.TryReadName(out DnsName name) ? name.ToString()
                : record.TryReadNegativeTimeToLive(out int seconds) ? $"{seconds} s" : $"{record.Data.Length} bytes";
            seen.Add($"{record.Section} {record.Name.ToString()} {record.Type} {record.TimeToLive} {data}");
        }

        Assert.False(reader.IsMalformed);
        Assert.Equal(
            [
                "Answer www.example.com Cname 60 example.com", "Answer example.com A 300 192.0.2.7", "Answer example.com Aaaa 0 2001:db8::7",
                "Authority com Soa 900 900 s", "Additional  Opt 0 0 bytes",
            ],
            seen);
    }

    [Theory]
    [InlineData("www.example.com", nameof(DnsType.A), 0x1234, true)]
    [InlineData("www.example.com", nameof(DnsType.A), 0x1235, false)]
    [InlineData("www.example.com", nameof(DnsType.Aaaa), 0x1234, false)]
    [InlineData("www.example.org", nameof(DnsType.A), 0x1234, false)]
    [InlineData("www.example", nameof(DnsType.A), 0x1234, false)]
    [InlineData("www.example.com.au", nameof(DnsType.A), 0x1234, false)]
    [InlineData("ww.wexample.com", nameof(DnsType.A), 0x1234, false)]
    [InlineData("", nameof(DnsType.A), 0x1234, false)]
    public void Only_the_response_to_the_query_is_one(string name, string type, ushort id, bool isOne)
    {
        Assert.True(DnsQuery.TryCreate(name, Enum.Parse<DnsType>(type), id, out DnsQuery query));
        Assert.True(DnsView.TryRead(s_response, out DnsView view));
        Assert.Equal(isOne, view.IsResponseTo(query));
    }

    [Theory]
    [InlineData(2, 0x01)] // a query
    [InlineData(2, 0x91)] // another kind of query
    [InlineData(5, 0)] // no question
    [InlineData(5, 2)] // two
    [InlineData(32, 3)] // another class
    public void A_response_that_was_tampered_with_is_none(int at, byte value)
    {
        byte[] bytes = [.. s_response];
        bytes[at] = value;
        Assert.True(DnsQuery.TryCreate("www.example.com", DnsType.A, 0x1234, out DnsQuery query));
        Assert.True(DnsView.TryRead(bytes, out DnsView view));
        Assert.False(view.IsResponseTo(query));
    }

    [Fact]
    public void A_query_that_was_written_is_read() => Gen.Select(s_name, Gen.UShort, Gen.OneOf((ushort)0, (ushort)1232)).Sample((name, id, size) =>
    {
        if (!DnsQuery.TryCreate(name, DnsType.Aaaa, id, out DnsQuery query))
        {
            return false;
        }

        query = query with { UdpPayloadSize = size };
        byte[] bytes = new byte[query.Length];
        query.Write(bytes);
        bool isRead = DnsView.TryRead(bytes, out DnsView view) & !view.IsResponse && (bytes[2] & 1) == 1 && view.Id == id;
        DnsReader reader = view.Read();
        bool isAsked = reader.TryReadQuestion(out DnsQuestion question) && question.Name.Is(name.ToUpperInvariant()) && question.Name.Is(name + ".")
            && string.Equals(question.Name.ToString(), name, StringComparison.OrdinalIgnoreCase) && question.Type == DnsType.Aaaa && question.Class == DnsView.InternetClass;
        bool hasEdns = reader.TryReadRecord(out DnsRecord record) && record.Type == DnsType.Opt && record.Class == size;
        bytes[2] |= 0x80;
        return isRead && isAsked && hasEdns == (size != 0) && !reader.IsMalformed && view.IsResponseTo(query) && query.Length <= DnsQuery.MaxLength;
    });

    [Theory]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("b\u00FCcher.example")]
    [InlineData("a\n")]
    public void A_name_that_nobody_has_is_not_asked_for(string name) => Assert.False(DnsQuery.TryCreate(name, DnsType.A, 1, out _));

    [Fact]
    public void Names_have_limits()
    {
        string label = new('a', DnsName.MaxLabel);
        Assert.True(DnsQuery.TryCreate(label, DnsType.A, 1, out _));
        Assert.False(DnsQuery.TryCreate(label + "a", DnsType.A, 1, out _));
        string longest = string.Join('.', label, label, label, label[..61]);
        Assert.True(DnsQuery.TryCreate(longest, DnsType.A, 1, out DnsQuery query));
        Assert.False(DnsQuery.TryCreate(longest + "a", DnsType.A, 1, out _));
        byte[] bytes = new byte[DnsQuery.MaxLength];
        (query with { UdpPayloadSize = 1232 }).Write(bytes);
        Assert.True(DnsView.TryRead(bytes, out DnsView view));
        DnsReader reader = view.Read();
        Assert.True(reader.TryReadQuestion(out DnsQuestion question) && question.Name.Is(longest));
    }

    [Theory]
    [InlineData("c000", "onto itself")]
    [InlineData("0161 c000", "onto its own beginning")]
    [InlineData("c002 c000", "in a circle")]
    [InlineData("c002 00", "ahead")]
    [InlineData("0161", "without an end")]
    [InlineData("05616161", "cut off")]
    [InlineData("c0", "half a pointer")]
    [InlineData("4061 00", "a label of no known kind")]
    [InlineData("8061 00", "a label of no known kind")]
    public void A_name_that_leads_nowhere_is_not_read(string hex, string why)
    {
        int steps = 0;
        Assert.False(DnsName.TryRead(Hex.Bytes(hex), 0, out _, out _, ref steps), why);
        Assert.InRange(steps, 1, 10);
    }

    [Fact]
    public void A_chain_of_pointers_is_followed_for_a_while_and_not_longer()
    {
        byte[] bytes = new byte[1000]; // 0: the root; at 2i a pointer to 2(i-1)
        for (int i = 1; i < 500; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 * i), (ushort)(0xC000 | (2 * (i - 1))));
        }

        int steps = 0;
        Assert.True(DnsName.TryRead(bytes, 2 * 32, out DnsName name, out int end, ref steps));
        Assert.Equal((66, 33, ""), (end, steps, name.ToString()));
        Assert.False(DnsName.TryRead(bytes, 2 * 33, out _, out _, ref steps));
        Assert.False(DnsName.TryRead(bytes, 998, out _, out _, ref steps));
        Assert.InRange(steps, 33, 100);
    }

    [Fact]
    public void A_name_may_not_get_longer_than_255_by_pointers()
    {
        // 250 bytes of labels, and before them 10 bytes that go on there.
        byte[] tail = [.. Enumerable.Range(0, 25).SelectMany(_ => new byte[] { 9, 97, 97, 97, 97, 97, 97, 97, 97, 97 }), 0];
        byte[] bytes = [.. tail, 3, 98, 98, 98, 0xC0, 0, 4, 98, 98, 98, 98, 0xC0, 0];
        int steps = 0;
        Assert.True(DnsName.TryRead(bytes, tail.Length, out DnsName name, out _, ref steps));
        Assert.StartsWith("bbb.aaaaaaaaa.", name.ToString(), StringComparison.Ordinal);
        Assert.False(DnsName.TryRead(bytes, tail.Length + 6, out _, out _, ref steps));
    }

    [Fact]
    public void Names_are_the_same_in_upper_and_lower_case_and_however_they_are_compressed()
    {
        byte[] bytes = Hex.Bytes("0161 0162 00  0141 c002  0161 0163 00 0161 00 045b7b5b7b 00 043b3b3b3b 00");
        int steps = 0;
        Assert.True(DnsName.TryRead(bytes, 0, out DnsName name, out int end, ref steps));
        Assert.True(DnsName.TryRead(bytes, end, out DnsName compressed, out end, ref steps));
        Assert.True(DnsName.TryRead(bytes, end, out DnsName other, out end, ref steps));
        Assert.True(DnsName.TryRead(bytes, end, out DnsName shorter, out end, ref steps));
        Assert.True(DnsName.TryRead(bytes, end, out DnsName brackets, out end, ref steps));
        Assert.True(DnsName.TryRead(bytes, end, out DnsName semicolons, out end, ref steps));
        Assert.True(name.Equals(compressed) && compressed.Equals(name) && compressed.Is("A.b"));
        Assert.False(name.Equals(other) || name.Equals(shorter) || shorter.Equals(name) || brackets.Equals(semicolons));
        Assert.Equal("\\091\\123\\091\\123", brackets.ToString());
    }

    [Fact]
    public void No_beginning_of_a_response_is_read_as_a_whole_one()
    {
        for (int length = 0; length < s_response.Length; length++)
        {
            if (DnsView.TryRead(s_response.AsSpan(0, length), out DnsView view))
            {
                DnsReader reader = view.Read();
                while (reader.TryReadRecord(out _))
                {
                }

                Assert.True(reader.IsMalformed);
            }
        }
    }

    [Fact]
    public void Work_is_linear_in_the_bytes() => Gen.OneOf(Gen.Byte, Gen.OneOf<byte>(0, 0xC0, 1, 12)).Array[0, 4000].Sample(tail =>
    {
        byte[] bytes = [0, 1, 0x80, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, .. tail];
        DnsView.TryRead(bytes, out DnsView view);
        DnsReader reader = view.Read();
        while (reader.TryReadRecord(out DnsRecord record))
        {
            record.TryReadName(out _);
            record.TryReadNegativeTimeToLive(out _);
        }

        // A name is at most 127 labels and 32 pointers, and a question or record takes 5 bytes or more.
        return reader.Steps <= bytes.Length / 5 * 160;
    });
}
