using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Tests.Hostile;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Tests.Hostile.HostileBench;

namespace SocketPools.Stack.Tests.Network;

/// <summary>What a host says about IPv6 headers that it does not know, and about what is no header at all.</summary>
[Collection(Alone.Name)]
public sealed class ExtensionHeaderTests
{
    private static readonly byte[] s_padding = [0, 0, 1, 4, 0, 0, 0, 0];

    /// <summary>RFC 8200, 4.7.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void Behind_next_header_59_nothing_is_looked_at_and_nothing_is_said(int length)
    {
        using HostileBench b = new();
        byte[] rest = new byte[length];
        b.GivePacket(Craft.Packet(Peer6, Station6, IPProtocol.NoNextHeader, rest));
        foreach (byte first in (byte[])[IPProtocol.HopByHop, IPProtocol.DestinationOptions, IPProtocol.Routing])
        {
            byte[] header = first == IPProtocol.Routing ? [59, 0, 0, 0, 0, 0, 0, 0] : [59, .. s_padding.AsSpan(1)];
            b.GivePacket(Craft.Packet(Peer6, Station6, first, [.. header, .. rest]));
        }

        b.GivePacket(Craft.Packet(Peer6, Station6, IPProtocol.Fragment, [59, 0, 0, 0, 0, 0, 0, 1, .. rest])); // alone (RFC 6946)
        Craft.Fragments(Peer6, Station6, IPProtocol.NoNextHeader, new byte[200], 96, 5).ForEach(b.GivePacket);
        byte[] chain = [59, .. s_padding.AsSpan(1), .. new byte[192]];
        Craft.Fragments(Peer6, Station6, IPProtocol.DestinationOptions, chain, 96, 6).ForEach(b.GivePacket);
        b.Advance(70);
        Assert.Empty(b.TakeSent());
        Assert.Equal(7, b.Dropped(DropReason.NoListener));
    }

    [Fact]
    public void A_RAW_socket_for_it_reads_it_and_in_IPv4_the_number_is_a_protocol_like_others()
    {
        using HostileBench b = new();
        Assert.False(b.Radio.OpenSocket(AddressFamily.InterNetworkV6, SocketType.Raw, (ProtocolType)59, out RadioSocket? socket).Failed);
        b.GivePacket(Craft.Packet(Peer6, Station6, IPProtocol.NoNextHeader, new byte[10]));
        Assert.Equal(10, Read(socket!, new byte[100]));
        socket!.Close();
        b.GivePacket(Craft.Packet(Peer, Station, 59, new byte[10]));
        Assert.Equal((byte)Icmpv4Type.Unreachable, Assert.Single(b.TakeSent())[34]);
    }

    /// <summary>RFC 8200, 4.2: what the two highest bits of an option's type ask for, to this host and to a group.</summary>
    [Theory]
    [InlineData(0x1E, false, false)]
    [InlineData(0x5E, false, false)]
    [InlineData(0x9E, true, true)]
    [InlineData(0xDE, true, false)]
    public void An_unknown_option_is_reported_as_its_type_asks(byte type, bool isReported, bool isReportedToGroups)
    {
        foreach (byte header in (byte[])[IPProtocol.HopByHop, IPProtocol.DestinationOptions])
        {
            using HostileBench b = new();
            byte[] payload = [59, 0, type, 4, 0, 0, 0, 0];
            b.GivePacket(Craft.Packet(Peer6, Station6, header, payload));
            AssertProblem(b, isReported);
            b.GivePacket(Craft.Packet(Peer6, IPAddressValue.AllNodes, header, payload));
            AssertProblem(b, isReportedToGroups);
            b.GivePacket(Craft.Packet(Peer6, IPAddressValue.Parse("ff02::77"), header, payload));
            Assert.Empty(b.TakeSent()); // a group that nobody here has joined
            b.GivePacket(Craft.Packet(IPAddressValue.Parse("::"), IPAddressValue.AllNodes, header, payload));
            Assert.Empty(b.TakeSent()); // nobody to tell
        }
    }

    /// <summary>RFC 8200, 4.5; RFC 7112; Linux: ipv6frag_thdr_truncated.</summary>
    [Theory]
    [InlineData(IPProtocol.Tcp, 16, true)]
    [InlineData(IPProtocol.Tcp, 24, false)]
    [InlineData(IPProtocol.Udp, 8, false)]
    [InlineData(IPProtocol.DestinationOptions, 8, true)]
    [InlineData(IPProtocol.DestinationOptions, 16, false)]
    public void A_first_fragment_without_all_headers_is_refused(byte protocol, int length, bool isRefused)
    {
        using HostileBench b = new();
        byte[] payload = [IPProtocol.Udp, 0, 1, 4, 0, 0, 0, 0, .. new byte[100]];
        b.GivePacket(Craft.Packet(Peer6, Station6, protocol, payload.AsSpan(0, length), 0, hasMore: true, 9));
        if (!isRefused)
        {
            Assert.Empty(b.TakeSent());
            Assert.Equal(1, b.Radio.Network.Reassembly.Count);
            return;
        }

        byte[] problem = Assert.Single(b.TakeSent());
        Assert.Equal((byte[])[4, 3], problem[54..56]);
        Assert.Equal((byte[])[0, 0, 0, 0], problem[58..62]);
        Assert.Equal(0, b.Radio.Network.Reassembly.Count);
    }

    [Theory]
    [InlineData(1, true)] // ICMP in IPv6
    [InlineData(2, true)]
    [InlineData(58, false)] // ICMPv6 in IPv4
    public void The_other_family_s_ICMP_is_an_unknown_protocol(byte protocol, bool isIPv6)
    {
        using HostileBench b = new();
        byte[] echo = [protocol == 58 ? (byte)128 : (byte)8, 0, 0, 0, 0, 1, 0, 1];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(echo.AsSpan(2), InternetChecksum.Of(echo));
        b.GivePacket(isIPv6 ? Craft.Packet(Peer6, Station6, protocol, echo) : Craft.Packet(Peer, Station, protocol, echo));
        byte[] answer = Assert.Single(b.TakeSent());
        Assert.Equal(isIPv6 ? (byte)Icmpv6Type.ParameterProblem : (byte)Icmpv4Type.Unreachable, answer[isIPv6 ? 54 : 34]);
    }

    private static void AssertProblem(HostileBench b, bool isReported)
    {
        List<byte[]> sent = b.TakeSent();
        if (!isReported)
        {
            Assert.Empty(sent);
            return;
        }

        byte[] problem = Assert.Single(sent);
        Assert.True(IPv6View.TryRead(problem.AsSpan(14), problem.Length - 14, out IPv6View view));
        Assert.Equal((Station6, Peer6), (view.Source, view.Destination));
        Assert.Equal((byte[])[4, 2], problem[54..56]);
        Assert.Equal((byte[])[0, 0, 0, 42], problem[58..62]); // the option's type
    }
}
