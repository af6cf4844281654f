using System.Net;
using SocketPools.Stack.Core;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Tests.Hostile;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Tests.Hostile.HostileBench;

namespace SocketPools.Stack.Tests.Network;

/// <summary>A medium that brings back what is sent, as multicast sockets do by default: that is nobody else.</summary>
[Collection(Alone.Name)]
public sealed class EchoedFrameTests
{
    private static readonly IPAddressValue s_new = IPAddressValue.Parse("2001:db8::77");

    /// <summary>RFC 4862, 5.4.3; RFC 7527, 4.2.</summary>
    [Fact]
    public void Our_own_question_for_a_duplicate_address_does_not_take_the_address_away_even_late_or_twice()
    {
        using HostileBench b = new();
        b.Interface.AddAddress(IPAddress.Parse("2001:db8::77"), 64);
        byte[] question = Question(b);
        b.Give(question);
        b.Give(question);
        b.Advance(1.5);
        b.TakeSent();
        Assert.Contains(b.Interface.Addresses, a => a.Address.Equals(IPAddress.Parse("2001:db8::77")));
        b.Give(question);
        Assert.Empty(b.TakeSent()); // and nobody has asked
        Assert.Contains(b.Interface.Addresses, a => a.Address.Equals(IPAddress.Parse("2001:db8::77")));
    }

    [Fact]
    public void Each_question_has_a_number_of_its_own()
    {
        using HostileBench b = new();
        List<ulong> nonces = [];
        for (int i = 0; i < 20; i++)
        {
            b.Interface.AddAddress(IPAddress.Parse("2001:db8::77"), 64);
            nonces.Add(NonceOf(Question(b)));
        }

        Assert.Equal(20, nonces.Distinct().Count());
    }

    /// <summary>RFC 7527, 4.2: also of a station that has the same hardware address, a copied virtual machine.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void The_question_of_another_station_does(bool hasNonce, bool isCopy)
    {
        using HostileBench b = new();
        b.Interface.AddAddress(IPAddress.Parse("2001:db8::77"), 64);
        Question(b);
        NeighborSolicitation message = new(s_new, null) { Nonce = hasNonce ? 0xABCDEF : null };
        byte[] bytes = new byte[message.Length];
        message.Write(bytes, IPAddressValue.Parse("::"), s_new.SolicitedNode);
        byte[] packet = Craft.Packet(IPAddressValue.Parse("::"), s_new.SolicitedNode, IPProtocol.Icmpv6, bytes, hops: 255);
        b.Give(Craft.Ethernet(packet, from: isCopy ? Craft.Station : Craft.Peer));
        b.Advance(2);
        Assert.DoesNotContain(b.Interface.Addresses, a => a.Address.Equals(IPAddress.Parse("2001:db8::77")));
    }

    /// <summary>RFC 5227, 2.1.1: a probe from the own hardware address is no conflict.</summary>
    [Fact]
    public void Announcements_probes_and_questions_of_ARP_that_come_back_are_neither_answered_nor_learned()
    {
        using HostileBench b = new(isIntroduced: false);
        IPAddressValue none = IPAddressValue.Parse("0.0.0.0");
        b.Give(Craft.Arp(ArpPacket.Request(Craft.Station, Station, Station)));
        b.Give(Craft.Arp(ArpPacket.Request(Craft.Station, none, Station)));
        b.Give(Craft.Arp(ArpPacket.Request(Craft.Station, Station, Peer)));
        b.Give(Craft.Arp(ArpPacket.Request(Craft.Station, Peer, Station)));
        Assert.Empty(b.TakeSent());
        Assert.Empty(b.Interface.Inner.Neighbors.All);
        Assert.Equal(3, b.Interface.Addresses.Count);
        b.Give(Craft.Arp(ArpPacket.Request(Craft.Peer, none, Station)));
        Assert.Single(b.TakeSent()); // a probe of another station hears that the address is in use
    }

    [Fact]
    public void Whatever_a_stack_sends_may_come_back_and_changes_nothing()
    {
        using HostileBench b = new();
        b.Interface.AddAddress(IPAddress.Parse("2001:db8::77"), 64);
        b.Interface.AddAddress(IPAddress.Parse("192.0.2.88"), 24);
        for (int i = 0; i < 10; i++)
        {
            b.TakeSent().ForEach(b.Give);
            b.Advance(0.5);
        }

        Assert.Equal(5, b.Interface.Addresses.Count);
        Assert.Empty(b.TakeSent());
        Assert.Equal(0, b.Dropped(DropReason.Malformed));
    }

    private static byte[] Question(HostileBench b) =>
        b.TakeSent().Single(frame => frame[12] == 0x86 && frame.Length >= 78 && frame[54] == (byte)Icmpv6Type.NeighborSolicitation);

    private static ulong NonceOf(byte[] frame)
    {
        Assert.True(new NdOptions(frame.AsSpan(54 + 24)).TryFindNonce(out ulong nonce));
        return nonce;
    }
}
