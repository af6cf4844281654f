using CsCheck;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Wire;

/// <summary>Neighbour discovery: what is written is read, and each rule of RFC 4861 that makes a message invalid.</summary>
public sealed class NeighborDiscoveryTests
{
    private static readonly IPAddressValue s_source = IPAddressValue.Parse("fe80::1");
    private static readonly IPAddressValue s_target = IPAddressValue.Parse("2001:db8::1:2:3");
    private static readonly IPAddressValue s_none = IPAddressValue.Any(System.Net.Sockets.AddressFamily.InterNetworkV6);
    private static readonly MacAddress s_mac = new(0x0200_0000_0001);

    [Fact]
    public void A_solicitation_that_was_written_is_read() => Gen.Select(Any.Unicast6, Any.Unicast6, Any.Station).Sample((source, target, mac) =>
    {
        NeighborSolicitation message = new(target, mac);
        byte[] packet = Packet(source, target.SolicitedNode, message.Length, (bytes, from, to) => message.Write(bytes, from, to));
        return Open(packet, out IPv6View ip, out Icmpv6View icmp) && NeighborView.TryRead(icmp, ip, out NeighborView view)
            && !view.IsAdvertisement && view.Target == target && view.TryGetLinkLayer(out MacAddress read) && read == mac && !RouterSolicitationView.TryRead(icmp, ip, out _);
    });

    [Fact]
    public void An_advertisement_that_was_written_is_read() =>
        Gen.Select(Any.Unicast6, Any.Unicast6, Any.Station, Gen.Bool, Gen.Bool, Gen.Bool).Sample((source, target, mac, router, solicited, overrides) =>
        {
            NeighborAdvertisement message = new(target, mac) { IsRouter = router, IsSolicited = solicited, IsOverride = overrides };
            byte[] packet = Packet(source, s_source, message.Length, (bytes, from, to) => message.Write(bytes, from, to));
            return Open(packet, out IPv6View ip, out Icmpv6View icmp) && NeighborView.TryRead(icmp, ip, out NeighborView view)
                && view.IsAdvertisement && view.Target == target && view.TryGetLinkLayer(out MacAddress read) && read == mac
                && view.IsRouter == router && view.IsSolicited == solicited && view.IsOverride == overrides;
        });

    [Fact]
    public void A_routers_announcement_that_was_written_is_read() =>
        Gen.Select(Any.IPv6, Gen.Int[0, 128], Gen.UInt, Gen.UInt, Gen.UShort, Any.Station).Sample((address, length, valid, mtu, lifetime, mac) =>
        {
            NdPrefix prefix = new(new IPPrefix(address, length), true, length % 2 == 0, valid, valid / 2);
            RouterAdvertisement message = new(lifetime)
            {
                Mtu = mtu,
                Prefix = prefix,
                SourceLinkLayer = mac,
            };
            byte[] packet = Packet(s_source, IPAddressValue.AllNodes, message.Length, (bytes, from, to) => message.Write(bytes, from, to));
            bool isRead = Open(packet, out IPv6View ip, out Icmpv6View icmp) & RouterAdvertisementView.TryRead(icmp, ip, out RouterAdvertisementView view);
            (NdPrefix Prefix, uint Mtu, MacAddress Mac) seen = default;
            NdOptions options = view.Options;
            while (options.MoveNext())
            {
                _ = options.TryReadPrefix(out NdPrefix p) ? seen.Prefix = p : default;
                _ = options.TryReadMtu(out uint m) ? seen.Mtu = m : default;
            }

            return isRead && view.RouterLifetime == lifetime && view.Options.TryFindLinkLayer(NdOptionType.SourceLinkLayer, out MacAddress read) && read == mac
                && seen.Prefix == prefix && seen.Mtu == mtu;
        });

    [Fact]
    public void A_router_solicitation_that_was_written_is_read()
    {
        RouterSolicitation message = new(s_mac);
        byte[] packet = Packet(s_source, IPAddressValue.AllRouters, message.Length, (bytes, from, to) => message.Write(bytes, from, to));
        Assert.True(Open(packet, out IPv6View ip, out Icmpv6View icmp) & RouterSolicitationView.TryRead(icmp, ip, out RouterSolicitationView view));
        Assert.True(view.Options.TryFindLinkLayer(NdOptionType.SourceLinkLayer, out MacAddress mac));
        Assert.Equal(s_mac, mac);
    }

    [Fact]
    public void Name_servers_of_an_announcement_are_read()
    {
        // RFC 8106, section 5.1: type, length 5, reserved, lifetime, two addresses.
        byte[] bytes = Hex.Bytes("1905 0000 00000e10 20010db8000000000000000000000053 20010db8000000000000000000000054");
        NdOptions options = new(bytes);
        Assert.True(options.MoveNext());
        IPAddressValue[] servers = new IPAddressValue[4];
        Assert.True(options.TryReadDnsServers(servers, out int count, out uint lifetime));
        Assert.Equal((2, 3600u, IPAddressValue.Parse("2001:db8::54")), (count, lifetime, servers[1]));
        Assert.False(options.MoveNext());
    }

    [Theory]
    [InlineData("")]
    [InlineData("hop limit")]
    [InlineData("code")]
    [InlineData("short")]
    [InlineData("option without length")]
    [InlineData("option cut off")]
    [InlineData("group as target")]
    [InlineData("no source, but its hardware address")]
    [InlineData("no source, and not to the solicited node")]
    public void A_solicitation_that_breaks_a_rule_is_not_read(string rule)
    {
        NeighborSolicitation message = new(rule == "group as target" ? IPAddressValue.AllNodes : s_target, rule.StartsWith("no source, and", StringComparison.Ordinal) ? null : s_mac);
        IPAddressValue source = rule.StartsWith("no source", StringComparison.Ordinal) ? s_none : s_source;
        IPAddressValue destination = rule == "no source, and not to the solicited node" ? s_target : s_target.SolicitedNode;
        byte[] packet = Packet(source, destination, message.Length, (bytes, from, to) => message.Write(bytes, from, to));
        switch (rule)
        {
            case "hop limit":
                packet[7] = 254;
                break;
            case "code":
                packet[41] = 1;
                break;
            case "short":
                packet = packet[..60];
                packet[5] = 20;
                break;
            case "option without length":
                packet[65] = 0;
                break;
            case "option cut off":
                packet[65] = 2;
                break;
        }

        Assert.True(IPv6View.TryRead(packet, out IPv6View ip) & Icmpv6View.TryRead(ip.Payload, out Icmpv6View icmp));
        Assert.Equal(rule.Length == 0, NeighborView.TryRead(icmp, ip, out _));
    }

    [Fact]
    public void A_probe_for_an_address_of_ones_own_is_read()
    {
        NeighborSolicitation message = new(s_target, null);
        byte[] packet = Packet(s_none, s_target.SolicitedNode, message.Length, (bytes, from, to) => message.Write(bytes, from, to));
        Assert.True(Open(packet, out IPv6View ip, out Icmpv6View icmp) & NeighborView.TryRead(icmp, ip, out NeighborView view));
        Assert.False(view.TryGetLinkLayer(out _));
    }

    [Fact]
    public void An_advertisement_to_a_group_does_not_answer_anybody()
    {
        NeighborAdvertisement message = new(s_target, s_mac) { IsSolicited = true };
        byte[] packet = Packet(s_source, IPAddressValue.AllNodes, message.Length, (bytes, from, to) => message.Write(bytes, from, to));
        Assert.True(Open(packet, out IPv6View ip, out Icmpv6View icmp));
        Assert.False(NeighborView.TryRead(icmp, ip, out _));
    }

    private delegate void Writer(Span<byte> bytes, IPAddressValue source, IPAddressValue destination);

    private static byte[] Packet(IPAddressValue source, IPAddressValue destination, int length, Writer write)
    {
        byte[] packet = new byte[IPv6Header.Length + length];
        new IPv6Header(source, destination, IPProtocol.Icmpv6, length) { HopLimit = NdRules.HopLimit }.Write(packet);
        write(packet.AsSpan(IPv6Header.Length), source, destination);
        return packet;
    }

    private static bool Open(ReadOnlySpan<byte> packet, out IPv6View ip, out Icmpv6View icmp) =>
        IPv6View.TryRead(packet, out ip) & Icmpv6View.TryRead(ip.Payload, out icmp) && icmp.IsChecksumRight(ip.Source, ip.Destination);
}
