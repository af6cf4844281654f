using CsCheck;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Wire;

/// <summary>Ethernet, ARP, IPv4 and IPv6: what is written is read, and what is cut off is not.</summary>
public sealed class NetworkTests
{
    private static readonly Gen<IPv4Header> s_header4 = Gen.Select(Any.IPv4, Any.IPv4, Gen.Byte, Gen.Int[0, 100], Gen.Byte, Gen.UShort, Gen.Bool, Gen.Bool)
        .Select((source, destination, protocol, length, number, identification, mayNot, hasAlert) => new IPv4Header(source, destination, protocol, length)
        {
            TimeToLive = number,
            TrafficClass = number,
            Identification = identification,
            MayNotFragment = mayNot,
            HasRouterAlert = hasAlert,
        });

    [Fact]
    public void A_frame_that_was_written_is_read() => Gen.Select(Any.Mac, Any.Station, Any.Payload).Sample((to, from, payload) =>
    {
        byte[] bytes = [.. new byte[EthernetHeader.Length], .. payload];
        new EthernetHeader(to, from, EtherType.IPv6).Write(bytes);
        return EthernetView.TryRead(bytes, out EthernetView view) && view.Destination == to && view.Source == from && view.Type == EtherType.IPv6
            && view.Payload.SequenceEqual(payload) && !EthernetView.TryRead(bytes.AsSpan(0, EthernetHeader.Length - 1), out _);
    });

    [Fact]
    public void A_frame_from_a_group_is_not_read()
    {
        byte[] bytes = new byte[60];
        new EthernetHeader(MacAddress.Broadcast, MacAddress.Broadcast, EtherType.IPv4).Write(bytes);
        Assert.False(EthernetView.TryRead(bytes, out _));
    }

    [Fact]
    public void An_ARP_packet_that_was_written_is_read_and_answered() =>
        Gen.Select(Any.Station, Any.IPv4, Any.IPv4, Any.Station).Sample((mac, own, wanted, other) =>
        {
            ArpPacket request = ArpPacket.Request(mac, own, wanted);
            ArpPacket reply = request.ReplyFrom(other);
            byte[] bytes = new byte[46];
            request.Write(bytes);
            bool read = ArpView.TryRead(bytes, out ArpView view) && view.ToPacket() == request;
            reply.Write(bytes);
            bool answered = ArpView.TryRead(bytes, out view) && view.ToPacket() == reply && view.SenderProtocol == wanted && view.TargetHardware == mac;
            return read && answered && Enumerable.Range(0, ArpPacket.Length).All(length => !ArpView.TryRead(bytes.AsSpan(0, length), out _));
        });

    [Theory]
    [InlineData("0006 0800 0604 0001 020000000001 c0000201 000000000000 c0000202")]
    [InlineData("0001 86dd 0604 0001 020000000001 c0000201 000000000000 c0000202")]
    [InlineData("0001 0800 0610 0001 020000000001 c0000201 000000000000 c0000202")]
    [InlineData("0001 0800 0604 0003 020000000001 c0000201 000000000000 c0000202")]
    [InlineData("0001 0800 0604 0001 030000000001 c0000201 000000000000 c0000202")]
    [InlineData("0001 0800 0604 0001 000000000000 c0000201 000000000000 c0000202")]
    public void ARP_of_others_is_not_read(string hex) => Assert.False(ArpView.TryRead(Hex.Bytes(hex), out _));

    [Fact]
    public void An_IPv4_packet_that_was_written_is_read_without_the_links_padding() => Gen.Select(s_header4, Any.Payload).Sample((header, padding) =>
    {
        byte[] bytes = new byte[header.Length + header.PayloadLength];
        header.Write(bytes);
        return IPv4View.TryRead([.. bytes, .. padding], out IPv4View view) && view.IsChecksumRight && view.HeaderLength == header.Length
            && view.TotalLength == bytes.Length && view.PayloadLength == header.PayloadLength && view.Payload.Length == header.PayloadLength
            && view.Source == header.Source && view.Destination == header.Destination && view.Protocol == header.Protocol
            && view.TimeToLive == header.TimeToLive && view.TrafficClass == header.TrafficClass && view.CongestionBits == header.TrafficClass % 4
            && view.Identification == header.Identification && view.MayNotFragment == header.MayNotFragment && !view.IsFragment;
    });

    [Fact]
    public void No_beginning_of_an_IPv4_packet_is_read_but_one_whose_rest_lies_elsewhere() => s_header4.Sample(header =>
    {
        byte[] bytes = new byte[header.Length + header.PayloadLength];
        header.Write(bytes);
        return Enumerable.Range(0, bytes.Length).All(length => !IPv4View.TryRead(bytes.AsSpan(0, length), out _)
            && IPv4View.TryRead(bytes.AsSpan(0, length), bytes.Length, out IPv4View view) == length >= header.Length
            && (length < header.Length || (view.PayloadLength == header.PayloadLength && view.Payload.Length == length - header.Length)));
    });

    [Fact]
    public void A_changed_bit_of_an_IPv4_header_is_noticed() => Gen.Select(s_header4, Gen.Int[0, 159]).Sample((header, bit) =>
    {
        byte[] bytes = new byte[header.Length + header.PayloadLength];
        header.Write(bytes);
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return !IPv4View.TryRead(bytes, out IPv4View view) || !view.IsChecksumRight;
    });

    [Theory]
    [InlineData(8, true, 16, true)]
    [InlineData(8, true, 15, false)]
    [InlineData(0, true, 0, false)]
    [InlineData(8, false, 15, true)]
    [InlineData(65_512, false, 3, true)]
    [InlineData(65_512, false, 4, false)]
    [InlineData(65_528, false, 0, false)]
    public void A_fragment_is_read_where_it_can_be_one(int offset, bool hasMore, int length, bool isRead)
    {
        IPv4Header header = new(IPAddressValue.AllHosts, IPAddressValue.AllHosts, 17, length) { FragmentOffset = offset, HasMoreFragments = hasMore };
        byte[] bytes = new byte[header.Length + length];
        header.Write(bytes);
        Assert.Equal(isRead, IPv4View.TryRead(bytes, out IPv4View view));
        Assert.True(!isRead || (view.IsFragment && view.FragmentOffset == offset && view.HasMoreFragments == hasMore));
    }

    [Fact]
    public void Headers_that_could_not_be_sent_cannot_be_made()
    {
        IPAddressValue four = IPAddressValue.AllHosts;
        Assert.Throws<ArgumentOutOfRangeException>(() => new IPv4Header(four, IPAddressValue.AllNodes, 6, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IPv4Header(four, four, 6, 65_516));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IPv4Header(four, four, 6, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IPv4Header(four, four, 6, 0) { FragmentOffset = 12 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new IPv4Header(four, four, 6, 65_512) { HasRouterAlert = true });
        Assert.Equal(65_515, new IPv4Header(four, four, 6, 65_515) { HasRouterAlert = false }.PayloadLength);
        Assert.Throws<ArgumentOutOfRangeException>(() => new IPv6Header(four, four, 6, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IPv6Header(IPAddressValue.AllNodes, IPAddressValue.AllNodes, 6, 65_536));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IPv6Header(IPAddressValue.AllNodes, IPAddressValue.AllNodes, 6, 0) { FlowLabel = 1 << 20 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new UdpHeader(1, 2, 65_528));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MacAddress(1ul << 48));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IPPrefix(four, 33));
    }

    [Fact]
    public void An_IPv6_packet_that_was_written_is_read_without_the_links_padding() =>
        Gen.Select(Any.Unicast6, Any.IPv6, Gen.Byte, Gen.Byte, Gen.Int[0, 0xFFFFF], Any.Payload, Any.Payload).Sample(
            (source, destination, next, number, flow, payload, padding) =>
            {
                byte[] bytes = [.. new byte[IPv6Header.Length], .. payload];
                new IPv6Header(source, destination, next, payload.Length) { HopLimit = number, TrafficClass = number, FlowLabel = flow }.Write(bytes);
                return IPv6View.TryRead([.. bytes, .. padding], out IPv6View view) && view.Source == source && view.Destination == destination
                    && view.NextHeader == next && view.HopLimit == number && view.TrafficClass == number && view.FlowLabel == flow
                    && view.CongestionBits == number % 4 && view.Payload.SequenceEqual(payload)
                    && Enumerable.Range(0, bytes.Length).All(length => !IPv6View.TryRead(bytes.AsSpan(0, length), out _));
            });
}
