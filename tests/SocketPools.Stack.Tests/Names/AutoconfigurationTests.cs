using System.Buffers.Binary;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Configuration;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Names;

/// <summary>IPv6 addresses that an interface gives itself, and what it believes routers.</summary>
public sealed class AutoconfigurationTests
{
    private const string Prefix = "2001:db8:1::";

    [Fact]
    public void A_link_local_address_is_made_of_the_hardware_address_and_routers_are_asked_three_times()
    {
        using RouterBench bench = new(new IPv6Options());
        Assert.Equal("", bench.Addresses); // it is being checked
        bench.Clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal($"{IPAddressValue.LinkLocal(bench.Interface.Inner.Hardware)}/64", bench.Addresses);
        bench.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(3, bench.Solicitations);
        bench.Interface.DisableIPv6();
        Assert.Equal("", bench.Addresses);
    }

    [Fact]
    public void A_router_gives_a_route_an_address_name_servers_and_an_MTU_until_their_time_is_up()
    {
        using RouterBench bench = new(new IPv6Options { SkipDuplicateAddressDetection = true });
        Assert.Equal(1, bench.Solicitations);
        bench.Announce(1800, mtu: 1400, prefix: Prefix, valid: 7200, preferred: 3600, server: "2001:db8::53", serverLifetime: 600);
        string made = $"{IPAddressValue.Parse(Prefix).WithInterface(bench.Interface.Inner.Hardware)}/64";
        Assert.Contains(made, bench.Addresses, StringComparison.Ordinal);
        Assert.Contains("::/0>fe80::1", bench.Routes, StringComparison.Ordinal);
        Assert.Equal("[2001:db8::53]:53", Assert.Single(bench.Radio.NameServers).ToString());
        Assert.Equal((1400, 1500), (bench.Interface.Inner.MtuFor(IPAddressValue.Parse("2001:db8::1")), bench.Interface.Inner.MtuFor(IPAddressValue.Parse("192.0.2.1"))));
        bench.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(1, bench.Solicitations);
        bench.Clock.Advance(TimeSpan.FromSeconds(600));
        Assert.Empty(bench.Radio.NameServers);
        bench.Clock.Advance(TimeSpan.FromSeconds(1200));
        Assert.DoesNotContain("fe80::1", bench.Routes, StringComparison.Ordinal);
        Assert.Contains(made, bench.Addresses, StringComparison.Ordinal);
        bench.Clock.Advance(TimeSpan.FromSeconds(5400));
        Assert.Equal($"{IPAddressValue.LinkLocal(bench.Interface.Inner.Hardware)}/64", bench.Addresses);
        Assert.DoesNotContain("2001:", bench.Routes, StringComparison.Ordinal);
    }

    [Fact]
    public void A_router_that_says_goodbye_is_used_no_longer_and_an_address_lives_two_hours_at_least()
    {
        using RouterBench bench = new(new IPv6Options { SkipDuplicateAddressDetection = true });
        bench.Announce(1800, prefix: Prefix, valid: 86400, preferred: 86400);
        bench.Announce(0, prefix: Prefix, valid: 1, preferred: 1);
        Assert.DoesNotContain("fe80::1", bench.Routes, StringComparison.Ordinal);
        bench.Clock.Advance(TimeSpan.FromSeconds(7190));
        bench.Announce(0, prefix: Prefix, valid: 1, preferred: 1);
        Assert.Contains("2001:", bench.Addresses, StringComparison.Ordinal);
        bench.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.DoesNotContain("2001:", bench.Addresses, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_secret_addresses_differ_from_network_to_network_and_stay_the_same_in_each()
    {
        byte[] secret = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        string first = Make(secret);
        Assert.Equal(first, Make(secret));
        Assert.NotEqual(first, Make([.. secret.Reverse()]));
        string[] ends = [.. first.Split(' ').Select(a => a.Split('/')[0]).Select(a => $"{IPAddressValue.Parse(a).Low:x}")];
        Assert.Equal(2, ends.Distinct().Count());
        Assert.Throws<ArgumentException>(() => new IPv6Options { StableAddressSecret = new byte[15] });

        static string Make(byte[] secret)
        {
            using RouterBench bench = new(new IPv6Options { SkipDuplicateAddressDetection = true, StableAddressSecret = secret });
            bench.Announce(1800, prefix: Prefix, valid: 7200, preferred: 3600);
            Assert.DoesNotContain("ff:fe", bench.Addresses, StringComparison.Ordinal);
            return bench.Addresses;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_address_that_another_station_has_is_given_up_or_made_anew(bool hasSecret)
    {
        using RouterBench bench = new(new IPv6Options { AcceptRouterAdvertisements = false, StableAddressSecret = hasSecret ? new byte[16] : default });
        IPAddressValue? last = null;
        for (int i = 0; i < 10 && bench.Tentative is { } target && target != last; i++)
        {
            last = target;
            bench.Claim(target);
        }

        Assert.Equal(hasSecret ? 4 : 1, bench.Checked.Distinct().Count()); // the first and three more
        bench.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("", bench.Addresses);
    }

    [Fact]
    public void Routers_prefixes_and_servers_are_limited_in_number_and_wrong_ones_are_ignored()
    {
        using RouterBench bench = new(new IPv6Options { SkipDuplicateAddressDetection = true }, maxAnnounced: 4);
        for (int i = 1; i <= 50; i++)
        {
            bench.Announce(1800, router: $"fe80::{i:x}", prefix: $"2001:db8:{i:x}::", valid: 7200, preferred: 3600, server: $"2001:db8::{i:x}", serverLifetime: 600);
        }

        Assert.Equal(4, bench.Radio.Network.Routes.Routes.Count(r => r.Network.Length == 0));
        Assert.Equal(4, bench.Interface.Addresses.Count); // the link-local one among them
        Assert.Equal(4, bench.Radio.NameServers.Count);

        using RouterBench other = new(new IPv6Options { SkipDuplicateAddressDetection = true });
        other.Announce(1800, hopLimit: 254, prefix: Prefix, valid: 7200, preferred: 3600);
        other.Announce(1800, router: "2001:db8::1", prefix: Prefix, valid: 7200, preferred: 3600);
        Assert.DoesNotContain("::/0", other.Routes, StringComparison.Ordinal);
        other.Announce(1800, prefix: Prefix, valid: 3600, preferred: 7200);
        other.Announce(1800, prefix: "fe80::", valid: 3600, preferred: 3600);
        other.Announce(1800, mtu: 100, prefix: "ff02::", valid: 3600, preferred: 3600);
        Assert.Single(other.Interface.Addresses);
        Assert.Equal(1500, other.Interface.Inner.MtuFor(IPAddressValue.Parse("2001:db8::1")));
    }

    [Fact]
    public void Nothing_is_believed_that_was_not_asked_for()
    {
        using RouterBench bench = new(null);
        bench.Announce(1800, prefix: Prefix, valid: 7200, preferred: 3600);
        Assert.Equal(("", ""), (bench.Addresses, bench.Routes));
        bench.Interface.EnableIPv6(new IPv6Options { AcceptRouterAdvertisements = false, UseNameServers = false, SkipDuplicateAddressDetection = true });
        bench.Announce(1800, prefix: Prefix, valid: 7200, preferred: 3600, server: "2001:db8::53", serverLifetime: 600);
        Assert.Single(bench.Interface.Addresses);
        Assert.Throws<InvalidOperationException>(() => bench.Interface.EnableIPv6());
        Assert.Throws<InvalidOperationException>(() => bench.Radio.Interfaces[0].EnableIPv6());
    }
}

/// <summary>A stack, and a router on the other end of its cable, which is the test.</summary>
internal sealed class RouterBench : IDisposable
{
    private static readonly MacAddress s_hardware = new(0x0200_0000_0001);
    private readonly LinkPair _cable = LinkPair.Create();

    internal RouterBench(IPv6Options? settings, int maxAnnounced = 16)
    {
        Radio = new StackRadio(new StackOptions { Seed = 4, TimeProvider = Clock, MaxRouterAdvertisedEntries = maxAnnounced });
        _cable.B.FrameAvailable = Listen;
        Interface = Radio.AddInterface(_cable.A);
        if (settings is not null)
        {
            Interface.EnableIPv6(settings);
        }
    }

    internal VirtualClock Clock { get; } = new();

    internal StackRadio Radio { get; }

    internal StackInterface Interface { get; }

    internal int Solicitations { get; private set; }

    /// <summary>Which addresses were checked, one after the other.</summary>
    internal List<IPAddressValue> Checked { get; } = [];

    internal IPAddressValue? Tentative => Checked.Count > 0 ? Checked[^1] : null;

    internal string Addresses => string.Join(' ', Interface.Addresses.Select(a => $"{a.Address.ToString().Split('%')[0]}/{a.PrefixLength}"));

    internal string Routes => string.Join(' ', Radio.Network.Routes.Routes.Where(r => r.Interface == Interface.Inner)
        .Select(r => r.Gateway.HasValue ? $"{r.Network}>{r.Gateway}" : $"{r.Network}"));

    internal void Announce(
        ushort lifetime, string router = "fe80::1", byte hopLimit = 255, uint mtu = 0, string? prefix = null, uint valid = 0, uint preferred = 0,
        string? server = null, uint serverLifetime = 0)
    {
        byte[] message = new byte[16 + 8 + 32 + 24];
        message[0] = (byte)Icmpv6Type.RouterAdvertisement;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), lifetime);
        int at = 16;
        if (mtu > 0)
        {
            (message[at], message[at + 1]) = ((byte)NdOptionType.Mtu, 1);
            BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(at + 4), mtu);
            at += 8;
        }

        if (prefix is not null)
        {
            new NdPrefix(new IPPrefix(IPAddressValue.Parse(prefix), 64), true, true, valid, preferred).Write(message.AsSpan(at));
            at += NdPrefix.Length;
        }

        if (server is not null)
        {
            (message[at], message[at + 1]) = ((byte)NdOptionType.DnsServers, 3);
            BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(at + 4), serverLifetime);
            IPAddressValue.Parse(server).Write(message.AsSpan(at + 8));
            at += 24;
        }

        Send(message[..at], IPAddressValue.Parse(router), hopLimit);
    }

    /// <summary>Says that this station has an address.</summary>
    internal void Claim(IPAddressValue target)
    {
        NeighborAdvertisement claim = new(target, s_hardware) { IsOverride = true };
        byte[] message = new byte[claim.Length];
        claim.Write(message, IPAddressValue.Parse("fe80::1"), IPAddressValue.AllNodes);
        Send(message, IPAddressValue.Parse("fe80::1"), 255);
    }

    public void Dispose()
    {
        Radio.Dispose();
        _cable.Dispose();
    }

    private void Send(byte[] message, IPAddressValue source, byte hopLimit)
    {
        Icmpv6Message.Seal(message, source, IPAddressValue.AllNodes);
        Frame frame = Frame.Copy(message);
        new IPv6Header(source, IPAddressValue.AllNodes, IPProtocol.Icmpv6, message.Length) { HopLimit = hopLimit }.Write(frame.Push(IPv6Header.Length));
        new EthernetHeader(MacAddress.ForMulticast(IPAddressValue.AllNodes), s_hardware, EtherType.IPv6).Write(frame.Push(EthernetHeader.Length));
        Assert.True(_cable.B.TrySend(frame));
    }

    private void Listen()
    {
        while (_cable.B.TryReceive(out Frame? frame))
        {
            byte[] bytes = new byte[frame.Length];
            frame.CopyTo(bytes);
            frame.Release();
            byte[] packet = bytes[EthernetHeader.Length..];
            if (!IPv6View.TryRead(packet, packet.Length, out IPv6View view) || !Icmpv6View.TryRead(packet.AsSpan(IPv6Header.Length), out Icmpv6View icmp))
            {
                continue;
            }

            Solicitations += icmp.Type == Icmpv6Type.RouterSolicitation ? 1 : 0;
            if (icmp.Type == Icmpv6Type.NeighborSolicitation && NeighborView.TryRead(icmp, view, out NeighborView neighbor))
            {
                Checked.Add(neighbor.Target);
            }
        }
    }
}
