using SocketPools.Chips.Tests.Support;

namespace SocketPools.Chips.Tests.Wiznet;

/// <summary>Frames and registers, by the data sheets.</summary>
public sealed class RegisterTests
{
    public static TheoryData<string> Kinds => ["W5500", "W5100S"];

    [Fact(Timeout = 240_000)]
    public void A_W5500_has_the_register_values_of_its_data_sheet_after_reset()
    {
        using Cable cable = new();
        using ChipBus bus = new("W5500", cable.Near);
        bus.WriteCommon(0x0F, 10, 0, 0, 1);
        bus.WriteSocket(7, ChipBus.Port, 1, 2);
        bus.WriteCommon(0, 0x80);
        byte[] common = bus.ReadCommon(0, 0x3A);
        Assert.Equal(new byte[25], common[..25]);
        Assert.Equal([0x07, 0xD0, 0x08, 0x28], common[0x19..0x1D]);
        Assert.Equal((0xBF, 0x04), (common[0x2E], common[0x39]));
        byte[] socket = bus.ReadSocket(7, 0, 0x30);
        Assert.Equal([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], socket[6..12]);
        Assert.Equal((0x80, 2, 2, 0xFF), (socket[0x16], socket[0x1E], socket[0x1F], socket[0x2C]));
        Assert.Equal([0x08, 0x00], socket[0x20..0x22]);
        Assert.Equal([0x40, 0x00], socket[0x2D..0x2F]);
    }

    [Fact(Timeout = 240_000)]
    public void A_W5100S_has_the_register_values_of_its_data_sheet_after_reset()
    {
        using Cable cable = new();
        using ChipBus bus = new("W5100S", cable.Near);
        bus.WriteCommon(0, 0x80);
        Assert.Equal(0x03, bus.ReadCommon(0, 1)[0]);
        Assert.Equal([0x07, 0xD0, 0x08, 0x55, 0x55], bus.ReadCommon(0x17, 5));
        Assert.Equal((0x51, 0x01), (bus.ReadCommon(0x80, 1)[0], bus.ReadCommon(0x3C, 1)[0] & 1));
        Assert.Equal(0x0800, bus.Word(3, ChipBus.FreeSize));
    }

    [Fact(Timeout = 240_000)]
    public void A_frame_of_fixed_length_is_followed_by_the_next_without_a_chip_select()
    {
        using Cable cable = new();
        using ChipBus bus = new("W5500", cable.Near);
        // Two bytes written, then one byte read, then four bytes read, all in one chip select.
        byte[] answer = bus.Frame([0, 0x0F, 0x06, 192, 0, 0, 0x11, 0x05, 2, 0, 0x0F, 0x03, 0, 0, 0, 0]);
        Assert.Equal([192, 0, 2, 0], answer[12..]);
    }

    [Fact(Timeout = 240_000)]
    public void The_header_of_a_frame_is_answered_with_the_count_of_its_bytes()
    {
        using Cable cable = new();
        using ChipBus five = new("W5500", cable.Near);
        using ChipBus hundred = new("W5100S", cable.Near);
        Assert.Equal([1, 2, 3], five.Frame([0, 0, 0]));
        Assert.Equal([0, 1, 2], hundred.Frame([0x0F, 0, 0]));
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void Without_a_chip_select_nothing_is_heard(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        byte[] input = [9, 9, 9, 9];
        bus.Chip.Transfer([0xF0, 0, 0x0F, 1], input);
        Assert.Equal(new byte[4], input);
        Assert.Equal(0, bus.ReadCommon(0x0F, 1)[0]);
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void The_PHY_shows_the_link(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        int phy = kind == "W5500" ? 0x2E : 0x3C;
        Assert.Equal(1, bus.ReadCommon(phy, 1)[0] & 1);
        bus.Chip.IsLinkUp = false;
        Assert.Equal(0, bus.ReadCommon(phy, 1)[0] & 1);
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void Read_only_registers_stay_as_they_are(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        foreach (int register in (int[])[3, 0x20, 0x21, 0x22, 0x23, 0x26, 0x27, 0x2A, 0x2B])
        {
            byte before = bus.Byte(1, register);
            bus.WriteSocket(1, register, 0x5A);
            Assert.Equal(before, bus.Byte(1, register));
        }
    }

    [Fact(Timeout = 240_000)]
    public void Buffer_sizes_move_the_buffers_behind_them_and_an_address_wraps_at_its_size()
    {
        using Cable cable = new();
        using ChipBus bus = new("W5500", cable.Near);
        bus.WriteSocket(0, 0x1F, 4);
        Assert.Equal(4096, bus.Word(0, ChipBus.FreeSize));
        bus.Frame([0x00, 0x01, 0x14, 0xAB]); // transmit buffer of socket 0, address 1
        Assert.Equal(0xAB, bus.Frame([0x10, 0x01, 0x10, 0])[3]); // the same at 4097
        bus.WriteSocket(1, 0x1F, 3); // no size: a socket without memory
        Assert.Equal(0, bus.Word(1, ChipBus.FreeSize));
        Assert.Equal(0, bus.Frame([0x00, 0x01, 0x30, 0])[3]);
    }

    [Fact(Timeout = 240_000)]
    public void Memory_sizes_of_a_W5100S_are_two_bits_a_socket()
    {
        using Cable cable = new();
        using ChipBus bus = new("W5100S", cable.Near);
        bus.WriteCommon(0x1B, 0b00_00_01_10); // 4 KB, 2 KB, 1 KB, 1 KB
        Assert.Equal([4096, 2048, 1024, 1024], Enumerable.Range(0, 4).Select(i => bus.Word(i, ChipBus.FreeSize)));
    }
}
