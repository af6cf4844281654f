using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Names;

namespace SocketPools.Stack.Tests.Names;

/// <summary>What a stack asks name servers, and what it makes of their answers.</summary>
public sealed class NameResolverTests
{
    [Fact]
    public async Task Both_families_are_asked_for_side_by_side_from_two_ports_with_two_ids()
    {
        using NameBench bench = new();
        Task<AddressLookup> lookup = bench.LookUp("WWW.Example", AddressFamily.Unspecified);
        NameBench.Asked first = bench.Take();
        NameBench.Asked second = bench.Take();
        Assert.Equal([28, 1], (int[])[first.Type, second.Type]);
        Assert.Equal("www.example", first.Name);
        Assert.NotEqual(first.From, second.From);
        Assert.NotEqual(first.Id, second.Id);
        bench.Answer(second, new Reply(second).Address("www.EXAMPLE", "192.0.2.80").Bytes());
        Assert.False(lookup.IsCompleted);
        bench.Answer(first, new Reply(first).Address("www.example", "2001:db8::80").Bytes());
        Assert.Equal("2001:db8::80 192.0.2.80", await NameBench.Text(lookup));
        AddressInfo row = (await lookup).Rows[0];
        Assert.Equal((SocketType.Stream, ProtocolType.Tcp, 80, ""), (row.Type, row.Protocol, row.Address.Port, row.CanonicalName));
    }

    [Fact]
    public async Task An_answer_is_remembered_as_long_as_its_shortest_time_says()
    {
        using NameBench bench = new();
        Task<AddressLookup> lookup = bench.LookUp("www.example", flags: AddressInfoFlags.CanonicalName);
        NameBench.Asked asked = bench.Take();
        bench.Answer(asked, new Reply(asked).Alias("www.example", "a.example", 60).Alias("a.example", "b.example", 300)
            .Address("b.example", "192.0.2.80").Address("other.example", "192.0.2.99").Bytes());
        Assert.Equal("192.0.2.80", await NameBench.Text(lookup));
        Assert.Equal("b.example", (await lookup).Rows[0].CanonicalName);
        bench.Clock.Advance(TimeSpan.FromSeconds(58));
        Assert.Equal("192.0.2.80", await NameBench.Text(bench.LookUp("Www.Example.")));
        Assert.Equal(1, bench.Near.DnsCounters.CacheHits);
        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        _ = bench.LookUp("www.example");
        Assert.Equal("www.example", bench.Take().Name);
    }

    [Fact]
    public async Task That_a_name_is_not_there_holds_for_every_type_and_for_the_time_of_the_zone()
    {
        using NameBench bench = new();
        Task<AddressLookup> lookup = bench.LookUp("no.example");
        NameBench.Asked asked = bench.Take();
        bench.Answer(asked, new Reply(asked, code: 3).NotThere(30).Bytes());
        Assert.Equal("NoName", await NameBench.Text(lookup));
        Assert.Equal("NoName", await NameBench.Text(bench.LookUp("no.example", AddressFamily.InterNetworkV6)));
        bench.Clock.Advance(TimeSpan.FromSeconds(31));
        _ = bench.LookUp("no.example");
        bench.Take();
    }

    [Fact]
    public async Task A_name_without_an_address_of_the_family_is_told_apart_from_none()
    {
        using NameBench bench = new();
        Task<AddressLookup> lookup = bench.LookUp("mail.example");
        NameBench.Asked asked = bench.Take();
        bench.Answer(asked, new Reply(asked).NotThere(30).Bytes());
        Assert.Equal("NoData", await NameBench.Text(lookup));
        lookup = bench.LookUp("mail.example", AddressFamily.InterNetworkV6);
        asked = bench.Take();
        bench.Answer(asked, new Reply(asked).Address("mail.example", "2001:db8::25").Bytes());
        Assert.Equal("2001:db8::25", await NameBench.Text(lookup));
    }

    [Fact]
    public async Task An_alias_without_its_end_is_followed_by_a_question()
    {
        using NameBench bench = new();
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        NameBench.Asked asked = bench.Take();
        bench.Answer(asked, new Reply(asked).Alias("www.example", "cdn.example.net").Bytes());
        asked = bench.Take();
        Assert.Equal("cdn.example.net", asked.Name);
        bench.Answer(asked, new Reply(asked).Address("cdn.example.net", "192.0.2.7").Bytes());
        Assert.Equal("192.0.2.7", await NameBench.Text(lookup));
    }

    [Fact]
    public async Task Aliases_in_a_circle_end_within_one_message_and_over_several()
    {
        using NameBench bench = new();
        Task<AddressLookup> lookup = bench.LookUp("a.example");
        while (bench.TryTake(out NameBench.Asked asked))
        {
            bench.Answer(asked, new Reply(asked).Alias("a.example", "b.example").Alias("b.example", "a.example").Bytes());
        }

        Assert.Equal("Fail", await NameBench.Text(lookup));
        lookup = bench.LookUp("c.example");
        int questions = 0;
        while (bench.TryTake(out NameBench.Asked asked))
        {
            bench.Answer(asked, new Reply(asked).Alias(asked.Name, $"c{questions++}.example").Bytes());
        }

        Assert.Equal("Fail", await NameBench.Text(lookup));
        Assert.InRange(questions, 8, 40);
    }

    [Fact]
    public async Task A_dead_server_costs_its_time_once_and_every_round_takes_longer()
    {
        using NameBench bench = new(servers: ["192.0.2.51", "192.0.2.52"]);
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        bench.Take("192.0.2.51");
        Assert.False(bench.TryTake(out _, "192.0.2.52"));
        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        NameBench.Asked asked = bench.Take("192.0.2.52");
        bench.Answer(asked, new Reply(asked).Address("www.example", "192.0.2.80").Bytes(), "192.0.2.52");
        Assert.Equal("192.0.2.80", await NameBench.Text(lookup));
        lookup = bench.LookUp("ftp.example");
        bench.Take("192.0.2.52"); // the one that answered is asked first now
        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        bench.Take("192.0.2.51");
        bench.Clock.Advance(TimeSpan.FromSeconds(2 + 4 + 4 + 8 + 7));
        Assert.False(lookup.IsCompleted);
        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("Again", await NameBench.Text(lookup));
        Assert.Equal(1 + 6, bench.Near.DnsCounters.LookupsTimedOut);
    }

    [Theory]
    [InlineData(2, "Again")]
    [InlineData(5, "Fail")]
    public async Task A_server_that_cannot_say_is_followed_by_the_next(int code, string error)
    {
        using NameBench bench = new(new DnsOptions { Attempts = 1 }, ["192.0.2.51", "192.0.2.52"]);
        for (int i = 0; i < 2; i++)
        {
            Task<AddressLookup> lookup = bench.LookUp("www.example");
            foreach (string server in (string[])["192.0.2.51", "192.0.2.52"])
            {
                NameBench.Asked asked = bench.Take(server);
                bench.Answer(asked, new Reply(asked, code).Bytes(), server);
            }

            Assert.Equal(error, await NameBench.Text(lookup)); // and is not remembered
        }
    }

    [Fact]
    public async Task A_server_without_extensions_is_asked_without()
    {
        using NameBench bench = new();
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        NameBench.Asked asked = bench.Take();
        Assert.True(asked.HasExtensions);
        bench.Answer(asked, new Reply(asked, code: 1).Bytes());
        asked = bench.Take();
        Assert.False(asked.HasExtensions);
        bench.Answer(asked, new Reply(asked).Address("www.example", "192.0.2.80").Bytes());
        Assert.Equal("192.0.2.80", await NameBench.Text(lookup));
    }

    [Fact]
    public async Task The_same_question_is_asked_once_for_all_who_want_to_know()
    {
        using NameBench bench = new();
        Task<AddressLookup>[] lookups = [.. Enumerable.Range(0, 5).Select(_ => bench.LookUp("www.example"))];
        NameBench.Asked asked = bench.Take();
        Assert.False(bench.TryTake(out _));
        bench.Answer(asked, new Reply(asked).Address("www.example", "192.0.2.80").Bytes());
        foreach (Task<AddressLookup> lookup in lookups)
        {
            Assert.Equal("192.0.2.80", await NameBench.Text(lookup));
        }
    }

    [Fact]
    public async Task More_questions_than_allowed_are_refused_and_a_cancelled_one_makes_room()
    {
        using NameBench bench = new(new DnsOptions { MaxConcurrentQueries = 2 });
        using CancellationTokenSource end = new();
        Task<AddressLookup> first = bench.Near.ResolveAsync(new AddressQuery("a.example", Family: AddressFamily.InterNetwork), end.Token).AsTask();
        _ = bench.LookUp("b.example");
        Assert.Equal("Again", await NameBench.Text(bench.LookUp("c.example")));
        Assert.Equal(1, bench.Near.DnsCounters.LookupsRejected);
        end.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(1, bench.Near.Names.Asking);
        Assert.False(bench.LookUp("d.example").IsCompleted);
    }

    [Fact]
    public async Task The_memory_for_answers_is_limited()
    {
        using NameBench bench = new(new DnsOptions { MaxCached = 10 });
        for (int i = 0; i < 50; i++)
        {
            Task<AddressLookup> lookup = bench.LookUp($"n{i}.example");
            NameBench.Asked asked = bench.Take();
            bench.Answer(asked, new Reply(asked).Address(asked.Name, "192.0.2.80", 1000 - i).Bytes());
            await NameBench.Text(lookup);
            Assert.InRange(bench.Near.Names.Cache.Count, 1, 10);
        }
    }

    [Fact]
    public async Task A_blocking_lookup_ends_at_its_deadline()
    {
        using NameBench bench = new();
        Task<AddressLookup> lookup = Task.Run(() => bench.Near.Resolve(
            new AddressQuery("www.example", Family: AddressFamily.InterNetwork), new Deadline(bench.Clock, TimeSpan.FromMilliseconds(700))));
        SpinWait.SpinUntil(() => bench.Near.Names.Asking == 1);
        using (bench.Near.Network.Gate.EnterScope())
        {
            // The call has set its time before it lets go of the gate.
        }

        bench.Clock.Advance(TimeSpan.FromMilliseconds(650));
        Assert.False(lookup.IsCompleted);
        bench.Clock.Advance(TimeSpan.FromMilliseconds(51));
        AddressLookup answer = await lookup.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        Assert.Equal((AddressInfoError.System, Errno.ETIMEDOUT), (answer.Error, answer.Errno));
        Assert.Equal(0, bench.Near.Names.Asking);
    }

    [Fact]
    public async Task A_stack_that_goes_ends_its_lookups()
    {
        NameBench bench = new();
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        bench.Dispose();
        Assert.Equal("System", await NameBench.Text(lookup));
        Assert.Equal("System", await NameBench.Text(bench.LookUp("www.example")));
    }

    [Fact]
    public async Task Without_a_server_a_name_may_be_known_later()
    {
        using NameBench bench = new(servers: []);
        Assert.Equal("Again", await NameBench.Text(bench.LookUp("www.example")));
        bench.Near.SetNameServers(new IPEndPoint(IPAddress.Parse("192.0.2.66"), 0));
        Assert.Equal("192.0.2.66:53", string.Join(' ', bench.Near.NameServers));
        _ = bench.LookUp("www.example");
        bench.Take("192.0.2.66");
    }
}
