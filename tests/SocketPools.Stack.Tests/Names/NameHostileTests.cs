using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Names;

namespace SocketPools.Stack.Tests.Names;

/// <summary>Answers of those who want to be believed, or to do harm.</summary>
public sealed class NameHostileTests
{
    [Fact]
    public async Task Answers_with_a_wrong_id_name_type_or_sender_are_ignored_and_counted()
    {
        using NameBench bench = new();
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        NameBench.Asked asked = bench.Take();
        byte[] wrongId = new Reply(asked, id: asked.Id ^ 1).Address("www.example", "192.0.2.66").Bytes();
        byte[] wrongName = new Reply(asked).Address("www.example", "192.0.2.66").Bytes();
        wrongName[13] = (byte)'x';
        byte[] wrongType = new Reply(asked).Address("www.example", "192.0.2.66").Bytes();
        wrongType[12 + asked.Name.Length + 2 + 1] = 28;
        byte[] question = [.. asked.Message];
        foreach (byte[] message in (byte[][])[wrongId, wrongName, wrongType, question, [1, 2, 3], []])
        {
            bench.Answer(asked, message);
        }

        Assert.Equal(6, bench.Near.DnsCounters.ResponsesIgnored);
        long dropped = bench.Near.Counters.Dropped(DropReason.NoListener);
        bench.Answer(asked, new Reply(asked).Address("www.example", "192.0.2.66").Bytes(), from: "192.0.2.66");
        Assert.Equal(dropped + 1, bench.Near.Counters.Dropped(DropReason.NoListener));
        Assert.False(lookup.IsCompleted);
        bench.Answer(asked, new Reply(asked).Address("www.example", "192.0.2.80").Bytes());
        Assert.Equal("192.0.2.80", await NameBench.Text(lookup));
    }

    [Fact]
    public async Task Records_that_nobody_asked_for_are_not_believed()
    {
        using NameBench bench = new();
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        NameBench.Asked asked = bench.Take();
        bench.Answer(asked, new Reply(asked).Address("bank.example", "192.0.2.66").Address("www.example", "192.0.2.80")
            .Address("www.example", "2001:db8::66").Record("www.example", 1, 300, [1, 2, 3]).Bytes());
        Assert.Equal("192.0.2.80", await NameBench.Text(lookup));
        _ = bench.LookUp("bank.example");
        Assert.Equal("bank.example", bench.Take().Name);
    }

    [Fact]
    public async Task A_name_that_points_at_itself_is_no_answer()
    {
        using NameBench bench = new(new DnsOptions { Attempts = 1 });
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        NameBench.Asked asked = bench.Take();
        byte[] message = new Reply(asked).Address("x", "192.0.2.80").Bytes();
        int at = 12 + asked.QuestionLength;
        message[at] = 0xC0;
        message[at + 1] = (byte)at;
        bench.Answer(asked, message);
        Assert.Equal("Fail", await NameBench.Text(lookup));
        Assert.Equal(1, bench.Near.DnsCounters.ResponsesIgnored);
    }

    [Fact]
    public async Task A_flood_of_guesses_ends_in_a_question_over_TCP()
    {
        using NameBench bench = new();
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        NameBench.Asked asked = bench.Take();
        for (int id = 1; id <= 5000; id++)
        {
            bench.Send(asked, new Reply(asked, id: asked.Id ^ id).Address("www.example", "192.0.2.66").Bytes());
        }

        // No more than a receive queue holds has been kept.
        Assert.InRange(bench.Near.Counters.Dropped(DropReason.ReceiveQueue), 4000, 5000);
        bench.Settle();
        Assert.Equal(64, bench.Near.DnsCounters.ResponsesIgnored);
        Assert.Equal(1, bench.Near.DnsCounters.TcpQueriesSent);
        bench.Answer(asked, new Reply(asked).Address("www.example", "192.0.2.66").Bytes()); // too late for this port
        Assert.False(lookup.IsCompleted);
    }

    [Fact]
    public async Task A_huge_answer_gives_a_limited_number_of_addresses()
    {
        using NameBench bench = new(new DnsOptions { MaxAddresses = 64 });
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        NameBench.Asked asked = bench.Take();
        Reply reply = new(asked);
        for (int i = 0; i < 140; i++)
        {
            reply.Address("www.example", $"198.51.100.{i}");
        }

        bench.Answer(asked, reply.Bytes());
        Assert.Equal(64, (await lookup.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken)).Rows.Count);
    }

    [Fact]
    public async Task Random_bytes_behind_a_right_header_do_no_harm()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        using NameBench bench = new(new DnsOptions { Attempts = 1, MaxCached = 8 });
        for (int i = 0; i < 300; i++)
        {
            Task<AddressLookup> lookup = bench.LookUp($"n{i}.example", AddressFamily.InterNetworkV6);
            NameBench.Asked asked = bench.Take();
            byte[] message = new Reply(asked).Address(asked.Name, "2001:db8::80").Alias("a.example", "b.example").NotThere(9).Bytes();
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                message[random.Next(12 + asked.QuestionLength, message.Length)] = (byte)random.Next(256);
            }

            message[7] = (byte)random.Next(4);
            bench.Answer(asked, message);
            bench.Clock.Advance(TimeSpan.FromMinutes(1));
            Assert.True(bench.Near.Names.Asking == 0, $"seed {seed}, round {i}");
            await NameBench.Text(lookup);
        }
    }
}
