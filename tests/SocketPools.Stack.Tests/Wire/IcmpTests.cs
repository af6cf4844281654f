using CsCheck;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Wire;

public sealed class IcmpTests
{
    private static readonly IPAddressValue s_own = IPAddressValue.Parse("192.0.2.1");
    private static readonly IPAddressValue s_peer = IPAddressValue.Parse("192.0.2.2");
    private static readonly IPAddressValue s_own6 = IPAddressValue.Parse("2001:db8::1");
    private static readonly IPAddressValue s_peer6 = IPAddressValue.Parse("2001:db8::2");

    [Fact]
    public void An_echo_that_was_written_is_read() => Gen.Select(Gen.UShort, Gen.UShort, Any.Payload).Sample((identifier, sequence, payload) =>
    {
        byte[] four = Write4(Icmpv4Message.EchoRequest(identifier, sequence), payload);
        byte[] six = Write6(Icmpv6Message.EchoReply(identifier, sequence), payload);
        return Icmpv4View.TryRead(four, out Icmpv4View v4) && v4.IsEcho && !v4.IsError && v4.Type == Icmpv4Type.EchoRequest && v4.IsChecksumRight
            && v4.Identifier == identifier && v4.Sequence == sequence && v4.Body.SequenceEqual(payload)
            && Icmpv6View.TryRead(six, out Icmpv6View v6) && v6.IsEcho && !v6.IsError && v6.Type == Icmpv6Type.EchoReply
            && v6.IsChecksumRight(s_own6, s_peer6) && v6.Identifier == identifier && v6.Sequence == sequence && v6.Body.SequenceEqual(payload)
            && !Icmpv4View.TryRead(four.AsSpan(0, 7), out _) && !Icmpv6View.TryRead(six.AsSpan(0, 7), out _);
    });

    [Fact]
    public void An_error_tells_ports_and_sequence_of_the_packet_that_it_quotes() =>
        Gen.Select(Gen.UShort, Gen.UShort, Gen.UInt, Gen.UShort).Sample((from, to, sequence, mtu) =>
        {
            byte[] packet = TcpPacket4(from, to, sequence);
            byte[] error = Write4(Icmpv4Message.FragmentationNeeded(mtu), packet.AsSpan(0, 28));
            return Icmpv4View.TryRead(error, out Icmpv4View view) && view.IsError && view.IsChecksumRight && view.NextHopMtu == mtu
                && view.Code == (byte)Icmpv4Unreachable.FragmentationNeeded && view.TryReadQuote(out QuotedPacket quote)
                && quote.Source == s_own && quote.Destination == s_peer && quote.Protocol == IPProtocol.Tcp && quote.SourcePort == from
                && quote.DestinationPort == to && quote.Sequence.Value == sequence
                && Enumerable.Range(8, 28).All(length => Icmpv4View.TryRead(error.AsSpan(0, length), out Icmpv4View cut) && !cut.TryReadQuote(out _));
        });

    [Theory]
    [InlineData("", 6)]
    [InlineData("0600 0104 00000000", 0)]
    [InlineData("3c01 0502 0000 0100 0104 00000000 0000  0600 0104 00000000", 0)]
    [InlineData("2c00 0000 00000000  0600 0001 00000001", 43)]
    [InlineData("0602 0000 00000001 00000002 00000003", 51)]
    public void An_ICMPv6_error_tells_them_behind_extension_headers_too(string extensions, byte first)
    {
        byte[] tcp = new byte[TcpHeader.MinLength];
        new TcpHeader(1234, 80, new(99), default, TcpFlags.Syn, 0).WriteWithoutChecksum(tcp);
        byte[] headers = Hex.Bytes(extensions);
        byte[] packet = [.. new byte[IPv6Header.Length], .. headers, .. tcp];
        new IPv6Header(s_own6, s_peer6, first, packet.Length - IPv6Header.Length).Write(packet);
        byte[] error = Write6(Icmpv6Message.PacketTooBig(1280), packet);
        Assert.True(Icmpv6View.TryRead(error, out Icmpv6View view));
        Assert.True(view.IsError && view.IsChecksumRight(s_own6, s_peer6));
        Assert.Equal(1280u, view.NextHopMtu);
        Assert.True(view.TryReadQuote(out QuotedPacket quote));
        Assert.Equal((s_own6, s_peer6, IPProtocol.Tcp, 1234, 80, 99u), (quote.Source, quote.Destination, quote.Protocol, quote.SourcePort, quote.DestinationPort, quote.Sequence.Value));
        for (int length = 0; length < packet.Length - TcpHeader.MinLength + 8; length++)
        {
            Assert.False(QuotedPacket.TryReadIPv6(packet.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void The_quote_of_a_later_fragment_tells_nothing()
    {
        byte[] packet = TcpPacket4(1, 2, 3);
        packet[7] = 1;
        Assert.False(QuotedPacket.TryReadIPv4(packet, out _));
        byte[] six = [.. new byte[IPv6Header.Length], .. Hex.Bytes("0600 0008 00000001"), .. new byte[20]];
        new IPv6Header(s_own6, s_peer6, IPProtocol.Fragment, 28).Write(six);
        Assert.False(QuotedPacket.TryReadIPv6(six, out _));
    }

    [Fact]
    public void Errors_say_what_the_RFCs_number()
    {
        Assert.Equal((Icmpv4Type.Unreachable, (byte)3, 0u), Parts(Icmpv4Message.Unreachable(Icmpv4Unreachable.Port)));
        Assert.Equal((Icmpv4Type.TimeExceeded, (byte)1, 0u), Parts(Icmpv4Message.TimeExceeded(inReassembly: true)));
        Assert.Equal((Icmpv4Type.ParameterProblem, (byte)0, 0x1400_0000u), Parts(Icmpv4Message.ParameterProblem(20)));
        Icmpv6Message problem = Icmpv6Message.ParameterProblem(Icmpv6Problem.UnknownNextHeader, 40);
        Assert.Equal((Icmpv6Type.ParameterProblem, (byte)1, 40u), (problem.Type, problem.Code, problem.Rest));
        Icmpv6Message port = Icmpv6Message.Unreachable(Icmpv6Unreachable.Port);
        Assert.Equal((Icmpv6Type.Unreachable, (byte)4, 0u), (port.Type, port.Code, port.Rest));
        Icmpv6Message time = Icmpv6Message.TimeExceeded(inReassembly: false);
        Assert.Equal((Icmpv6Type.TimeExceeded, (byte)0, 0u), (time.Type, time.Code, time.Rest));

        static (Icmpv4Type, byte, uint) Parts(Icmpv4Message m) => (m.Type, m.Code, m.Rest);
    }

    private static byte[] TcpPacket4(ushort from, ushort to, uint sequence)
    {
        byte[] packet = new byte[IPv4Header.MinLength + TcpHeader.MinLength];
        new IPv4Header(s_own, s_peer, IPProtocol.Tcp, TcpHeader.MinLength).Write(packet);
        new TcpHeader(from, to, new(sequence), default, TcpFlags.Syn, 0).WriteWithoutChecksum(packet.AsSpan(IPv4Header.MinLength));
        return packet;
    }

    private static byte[] Write4(Icmpv4Message message, ReadOnlySpan<byte> body)
    {
        byte[] bytes = [.. new byte[Icmpv4Message.Length], .. body];
        InternetChecksum sum = default;
        sum.Add(body);
        message.Write(bytes, sum);
        return bytes;
    }

    private static byte[] Write6(Icmpv6Message message, ReadOnlySpan<byte> body)
    {
        byte[] bytes = [.. new byte[Icmpv6Message.Length], .. body];
        InternetChecksum sum = default;
        sum.AddPseudoHeader(s_own6, s_peer6, IPProtocol.Icmpv6, bytes.Length);
        sum.Add(body);
        message.Write(bytes, sum);
        return bytes;
    }
}
