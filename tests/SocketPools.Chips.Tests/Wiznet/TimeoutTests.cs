using System.Net;
using Microsoft.Extensions.Time.Testing;
using SocketPools.Chips.Tests.Support;

namespace SocketPools.Chips.Tests.Wiznet;

/// <summary>RTR and RCR, on a clock that the test moves.</summary>
public sealed class TimeoutTests
{
    public static TheoryData<string> Kinds => ["W5500", "W5100S"];

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void A_peer_that_nobody_answers_for_is_given_up_after_the_ARP_timeout(string kind) =>
        GivesUp(kind, cut: true, TimeSpan.FromSeconds(1.8), null);

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void Other_retry_registers_give_other_times(string kind) =>
        GivesUp(kind, cut: true, TimeSpan.FromMilliseconds(40 * 4), (400, 3));

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void A_peer_that_is_silent_is_given_up_after_the_TCP_timeout(string kind) =>
        GivesUp(kind, cut: false, TimeSpan.FromSeconds(31.8), null);

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void A_datagram_without_a_link_times_out_and_the_socket_stays_open(string kind)
    {
        FakeTimeProvider clock = new();
        using Cable cable = new(clock);
        using ChipBus bus = new(kind, cable.Near);
        bus.OpenUdp(1);
        bus.SetPeer(1, Cable.FarAddress, 9);
        bus.Chip.IsLinkUp = false;
        bus.Put(1, [1, 2]);
        bus.Do(1, ChipBus.Send);
        Assert.Equal(0, bus.Byte(1, ChipBus.Interrupt));
        clock.Advance(TimeSpan.FromSeconds(1.8));
        Assert.Equal(ChipBus.TimedOut, bus.Byte(1, ChipBus.Interrupt));
        Assert.Equal((ChipBus.Udp, 2048), (bus.Byte(1, ChipBus.Status), bus.Word(1, ChipBus.FreeSize)));
    }

    private static void GivesUp(string kind, bool cut, TimeSpan after, (int Time, int Count)? retry)
    {
        FakeTimeProvider clock = new();
        using Cable cable = new(clock);
        using ChipBus bus = new(kind, cable.Near);
        int at = kind == "W5500" ? 0x19 : 0x17;
        if (retry is (int time, int count))
        {
            bus.WriteCommon(at, (byte)(time >> 8), (byte)time, (byte)count);
        }

        bus.Chip.IsLinkUp = !cut;
        // 192.0.2.66 is nobody: the stack asks for it by ARP for longer than the test's steps, so that its silence is the chip's to notice.
        bus.ConnectTo(1, IPAddress.Parse("192.0.2.66"), 80);
        TimeSpan step = TimeSpan.FromMilliseconds(10);
        TimeSpan passed = TimeSpan.Zero;
        while (passed < after - step && (cut || passed < TimeSpan.FromMilliseconds(500)))
        {
            Assert.Equal(ChipBus.SynSent, bus.Byte(1, ChipBus.Status));
            clock.Advance(step);
            passed += step;
        }

        Assert.Equal(ChipBus.SynSent, bus.Byte(1, ChipBus.Status));
        clock.Advance(after - passed + step);
        bus.UntilStatus(1, ChipBus.Closed);
        Assert.Equal(ChipBus.TimedOut, bus.Byte(1, ChipBus.Interrupt));
    }
}
