using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Names;

namespace SocketPools.Stack.Tests.Names;

/// <summary>What is made of answers that contradict each other, of refusals, long chains and large sets.</summary>
public sealed class NameVerdictTests
{
    /// <summary>glibc's answers to the same packets, in both orders: see <see cref="NameOracleTests"/>.</summary>
    [Theory]
    [InlineData("3", "ok", "2001:db8::80")]
    [InlineData("ok", "3", "192.0.2.80")]
    [InlineData("ok", "nodata", "192.0.2.80")]
    [InlineData("3", "nodata", "NoName")]
    [InlineData("nodata", "3", "NoName")]
    [InlineData("3", "3", "NoName")]
    [InlineData("nodata", "nodata", "NoData")]
    [InlineData("2", "ok", "2001:db8::80")]
    [InlineData("ok", "2", "192.0.2.80")]
    [InlineData("ok", "5", "192.0.2.80")]
    [InlineData("2", "3", "NoName")]
    [InlineData("3", "2", "NoName")]
    [InlineData("2", "nodata", "NoData")]
    [InlineData("nodata", "2", "NoData")]
    [InlineData("2", "2", "Again")]
    public async Task The_answer_does_not_depend_on_which_packet_comes_first(string four, string six, string expected)
    {
        foreach (bool isSixFirst in (bool[])[true, false])
        {
            using NameBench bench = new(new DnsOptions { Attempts = 1 });
            Task<AddressLookup> lookup = bench.LookUp("www.example", AddressFamily.Unspecified);
            NameBench.Asked asked6 = bench.Take();
            NameBench.Asked asked4 = bench.Take();
            (NameBench.Asked Asked, string Mode)[] answers = [(asked6, six), (asked4, four)];
            foreach ((NameBench.Asked asked, string mode) in isSixFirst ? answers : answers.Reverse())
            {
                Assert.False(lookup.IsCompleted);
                bench.Answer(asked, Write(asked, mode));
            }

            Assert.Equal(expected, await NameBench.Text(lookup));
        }
    }

    /// <summary>RFC 4074, section 4.2: such servers exist. What AAAA says of the name holds for AAAA alone, now and from memory.</summary>
    [Fact]
    public async Task A_name_that_AAAA_denies_keeps_its_IPv4_address_in_memory_too()
    {
        using NameBench bench = new();
        Task<AddressLookup> six = bench.LookUp("www.example", AddressFamily.InterNetworkV6);
        NameBench.Asked asked = bench.Take();
        bench.Answer(asked, new Reply(asked, code: 3).NotThere(300).Bytes());
        Assert.Equal("NoName", await NameBench.Text(six));
        Task<AddressLookup> four = bench.LookUp("www.example");
        asked = bench.Take();
        bench.Answer(asked, Write(asked, "ok"));
        Assert.Equal("192.0.2.80", await NameBench.Text(four));
        Assert.Equal("192.0.2.80", await NameBench.Text(bench.LookUp("www.example", AddressFamily.Unspecified)));
    }

    [Fact]
    public async Task A_name_that_A_denies_is_still_waited_for_where_AAAA_is_under_way()
    {
        using NameBench bench = new();
        Task<AddressLookup> both = bench.LookUp("www.example", AddressFamily.Unspecified);
        NameBench.Asked six = bench.Take();
        NameBench.Asked four = bench.Take();
        bench.Answer(four, new Reply(four, code: 3).NotThere(300).Bytes());
        Task<AddressLookup> joined = bench.LookUp("www.example", AddressFamily.InterNetworkV6);
        bench.Answer(six, Write(six, "ok"));
        Assert.Equal("2001:db8::80", await NameBench.Text(both));
        Assert.Equal("2001:db8::80", await NameBench.Text(joined));
    }

    /// <summary>unbound refuses with the 12 bytes of the header alone: the id is the right one, and there is no question to compare.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_refusal_of_the_header_alone_sends_the_question_to_the_next_server_at_once(int code)
    {
        using NameBench bench = new(servers: ["192.0.2.51", "192.0.2.52"]);
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        NameBench.Asked asked = bench.Take("192.0.2.51");
        bench.Answer(asked, new Reply(asked, code ^ 7, id: asked.Id ^ 1).BareHeader(), "192.0.2.51"); // not for this question
        Assert.Equal(1, bench.Near.DnsCounters.ResponsesIgnored);
        bench.Answer(asked, new Reply(asked, code).BareHeader(), "192.0.2.51");
        if (code is 1 or 4)
        {
            // RFC 6891, section 7: it may be EDNS that it does not know.
            asked = bench.Take("192.0.2.51");
            Assert.False(asked.HasExtensions);
            bench.Answer(asked, new Reply(asked, code).BareHeader(), "192.0.2.51");
        }

        asked = bench.Take("192.0.2.52");
        bench.Answer(asked, Write(asked, "ok"), "192.0.2.52");
        Assert.Equal("192.0.2.80", await NameBench.Text(lookup));
        Assert.Equal(0, bench.Near.DnsCounters.LookupsTimedOut);
    }

    /// <summary>Some servers and firewalls drop questions with EDNS, or answer them with SERVFAIL.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_second_time_a_server_is_asked_without_EDNS(bool isAnswered)
    {
        using NameBench bench = new(new DnsOptions { Timeout = TimeSpan.FromSeconds(5) }, ["192.0.2.51", "192.0.2.52"]);
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        foreach (string server in (string[])["192.0.2.51", "192.0.2.52"])
        {
            NameBench.Asked first = bench.Take(server);
            Assert.True(first.HasExtensions);
            if (isAnswered)
            {
                bench.Answer(first, new Reply(first, code: 2).Bytes(), server);
            }
            else
            {
                bench.Clock.Advance(TimeSpan.FromSeconds(5));
            }
        }

        NameBench.Asked again = bench.Take("192.0.2.51");
        Assert.False(again.HasExtensions);
        bench.Answer(again, Write(again, "ok"), "192.0.2.51");
        Assert.Equal("192.0.2.80", await NameBench.Text(lookup));
    }

    /// <summary>As glibc: an empty answer of a server that neither has the zone nor asks others says nothing of the name.</summary>
    [Fact]
    public async Task A_server_that_refers_to_others_is_followed_by_the_next_and_is_no_answer()
    {
        using NameBench bench = new(new DnsOptions { Attempts = 1 }, ["192.0.2.51", "192.0.2.52"]);
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        NameBench.Asked asked = bench.Take("192.0.2.51");
        bench.Answer(asked, new Reply(asked, canRecurse: false).Bytes(), "192.0.2.51");
        asked = bench.Take("192.0.2.52");
        bench.Answer(asked, Write(asked, "ok"), "192.0.2.52");
        Assert.Equal("192.0.2.80", await NameBench.Text(lookup));
        Task<AddressLookup> second = bench.LookUp("ftp.example");
        foreach (string server in (string[])["192.0.2.52", "192.0.2.51"])
        {
            asked = bench.Take(server);
            bench.Answer(asked, new Reply(asked, canRecurse: false).Bytes(), server);
        }

        AddressLookup failed = await second.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal((AddressInfoError.Again, "name server 192.0.2.51 referred to other servers"), (failed.Error, failed.Detail));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_header_alone_says_nothing_of_a_name(int code)
    {
        using NameBench bench = new();
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        NameBench.Asked asked = bench.Take();
        bench.Answer(asked, new Reply(asked, code).BareHeader());
        Assert.False(lookup.IsCompleted);
        Assert.Equal(1, bench.Near.DnsCounters.ResponsesIgnored);
    }

    /// <summary>nsd sends 19; glibc follows as many as there are, in any order.</summary>
    [Theory]
    [InlineData(19, false)]
    [InlineData(19, true)]
    [InlineData(100, true)]
    public async Task A_message_with_many_aliases_is_followed_to_its_end(int count, bool isReversed)
    {
        using NameBench bench = new();
        Task<AddressLookup> lookup = bench.LookUp("c0.example", flags: AddressInfoFlags.CanonicalName);
        NameBench.Asked asked = bench.Take();
        Reply reply = new(asked);
        IEnumerable<int> order = Enumerable.Range(0, count);
        foreach (int i in isReversed ? order.Reverse() : order)
        {
            reply.Alias($"c{i}.example", $"c{i + 1}.example");
        }

        bench.Answer(asked, reply.Address($"C{count}.example", "192.0.2.80").Bytes());
        Assert.Equal("192.0.2.80", await NameBench.Text(lookup));
        Assert.Equal($"c{count}.example", (await lookup).Rows[0].CanonicalName);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(250)]
    public async Task A_large_set_of_addresses_is_given_whole(int count)
    {
        using NameBench bench = new();
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        NameBench.Asked asked = bench.Take();
        Reply reply = new(asked);
        for (int i = 0; i < count; i++)
        {
            reply.Address("www.example", $"198.51.{i / 200}.{(i % 200) + 1}");
        }

        bench.Answer(asked, reply.Bytes());
        Assert.Equal(count, (await lookup.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken)).Rows.Count);
    }

    [Theory]
    [InlineData("silence", "name server 192.0.2.53 did not answer")]
    [InlineData("2", "name server 192.0.2.53 answered SERVFAIL")]
    [InlineData("5", "name server 192.0.2.53 answered REFUSED")]
    public async Task The_error_says_what_the_name_server_did(string mode, string expected)
    {
        using NameBench bench = new(new DnsOptions { Attempts = 1 });
        using SocketPool pool = new(bench.Near);
        Task<IReadOnlyList<AddressInfo>> lookup = pool.GetAddressInfoAsync(
            "www.example", 80, AddressFamily.InterNetwork, cancellationToken: TestContext.Current.CancellationToken).AsTask();
        NameBench.Asked asked = bench.Take();
        if (mode == "silence")
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(3));
        }
        else
        {
            bench.Answer(asked, new Reply(asked, int.Parse(mode, null)).Bytes());
        }

        AddressInfoException e = await Assert.ThrowsAsync<AddressInfoException>(() => lookup);
        Assert.EndsWith(expected, e.Message, StringComparison.Ordinal);
        Assert.Equal(mode == "silence", e.Message.Contains("did not answer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_server_the_error_names_the_setting()
    {
        using NameBench bench = new(servers: []);
        using SocketPool pool = new(bench.Near);
        AddressInfoException e = await Assert.ThrowsAsync<AddressInfoException>(() => pool.GetAddressInfoAsync(
            "www.example", 80, cancellationToken: TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(AddressInfoError.Again, e.Error);
        Assert.Contains("no name server is configured (StackOptions.NameServers, SetNameServers, DHCP", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("did not answer", e.Message, StringComparison.Ordinal);
    }

    private static byte[] Write(in NameBench.Asked asked, string mode) => mode switch
    {
        "ok" => new Reply(asked).Address(asked.Name, asked.Type == 1 ? "192.0.2.80" : "2001:db8::80").Bytes(),
        "nodata" => new Reply(asked).NotThere(300).Bytes(),
        "3" => new Reply(asked, code: 3).NotThere(300).Bytes(),
        _ => new Reply(asked, int.Parse(mode, null)).Bytes(),
    };
}
