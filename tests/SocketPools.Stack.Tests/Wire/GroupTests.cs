using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Wire;

/// <summary>IGMP and multicast listener discovery.</summary>
public sealed class GroupTests
{
    private static readonly IPAddressValue s_link = IPAddressValue.Parse("fe80::1");
    private static readonly IPAddressValue s_group = IPAddressValue.Parse("ff02::fb");

    [Fact]
    public void An_IGMP_message_that_was_written_is_read()
    {
        byte[] bytes = new byte[IgmpMessage.Length];
        new IgmpMessage(IgmpType.Report, IPAddressValue.Parse("239.1.2.3")).Write(bytes);
        Assert.Equal(Hex.Bytes("1600 f8fa ef010203"), bytes);
        Assert.True(IgmpView.TryRead(bytes, out IgmpView view));
        Assert.Equal((IgmpType.Report, IPAddressValue.Parse("239.1.2.3")), (view.Type, view.Group));
        bytes[7] ^= 1;
        Assert.False(IgmpView.TryRead(bytes, out _));
        Assert.False(IgmpView.TryRead(bytes.AsSpan(0, 7), out _));
    }

    [Theory]
    [InlineData("1164 ee9b 00000000", 10_000, false)]
    [InlineData("110a eef5 00000000", 1000, false)]
    [InlineData("1100 eeff 00000000", 10_000, true)]
    [InlineData("1164 ec1e 00000000 027d 0000", 10_000, false)]
    [InlineData("11b4 ebce 00000000 027d 0000", 128_000, false)]
    public void The_time_to_answer_is_told_by_queries_of_all_versions(string hex, int milliseconds, bool isVersion1)
    {
        Assert.True(IgmpView.TryRead(Hex.Bytes(hex), out IgmpView view));
        Assert.Equal((IgmpType.Query, milliseconds, isVersion1), (view.Type, view.MaxResponseTime, view.IsVersion1));
    }

    [Fact]
    public void A_report_of_no_group_is_not_read()
    {
        byte[] bytes = new byte[IgmpMessage.Length];
        new IgmpMessage(IgmpType.Report, IPAddressValue.Parse("0.0.0.0")).Write(bytes);
        Assert.False(IgmpView.TryRead(bytes, out _));
    }

    [Theory]
    [InlineData(nameof(Icmpv6Type.ListenerReport), "ff02::fb", "fe80::1", 1, true)]
    [InlineData(nameof(Icmpv6Type.ListenerReport), "ff02::fb", "::", 1, true)]
    [InlineData(nameof(Icmpv6Type.ListenerDone), "ff02::fb", "fe80::1", 1, true)]
    [InlineData(nameof(Icmpv6Type.ListenerQuery), "::", "fe80::1", 1, true)]
    [InlineData(nameof(Icmpv6Type.ListenerQuery), "::", "::", 1, false)]
    [InlineData(nameof(Icmpv6Type.ListenerReport), "::", "fe80::1", 1, false)]
    [InlineData(nameof(Icmpv6Type.ListenerReport), "2001:db8::1", "fe80::1", 1, false)]
    [InlineData(nameof(Icmpv6Type.ListenerReport), "ff02::fb", "2001:db8::1", 1, false)]
    [InlineData(nameof(Icmpv6Type.ListenerReport), "ff02::fb", "fe80::1", 2, false)]
    public void A_message_of_listeners_is_read_if_a_neighbour_sent_it(string name, string group, string source, byte hops, bool isRead)
    {
        Icmpv6Type type = Enum.Parse<Icmpv6Type>(name);
        byte[] packet = new byte[IPv6Header.Length + MldMessage.Length];
        IPAddressValue from = IPAddressValue.Parse(source);
        new IPv6Header(from, s_group, IPProtocol.Icmpv6, MldMessage.Length) { HopLimit = hops }.Write(packet);
        new MldMessage(type, IPAddressValue.Parse(group)) { MaxResponseTime = 2000 }.Write(packet.AsSpan(IPv6Header.Length), from, s_group);
        Assert.True(IPv6View.TryRead(packet, out IPv6View ip) & Icmpv6View.TryRead(ip.Payload, out Icmpv6View icmp));
        Assert.True(icmp.IsChecksumRight(from, s_group));
        Assert.Equal(isRead, MldView.TryRead(icmp, ip, out MldView view));
        Assert.True(!isRead || (view.Type == type && view.Group == IPAddressValue.Parse(group) && view.MaxResponseTime == 2000 && !view.IsVersion2));
    }

    [Theory]
    [InlineData("03e8", 1000)]
    [InlineData("7fff", 32_767)]
    [InlineData("8000", 32_768)]
    [InlineData("ffff", 8_387_584)]
    public void A_query_of_version_2_has_a_time_of_its_own_kind(string code, int milliseconds)
    {
        byte[] message = Hex.Bytes($"8200 0000 {code} 0000 00000000000000000000000000000000 027d 0000");
        byte[] packet = [.. new byte[IPv6Header.Length], .. message];
        new IPv6Header(s_link, IPAddressValue.AllNodes, IPProtocol.Icmpv6, message.Length) { HopLimit = 1 }.Write(packet);
        Assert.True(IPv6View.TryRead(packet, out IPv6View ip) & Icmpv6View.TryRead(ip.Payload, out Icmpv6View icmp) & MldView.TryRead(icmp, ip, out MldView view));
        Assert.Equal((true, milliseconds), (view.IsVersion2, view.MaxResponseTime));
    }

    [Fact]
    public void A_report_of_version_2_is_laid_out_as_RFC_3810_draws_it()
    {
        byte[] bytes = new byte[MldV2Report.LengthOf(2)];
        MldRecord[] records = [new(MldRecordType.ToExclude, s_group), new(MldRecordType.ToInclude, IPAddressValue.Parse("ff05::1"))];
        Assert.Equal(48, MldV2Report.Write(bytes, records, s_link, IPAddressValue.AllMldV2Routers));
        Assert.True(Icmpv6View.TryRead(bytes, out Icmpv6View view) && view.IsChecksumRight(s_link, IPAddressValue.AllMldV2Routers));
        bytes.AsSpan(2, 2).Clear();
        Assert.Equal(
            Hex.Bytes("8f00 0000 0000 0002  0400 0000 ff0200000000000000000000000000fb  0300 0000 ff050000000000000000000000000001"), bytes);
    }
}
