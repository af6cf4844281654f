using System.Net;
using System.Net.Sockets;
using SocketPools.Chips.Lan;
using SocketPools.Chips.Tests.Support;
using SocketPools.Chips.Wiznet;
using SocketPools.Radios;

namespace SocketPools.Chips.Tests.Wiznet;

/// <summary>Datagrams behind their 8 bytes, and the servers of the emulated network.</summary>
public sealed class UdpTests
{
    public static TheoryData<string> Kinds => ["W5500", "W5100S"];

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void A_datagram_stands_behind_its_sender_and_its_length(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        RadioSocket far = cable.FarSocket(SocketType.Dgram, out int port);
        bus.OpenUdp(1, 5555);
        bus.SetPeer(1, Cable.FarAddress, port);
        bus.SendData(1, [1, 2, 3]);
        byte[] buffer = new byte[2000];
        Assert.Equal(3, far.ReceiveFrom(buffer, out IPSocketAddress sender, Cable.Soon(far)).Count);
        Assert.Equal(5555, sender.Port);
        far.TrySendTo([7, 8], sender);
        byte[] got = bus.Take(1, 10);
        Assert.Equal([192, 0, 2, 2, (byte)(port >> 8), (byte)port, 0, 2, 7, 8], got);
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void Data_longer_than_a_segment_leaves_in_two_datagrams(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        RadioSocket far = cable.FarSocket(SocketType.Dgram, out int port);
        bus.OpenUdp(1);
        bus.SetPeer(1, Cable.FarAddress, port);
        bus.SendData(1, new byte[2048]);
        byte[] buffer = new byte[4096];
        Assert.Equal(1472, far.ReceiveFrom(buffer, out _, Cable.Soon(far)).Count);
        Assert.Equal(576, far.ReceiveFrom(buffer, out _, Cable.Soon(far)).Count);
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void What_does_not_fit_beside_unread_datagrams_is_dropped(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        RadioSocket far = cable.FarSocket(SocketType.Dgram, out int _);
        bus.OpenUdp(1, 5556);
        IPSocketAddress chip = new(Cable.NearAddress, 5556);
        for (int i = 0; i < 3; i++)
        {
            far.TrySendTo(new byte[1000], chip);
        }

        far.TrySendTo(new byte[1473], chip); // a fragment, which the chip does not take
        far.TrySendTo(new byte[5], chip);
        ChipBus.Until(() => bus.Word(1, ChipBus.ReceivedSize) == 1008 + 1008 + 13, "two datagrams of 1000 and one of 5");
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void DHCP_and_DNS_answer_on_the_emulated_network(string kind)
    {
        using Cable cable = new();
        cable.Near.SetHostEntry("board.example", IPAddress.Parse("198.51.100.7"));
        EmulatedLan lan = new(cable.Near) { Address = IPAddress.Parse("192.0.2.77") };
        using ChipBus bus = new(kind, cable.Near, new WiznetChipOptions { Lan = lan });
        bus.OpenUdp(1, 68);
        bus.SetPeer(1, IPAddress.Broadcast, 67);
        byte[] discover = new byte[244];
        byte[] head = [1, 1, 6, 0, 0xAA, 0xBB, 0xCC, 0xDD];
        head.CopyTo(discover, 0);
        byte[] tail = [0x63, 0x82, 0x53, 0x63, 53, 1, 1, 255];
        tail.CopyTo(discover, 236);
        bus.SendData(1, discover);
        byte[] offer = bus.Take(1, 308)[8..];
        Assert.Equal([192, 0, 2, 77], offer[16..20]);
        Assert.Equal([0xAA, 0xBB, 0xCC, 0xDD], offer[4..8]);

        bus.OpenUdp(2, 50_123);
        bus.SetPeer(2, lan.Gateway, 53);
        byte[] query = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 5, .. "board"u8, 7, .. "example"u8, 0, 0, 1, 0, 1];
        bus.SendData(2, query);
        byte[] answer = bus.Take(2, 8 + query.Length + 16)[8..];
        Assert.Equal([0x12, 0x34], answer[..2]);
        Assert.Equal([198, 51, 100, 7], answer[^4..]);
    }
}
