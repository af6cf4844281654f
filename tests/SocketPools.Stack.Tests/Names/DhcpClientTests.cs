using System.Net;
using SocketPools.Stack.Configuration;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Names;

/// <summary>The states of a DHCP client (RFC 2131, section 4.4), step by step.</summary>
public sealed class DhcpClientTests
{
    private static readonly byte[] s_mask = [255, 255, 255, 0];

    [Fact]
    public async Task A_lease_gives_an_address_a_route_name_servers_and_an_MTU()
    {
        using DhcpBench bench = new(new DhcpOptions { HostName = "desk", RequestedAddress = IPAddress.Parse("192.0.2.77") });
        DhcpBench.Said discover = bench.Take(DhcpMessageType.Discover);
        Assert.Equal(("0.0.0.0", "255.255.255.255", "192.0.2.77", false), (discover.From, discover.To, discover.Text(DhcpOption.RequestedAddress), discover.View.IsBroadcast));
        Assert.True(discover.View.TryGet(DhcpOption.HostName, out ReadOnlySpan<byte> name) && name.SequenceEqual("desk"u8));
        bench.Answer(discover, DhcpMessageType.Offer);
        DhcpBench.Said request = bench.Take(DhcpMessageType.Request);
        Assert.Equal(("192.0.2.100", "192.0.2.1", "0.0.0.0"), (request.Text(DhcpOption.RequestedAddress), request.Text(DhcpOption.ServerIdentifier), $"{request.View.ClientAddress}"));
        Task<DhcpLease> waiting = bench.Client.WaitAsync(TestContext.Current.CancellationToken);
        bench.Answer(request, DhcpMessageType.Acknowledge, 3600, Give);
        Assert.Equal((DhcpState.Probing, ""), (bench.Client.State, bench.Addresses));
        bench.Clock.Advance(TimeSpan.FromSeconds(1.1));
        DhcpLease lease = await waiting.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        Assert.Same(lease, bench.Client.Lease);
        Assert.Equal((DhcpState.Bound, "192.0.2.100/24", "192.0.2.0/24 0.0.0.0/0>192.0.2.1"), (bench.Client.State, bench.Addresses, bench.Routes));
        Assert.Equal(("example.org", 1400, TimeSpan.FromHours(1)), (lease.DomainName, lease.Mtu, lease.Duration));
        Assert.Equal(["192.0.2.53:53", "192.0.2.54:53"], bench.Radio.NameServers.Select(s => $"{s}"));
        Assert.Equal(1400, bench.Interface.Inner.MtuFor(DhcpBench.Server));
        bench.TryTake(out _);
        Assert.Equal([("any", "192.0.2.100"), ("any", "192.0.2.100"), ("192.0.2.100", "192.0.2.100")], bench.Arps);

        static void Give(DhcpBench.Writer writer)
        {
            writer(DhcpOption.SubnetMask, s_mask);
            writer(DhcpOption.Routers, [192, 0, 2, 1]);
            writer(DhcpOption.DnsServers, [192, 0, 2, 53, 192, 0, 2, 54]);
            writer(DhcpOption.DomainName, "example.org"u8.ToArray());
            writer(DhcpOption.InterfaceMtu, [1400 >> 8, 1400 & 255]);
        }
    }

    [Fact]
    public void An_answer_to_the_address_that_is_not_there_yet_is_heard()
    {
        using DhcpBench bench = new(new DhcpOptions { AddressProbeTimeout = TimeSpan.Zero });
        bench.Answer(bench.Take(DhcpMessageType.Discover), DhcpMessageType.Offer, isUnicast: true);
        bench.Answer(bench.Take(DhcpMessageType.Request), DhcpMessageType.Acknowledge, isUnicast: true);
        Assert.Equal(DhcpState.Bound, bench.Client.State);
    }

    [Fact]
    public void A_request_tells_the_seconds_of_the_question_before_it()
    {
        using DhcpBench bench = new();
        bench.Take(DhcpMessageType.Discover);
        bench.Clock.Advance(TimeSpan.FromSeconds(5.5));
        DhcpBench.Said discover = bench.Take(DhcpMessageType.Discover);
        bench.Clock.Advance(TimeSpan.FromSeconds(3));
        bench.Answer(discover, DhcpMessageType.Offer);
        DhcpBench.Said request = bench.Take(DhcpMessageType.Request);
        Assert.InRange(discover.View.Seconds, 3, 5);
        Assert.Equal(discover.View.Seconds, request.View.Seconds);
    }

    [Fact]
    public void Silence_is_met_with_longer_waits_and_a_wish_for_broadcasts()
    {
        using DhcpBench bench = new();
        bench.Take(DhcpMessageType.Discover);
        foreach ((int seconds, bool isBroadcast) in ((int, bool)[])[(4, false), (8, true), (16, true), (32, true), (64, true), (64, true)])
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(seconds - 1.01));
            Assert.False(bench.TryTake(out _));
            int waited = 0;
            DhcpBench.Said again;
            while (!bench.TryTake(out again))
            {
                Assert.True(++waited <= 22, $"{seconds} s");
                bench.Clock.Advance(TimeSpan.FromSeconds(0.1));
            }

            Assert.Equal(isBroadcast, again.View.IsBroadcast);
            bench.Clock.Advance(TimeSpan.Zero);
        }
    }

    [Fact]
    public void A_server_that_offers_and_does_not_give_is_left_after_four_requests()
    {
        using DhcpBench bench = new();
        bench.Answer(bench.Take(DhcpMessageType.Discover), DhcpMessageType.Offer);
        for (int i = 0; i < 4; i++)
        {
            bench.Take(DhcpMessageType.Request);
            bench.Clock.Advance(TimeSpan.FromSeconds((4 << i) + 1.1));
        }

        bench.Take(DhcpMessageType.Discover);
    }

    [Fact]
    public void At_T1_the_server_is_asked_and_the_lease_begins_anew()
    {
        using DhcpBench bench = new();
        bench.Lend(3600, w => w(DhcpOption.SubnetMask, s_mask));
        Assert.InRange(bench.Client.Lease!.RenewAfter.TotalSeconds, 1800 * 31 / 32.0, 1800);
        Assert.InRange(bench.Client.Lease.RebindAfter.TotalSeconds, 3150 * 31 / 32.0, 3150);
        bench.Clock.Advance(TimeSpan.FromSeconds(1801));
        DhcpBench.Said request = bench.Take(DhcpMessageType.Request);
        Assert.Equal(("192.0.2.100", "192.0.2.1", "192.0.2.100", "-", "-"), (request.From, request.To, $"{request.View.ClientAddress}",
            request.Text(DhcpOption.RequestedAddress), request.Text(DhcpOption.ServerIdentifier)));
        Assert.Equal(DhcpState.Renewing, bench.Client.State);
        bench.Answer(request, DhcpMessageType.Acknowledge, 7200, w => w(DhcpOption.SubnetMask, s_mask), isUnicast: true);
        Assert.Equal((DhcpState.Bound, 7200), (bench.Client.State, bench.Client.Lease!.Duration.TotalSeconds));
        bench.Clock.Advance(TimeSpan.FromSeconds(3400));
        Assert.False(bench.TryTake(out _));
        Assert.Equal("192.0.2.100/24", bench.Addresses);
    }

    [Fact]
    public void Without_an_answer_all_servers_are_asked_and_then_the_address_goes()
    {
        using DhcpBench bench = new();
        bench.Lend(4000, w =>
        {
            w(DhcpOption.SubnetMask, s_mask);
            w(DhcpOption.Routers, [192, 0, 2, 1]);
            w(DhcpOption.DnsServers, [192, 0, 2, 53]);
            w(DhcpOption.RenewalTime, [0, 0, 0x03, 0xE8]); // 1000 s
            w(DhcpOption.RebindingTime, [0, 0, 0x07, 0xD0]); // 2000 s
        });
        bench.Clock.Advance(TimeSpan.FromSeconds(1999));
        List<DhcpBench.Said> renewals = All();
        Assert.InRange(renewals.Count, 4, 6); // after 0, 500, 750, 875, 937 s and no closer
        Assert.All(renewals, r => Assert.Equal("192.0.2.1", r.To));
        bench.Clock.Advance(TimeSpan.FromSeconds(1990));
        List<DhcpBench.Said> rebindings = All();
        Assert.InRange(rebindings.Count, 5, 8);
        Assert.All(rebindings, r => Assert.Equal("255.255.255.255", r.To));
        Assert.Equal((DhcpState.Rebinding, "192.0.2.100/24"), (bench.Client.State, bench.Addresses));
        bench.Clock.Advance(TimeSpan.FromSeconds(12));
        Assert.Equal((DhcpState.Selecting, "", ""), (bench.Client.State, bench.Addresses, bench.Routes));
        Assert.Empty(bench.Radio.NameServers);
        Assert.Null(bench.Client.Lease);
        DhcpBench.Said last = All()[^1];
        Assert.Equal((DhcpMessageType.Discover, "192.0.2.100"), (last.View.MessageType, last.Text(DhcpOption.RequestedAddress)));

        List<DhcpBench.Said> All()
        {
            List<DhcpBench.Said> all = [];
            while (bench.TryTake(out DhcpBench.Said said))
            {
                all.Add(said);
            }

            return all;
        }
    }

    [Fact]
    public void While_rebinding_any_server_may_give_the_address()
    {
        using DhcpBench bench = new();
        bench.Lend(3600);
        bench.Clock.Advance(TimeSpan.FromSeconds(3200));
        DhcpBench.Said last = default;
        while (bench.TryTake(out DhcpBench.Said said))
        {
            last = said;
        }

        bench.Answer(last, DhcpMessageType.Acknowledge, 3600, w => w(DhcpOption.ServerIdentifier, [192, 0, 2, 2]));
        Assert.Equal((DhcpState.Bound, "192.0.2.2"), (bench.Client.State, $"{bench.Client.Lease!.Server}"));
    }

    [Fact]
    public void A_refusal_takes_the_address_away_and_begins_again()
    {
        using DhcpBench bench = new();
        bench.Lend();
        bench.Client.Renew();
        bench.Answer(bench.Take(DhcpMessageType.Request), DhcpMessageType.Refuse, null);
        Assert.Equal((1, ""), (bench.Client.NaksReceived, bench.Addresses));
        bench.Answer(bench.Take(DhcpMessageType.Discover), DhcpMessageType.Offer);
        bench.Answer(bench.Take(DhcpMessageType.Request), DhcpMessageType.Refuse, null);
        Assert.Equal(DhcpState.Init, bench.Client.State);
        bench.Clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(bench.TryTake(out _));
        bench.Clock.Advance(TimeSpan.FromSeconds(0.2));
        bench.Take(DhcpMessageType.Discover);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_address_that_somebody_has_or_wants_too_is_declined(bool isUsed)
    {
        using DhcpBench bench = new();
        bench.Answer(bench.Take(DhcpMessageType.Discover), DhcpMessageType.Offer);
        bench.Answer(bench.Take(DhcpMessageType.Request), DhcpMessageType.Acknowledge);
        MacAddress other = new(0x0200_0000_0099);
        bench.SendArp(isUsed
            ? new ArpPacket(ArpOperation.Reply, other, DhcpBench.Address, bench.Interface.Inner.Hardware, IPAddressValue.Parse("0.0.0.0"))
            : ArpPacket.Request(other, IPAddressValue.Parse("0.0.0.0"), DhcpBench.Address));
        DhcpBench.Said decline = bench.Take(DhcpMessageType.Decline);
        Assert.Equal(("192.0.2.100", "192.0.2.1"), (decline.Text(DhcpOption.RequestedAddress), decline.Text(DhcpOption.ServerIdentifier)));
        Assert.Equal((1, ""), (bench.Client.DeclinesSent, bench.Addresses));
        bench.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("-", bench.Take(DhcpMessageType.Discover).Text(DhcpOption.RequestedAddress));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task At_the_end_the_address_is_given_back(bool isRadio)
    {
        using DhcpBench bench = new();
        bench.Lend(3600, w => w(DhcpOption.SubnetMask, s_mask));
        bench.TryTake(out _);
        if (isRadio)
        {
            bench.Radio.Dispose();
        }
        else
        {
            bench.Client.Dispose();
            bench.Client.Dispose();
            Assert.Equal((DhcpState.Stopped, "", ""), (bench.Client.State, bench.Addresses, bench.Routes));
            DhcpBench.Said release = bench.Take(DhcpMessageType.Release);
            Assert.Equal(("192.0.2.100", "192.0.2.1", "192.0.2.100"), (release.From, release.To, $"{release.View.ClientAddress}"));
            using DhcpClient next = bench.Interface.StartDhcp();
            bench.Take(DhcpMessageType.Discover);
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => bench.Client.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_lease_without_an_end_is_not_renewed()
    {
        using DhcpBench bench = new();
        bench.Lend(uint.MaxValue);
        bench.Clock.Advance(TimeSpan.FromDays(4000));
        Assert.False(bench.TryTake(out _));
        Assert.Equal((DhcpState.Bound, "192.0.2.100/24"), (bench.Client.State, bench.Addresses));
    }

    [Fact]
    public void Routes_of_RFC_3442_stand_instead_of_routers()
    {
        using DhcpBench bench = new();
        bench.Lend(3600, w =>
        {
            w(DhcpOption.SubnetMask, [255, 255, 255, 255]);
            w(DhcpOption.Routers, [192, 0, 2, 7]);
            w(DhcpOption.ClasslessRoutes, [8, 10, 192, 0, 2, 9, 16, 172, 16, 0, 0, 0, 0]);
        });
        Assert.Equal("192.0.2.100/32 192.0.2.9/32 172.16.0.0/16 10.0.0.0/8>192.0.2.9", bench.Routes);
    }

    [Fact]
    public void Answers_that_are_not_for_this_client_or_cannot_be_used_are_ignored_and_counted()
    {
        using DhcpBench bench = new();
        DhcpBench.Said asked = bench.Take(DhcpMessageType.Discover);
        byte[][] wrong =
        [
            DhcpBench.Write(asked, DhcpMessageType.Offer, 60, transaction: asked.View.TransactionId ^ 1),
            DhcpBench.Write(asked, DhcpMessageType.Offer, 60, hardware: new MacAddress(0x0200_0000_0077)),
            DhcpBench.Write(asked, DhcpMessageType.Acknowledge, 60),
            DhcpBench.Write(asked, DhcpMessageType.Refuse, null),
            DhcpBench.Write(asked, DhcpMessageType.Offer, 60, address: "224.0.0.1"),
            DhcpBench.Write(asked, DhcpMessageType.Offer, 60, address: "127.0.0.1"),
            DhcpBench.Write(asked, DhcpMessageType.Offer, 60, address: "0.0.0.0"),
            DhcpBench.Write(asked, DhcpMessageType.Offer, 60, w => w(DhcpOption.ServerIdentifier, [1, 2])),
            DhcpBench.Write(asked, DhcpMessageType.Offer, 60)[..200],
            asked.Bytes,
            new byte[1472],
        ];
        foreach (byte[] message in wrong)
        {
            bench.Send(message, IPAddressValue.Broadcast);
        }

        Assert.Equal((wrong.Length, DhcpState.Selecting), (bench.Client.ResponsesIgnored, bench.Client.State));
        bench.Answer(asked, DhcpMessageType.Offer);
        DhcpBench.Said request = bench.Take(DhcpMessageType.Request);
        bench.Answer(request, DhcpMessageType.Acknowledge, null);
        bench.Answer(request, DhcpMessageType.Acknowledge, 60, address: "192.0.2.101");
        bench.Answer(request, DhcpMessageType.Refuse, null, w => w(DhcpOption.ServerIdentifier, [192, 0, 2, 66]));
        Assert.Equal((wrong.Length + 3, DhcpState.Requesting), (bench.Client.ResponsesIgnored, bench.Client.State));
    }

    [Fact]
    public void Random_bytes_do_no_harm()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        for (int round = 0; round < 200; round++)
        {
            using DhcpBench bench = new(new DhcpOptions { AddressProbeTimeout = TimeSpan.Zero });
            for (int step = 0; step < 2 && bench.TryTake(out DhcpBench.Said said); step++)
            {
                byte[] message = DhcpBench.Write(said, step == 0 ? DhcpMessageType.Offer : DhcpMessageType.Acknowledge, 600, w =>
                {
                    foreach (DhcpOption option in (DhcpOption[])[DhcpOption.SubnetMask, DhcpOption.Routers, DhcpOption.DnsServers,
                        DhcpOption.DomainName, DhcpOption.InterfaceMtu, DhcpOption.ClasslessRoutes, DhcpOption.RenewalTime, DhcpOption.RebindingTime])
                    {
                        byte[] body = new byte[random.Next(10)];
                        random.NextBytes(body);
                        w(option, body);
                    }
                });
                bench.Send(message, IPAddressValue.Broadcast);
            }

            Assert.True(bench.Client.State == DhcpState.Bound, $"seed {seed}, round {round}: {bench.Client.State}");
        }
    }

    [Fact]
    public void Only_one_client_is_at_work_and_none_without_a_hardware_address()
    {
        using DhcpBench bench = new();
        Assert.Throws<InvalidOperationException>(() => bench.Interface.StartDhcp());
        Assert.Throws<InvalidOperationException>(() => bench.Radio.Interfaces[0].StartDhcp());
        Assert.Throws<ArgumentException>(() => new DhcpOptions { HostName = new string('x', 64) });
    }
}
