using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Tests.Hostile;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Tests.Hostile.HostileBench;

namespace SocketPools.Stack.Tests.Network;

/// <summary>Tags of IEEE 802.1Q: VLAN 0 is a priority and no VLAN, which Linux takes as a frame without a tag.</summary>
[Collection(Alone.Name)]
public sealed class PriorityTagTests
{
    [Theory]
    [InlineData("8100E000")]
    [InlineData("81000000")]
    [InlineData("88A8A000")]
    [InlineData("8100E00081002000")]
    public void Frames_with_a_priority_tag_are_taken_whatever_is_in_them(string tag)
    {
        using HostileBench b = new(isIntroduced: false);
        byte[] tags = Convert.FromHexString(tag);
        RadioSocket socket = b.Bind(SocketType.Dgram, 7);
        RadioSocket socket6 = b.Bind(SocketType.Dgram, 8, AddressFamily.InterNetworkV6);
        b.Give(Tag(Craft.Arp(ArpPacket.Request(Craft.Peer, Peer, Station)), tags));
        Assert.Equal(ArpPacket.Length + 14, Assert.Single(b.TakeSent()).Length); // answered, without a tag
        b.Give(Tag(Craft.Ethernet(Craft.UdpPacket(Peer, 9, Station, 7, new byte[11])), tags));
        b.Give(Tag(Craft.Ethernet(Craft.UdpPacket(Peer6, 9, Station6, 8, new byte[12])), tags));
        byte[] buffer = new byte[100];
        Assert.Equal((11, 12), (Read(socket, buffer), Read(socket6, buffer)));
        Assert.Equal(0, b.Dropped(DropReason.UnknownEtherType));
    }

    [Theory]
    [InlineData("8100E001")]
    [InlineData("81000FFF")]
    [InlineData("8100E00081002003")]
    [InlineData("8100")]
    [InlineData("810000")]
    public void Frames_of_a_VLAN_and_tags_that_are_cut_off_are_not(string tag)
    {
        using HostileBench b = new(isIntroduced: false);
        byte[] tags = Convert.FromHexString(tag);
        byte[] frame = Tag(Craft.Arp(ArpPacket.Request(Craft.Peer, Peer, Station)), tags);
        b.Give(tags.Length % 4 == 0 ? frame : frame[..(12 + tags.Length)]);
        Assert.Empty(b.TakeSent());
        Assert.Equal(1, b.Dropped(DropReason.UnknownEtherType) + b.Dropped(DropReason.Malformed));
    }

    private static byte[] Tag(byte[] frame, byte[] tags) => [.. frame.AsSpan(0, 12), .. tags, .. frame.AsSpan(12)];
}
