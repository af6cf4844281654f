using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Configuration;
using SocketPools.Stack.Core;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Tests.Hostile.HostileBench;

namespace SocketPools.Stack.Tests.Hostile;

/// <summary>More of everything than there is room for: tables keep their limits, and those who behave go on.</summary>
[Collection(Alone.Name)]
public sealed class FloodTests
{
    private static readonly MacAddress s_other = MacAddress.Read([2, 0, 0, 0, 1, 1]);

    [Fact]
    public void Under_a_flood_of_SYNs_old_connections_go_on_and_a_new_one_gets_in()
    {
        using HostileBench b = new();
        RadioSocket listener = b.Listen(80);
        (HandMade old, RadioSocket socket) = b.Connect(listener, 5000);
        long before = Blocks;
        byte[] buffer = new byte[100];
        for (int i = 0; i < 20_000; i++)
        {
            IPAddressValue source = IPAddressValue.FromIPv4(0xC000_0210u + (uint)(i % 200));
            TcpHeader header = new((ushort)(1024 + (i / 200)), 80, new SequenceNumber((uint)i), default, TcpFlags.Syn, 1000);
            b.GivePacket(Craft.TcpPacket(source, Station, header));
            if (i % 5000 == 2500)
            {
                b.TakeSent();
                old.Send(TcpFlags.Ack | TcpFlags.Psh, text: new byte[10]);
                old.Next += 10;
                Assert.Equal(10, Read(socket, buffer));
                b.TakeSent();
                b.Connect(listener, (ushort)(6000 + (i / 1000))); // accepts and finds it
            }
        }

        Assert.True(b.Tcp[SocketPools.Stack.Tcp.TcpDrop.SynQueueFull] > 10_000);
        b.TakeSent();
        // Half-open connections hold no block; packets wait for neighbours that do not exist.
        Assert.InRange(Blocks - before, 0, b.Radio.Network.Limits.MaxNeighbors * (b.Radio.Network.Limits.MaxPacketsPerNeighbor + 1));
        b.Advance(120);
        b.TakeSent();
        Assert.InRange(Blocks - before, 0, 10);
    }

    [Fact]
    public void Thousands_of_half_open_connections_cost_some_hundred_bytes_each_and_go_by_themselves()
    {
        using HostileBench b = new(options => options with { Tcp = new() { MaxHalfOpen = 5000 } });
        b.Listen(80);
        void Flood(int first, int count)
        {
            for (int i = first; i < first + count; i++)
            {
                b.GivePacket(Craft.TcpPacket(Peer, Station, new TcpHeader((ushort)(1024 + i), 80, new SequenceNumber((uint)i), default, TcpFlags.Syn, 1000)));
                b.TakeSent();
            }
        }

        Flood(0, 500);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Flood(500, 4500);
        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / 4500;
        Assert.InRange(each, 50, 600);
        Assert.Equal(5000, b.Radio.Tcp.Listeners.Sum(listener => listener.HalfOpenCount));
        b.Advance(300);
        b.TakeSent();
        Assert.Equal(0, b.Radio.Tcp.Listeners.Sum(listener => listener.HalfOpenCount));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flood_of_questions_under_invented_names_costs_no_neighbour_in_use(bool isIPv6)
    {
        using HostileBench b = new();
        RadioSocket socket = b.Open(SocketType.Dgram, isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        IPEndPoint peer = new(IPAddress.Parse(isIPv6 ? "2001:db8::1" : "192.0.2.1"), 9);
        socket.TrySendTo(new byte[10], peer);
        b.TakeSent();
        b.Advance(1);
        for (uint i = 0; i < 5000; i++)
        {
            IPAddressValue name = isIPv6 ? IPAddressValue.FromIPv6(0x2001_0DB8_0000_0000, 0x1_0000 + i) : IPAddressValue.FromIPv4(0xC000_0000 + 0x1000 + i);
            b.Give(isIPv6
                ? Craft.Ethernet(Craft.Solicitation(name, Station6, s_other), from: s_other)
                : Craft.Arp(ArpPacket.Request(s_other, name, Station)));
            if (i % 100 == 0)
            {
                b.Advance(0.01);
            }
        }

        b.TakeSent();
        Assert.InRange(b.Interface.Inner.Neighbors.All.Count(), 1, b.Radio.Network.Limits.MaxNeighbors);
        Assert.True(b.Dropped(DropReason.NeighborLimit) > 4000);

        // No question is asked: it is known where the peer is.
        socket.TrySendTo(new byte[10], peer);
        byte[] frame = Assert.Single(b.TakeSent());
        Assert.Equal(Craft.Peer, MacAddress.Read(frame));
        Assert.Equal(isIPv6 ? 0x86 : 0x08, frame[12]);
    }

    [Fact]
    public void A_flood_of_answers_that_nobody_asked_for_makes_no_neighbour()
    {
        using HostileBench b = new();
        int before = b.Interface.Inner.Neighbors.All.Count();
        for (uint i = 0; i < 1000; i++)
        {
            b.Give(Craft.Arp(ArpPacket.Request(s_other, Station, IPAddressValue.FromIPv4(0xC000_0210 + (i % 200))).ReplyFrom(s_other), Craft.Station));
            IPAddressValue name = IPAddressValue.FromIPv6(0x2001_0DB8_0000_0000, 0x1_0000 + i);
            b.Give(Craft.Ethernet(Craft.Advertisement(name, Station6, new NeighborAdvertisement(name, s_other) { IsSolicited = true, IsOverride = true })));
        }

        Assert.Equal(before, b.Interface.Inner.Neighbors.All.Count());
    }

    [Fact]
    public void A_scan_of_addresses_that_do_not_exist_holds_a_limited_number_of_packets()
    {
        using HostileBench b = new();
        long before = Blocks;
        for (uint i = 0; i < 20_000; i++)
        {
            // Each would be answered, if there were anybody.
            IPAddressValue name = IPAddressValue.FromIPv6(0x2001_0DB8_0000_0000, 0x1_0000 + i);
            b.GivePacket(Craft.IcmpPacket(name, Station6, Icmpv6Message.EchoRequest(1, 1), new byte[1000]));
            b.TakeSent();
        }

        Assert.InRange(Blocks - before, 1, b.Radio.Network.Limits.MaxNeighbors);
        b.Advance(10);
        b.TakeSent();
        Assert.Equal(before, Blocks);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flood_of_fragments_keeps_nobody_out_whose_fragments_come_together(bool isIPv6)
    {
        using HostileBench b = new();
        (IPAddressValue from, IPAddressValue to) = isIPv6 ? (Peer6, Station6) : (Peer, Station);
        RadioSocket socket = b.Bind(SocketType.Dgram, 7, isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        long before = Blocks;
        byte[] buffer = new byte[4096];
        for (uint i = 0; i < 3000; i++)
        {
            b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, new byte[800], 0, hasMore: true, id: 100_000 + i));
            if (i % 300 == 299)
            {
                foreach (byte[] piece in Craft.Fragments(from, to, IPProtocol.Udp, Craft.Datagram(from, 7, to, 7, new byte[3000]), 1400, i % 30_000))
                {
                    b.GivePacket(piece);
                }

                Assert.Equal(3000, Read(socket, buffer));
            }
        }

        int held = (int)(Blocks - before);
        Assert.InRange(held * BlockPool.SmallSize, 1, b.Radio.Network.Limits.MaxFragmentBytes);
        Assert.True(b.Dropped(DropReason.FragmentLimit) > 1500);
        b.Advance(61);
        b.TakeSent();
        Assert.Equal(before, Blocks);
    }

    [Fact]
    public void Echoes_are_answered_one_for_one_and_errors_at_a_limited_rate()
    {
        using HostileBench b = new();
        for (int i = 0; i < 1000; i++)
        {
            b.GivePacket(Craft.IcmpPacket(Peer, Station, Icmpv4Message.EchoRequest(1, (ushort)i), new byte[56]));
        }

        Assert.Equal(1000, b.TakeSent().Count);
        for (int i = 0; i < 1000; i++)
        {
            b.GivePacket(Craft.UdpPacket(Peer, 9, Station, 9, new byte[10]));
            b.GivePacket(Craft.UdpPacket(Peer6, 9, Station6, 9, new byte[10]));
        }

        // Nobody is to count them exactly (CVE-2020-25705): one of them costs 0 to 2.
        int sent = b.TakeSent().Count;
        Assert.InRange(sent, 80, 120);
        Assert.Equal(2000 - sent, b.Dropped(DropReason.IcmpRateLimit));
        b.Advance(0.5);
        for (int i = 0; i < 1000; i++)
        {
            b.GivePacket(Craft.UdpPacket(Peer, 9, Station, 9, new byte[10]));
        }

        Assert.InRange(b.TakeSent().Count, 35, 65);
    }

    [Fact]
    public void An_echo_to_a_broadcast_address_is_answered_by_nobody()
    {
        using HostileBench b = new();
        b.Give(Craft.Ethernet(Craft.IcmpPacket(Peer, IPAddressValue.Parse("192.0.2.255"), Icmpv4Message.EchoRequest(1, 1), new byte[56]), MacAddress.Broadcast));
        b.Give(Craft.Ethernet(Craft.IcmpPacket(Peer, IPAddressValue.Broadcast, Icmpv4Message.EchoRequest(1, 1), new byte[56])));
        Assert.Empty(b.TakeSent());
    }

    [Fact]
    public void A_flood_of_queries_gets_one_report_for_each_group_in_its_time()
    {
        using HostileBench b = new();
        RadioSocket socket = b.Bind(SocketType.Dgram, 5353);
        for (byte i = 1; i <= 5; i++)
        {
            Assert.False(socket.SetOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, [239, 0, 0, i, 192, 0, 2, 2]).Failed);
        }

        b.Advance(20);
        b.TakeSent();
        for (int i = 0; i < 10_000; i++)
        {
            b.GivePacket(Craft.Igmp(Peer, IPAddressValue.AllHosts, new IgmpMessage(IgmpType.Query, IPAddressValue.Parse("0.0.0.0")) { MaxResponseTenths = 100 }));
            b.GivePacket(Craft.Mld(Router, IPAddressValue.AllNodes, new MldMessage(Icmpv6Type.ListenerQuery, IPAddressValue.Parse("::")) { MaxResponseTime = 10_000 }));
        }

        Assert.Empty(b.TakeSent());
        b.Advance(11);
        Assert.Equal(5 + 2, b.TakeSent().Count); // the groups above, and those of the two IPv6 addresses
    }

    [Fact]
    public void Datagrams_hold_no_more_memory_than_their_socket_may_even_small_ones_in_pieces()
    {
        using HostileBench b = new();
        b.Bind(SocketType.Dgram, 7);
        (long small, long large) = (BlockPool.Small.InUse, BlockPool.Large.InUse);
        for (uint i = 0; i < 2000; i++)
        {
            foreach (byte[] piece in Craft.Fragments(Peer, Station, IPProtocol.Udp, Craft.Datagram(Peer, 7, Station, 7, new byte[8]), 8, i))
            {
                b.GivePacket(piece);
            }
        }

        long held = ((BlockPool.Small.InUse - small) * BlockPool.SmallSize) + ((BlockPool.Large.InUse - large) * BlockPool.LargeSize);
        Assert.InRange(held, 100_000, 256 * BlockPool.SmallSize); // as many as Linux holds of this length
        Assert.Equal(2000 - 256, b.Dropped(DropReason.ReceiveQueue));
    }

    [Fact]
    public void Routers_that_announce_without_end_fill_neither_routes_nor_addresses()
    {
        using HostileBench b = new();
        b.Interface.EnableIPv6(new IPv6Options { SkipDuplicateAddressDetection = true });
        for (uint i = 0; i < 2000; i++)
        {
            NdPrefix prefix = new(new IPPrefix(IPAddressValue.FromIPv6(0x2001_0DB9_0000_0000UL + i, 0), 64), IsOnLink: true, IsAutonomous: true, 3600, 3600);
            b.GivePacket(Craft.Router(IPAddressValue.FromIPv6(0xFE80_0000_0000_0000, 0x100UL + i), new RouterAdvertisement(1800) { SourceLinkLayer = s_other, Prefix = prefix }));
        }

        b.Advance(5);
        b.TakeSent();
        Assert.InRange(b.Interface.Addresses.Count, 4, b.Radio.Network.Limits.MaxRouterAdvertisedEntries);
        Assert.InRange(b.Radio.Network.Routes.Routes.Count, 5, 10 + (2 * b.Radio.Network.Limits.MaxRouterAdvertisedEntries));
        Assert.True(b.Dropped(DropReason.RouterAdvertisementLimit) > 2000);
    }
}
