using System.Net.Sockets;
using SocketPools.Chips.Tests.Support;
using SocketPools.Radios;

namespace SocketPools.Chips.Tests.Wiznet;

/// <summary>The INTn line.</summary>
public sealed class InterruptTests
{
    public static TheoryData<string> Kinds => ["W5500", "W5100S"];

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void The_line_goes_low_when_a_datagram_comes_and_high_when_it_is_cleared(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        using ManualResetEventSlim low = new();
        bus.Chip.InterruptAsserted += low.Set;
        RadioSocket far = cable.FarSocket(SocketType.Dgram, out _);
        bus.OpenUdp(1, 5557);
        far.TrySendTo([1], new IPSocketAddress(Cable.NearAddress, 5557));
        ChipBus.Until(() => bus.Byte(1, ChipBus.Interrupt) == ChipBus.Received, "the interrupt bit");
        Assert.False(low.IsSet); // the mask lets nothing through
        bus.WriteCommon(kind == "W5500" ? 0x18 : 0x16, 0x02);
        Assert.True(low.Wait(TimeSpan.FromSeconds(120)) && bus.Chip.IsInterruptAsserted);
        Assert.Equal(0x02, bus.ReadCommon(kind == "W5500" ? 0x17 : 0x15, 1)[0]);
        bus.WriteSocket(1, ChipBus.Interrupt, 0xFF);
        Assert.False(bus.Chip.IsInterruptAsserted);
    }
}
