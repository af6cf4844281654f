using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketPools.Chips.Nina;
using SocketPools.Chips.Tests.Support;
using SocketPools.Radios;

namespace SocketPools.Chips.Tests.Nina;

/// <summary>The firmware's commands, by its source and by AirLift's library.</summary>
public sealed class NinaTests
{
    private static byte[] Name(string text) => Encoding.ASCII.GetBytes(text);

    [Fact(Timeout = 240_000)]
    public void The_ready_line_is_high_while_the_module_is_selected_works_or_is_off()
    {
        using Cable cable = new();
        using NinaBus bus = new(cable.Near);
        Assert.False(bus.Chip.IsBusy);
        bus.Chip.BeginFrame();
        Assert.True(bus.Chip.IsBusy);
        bus.Chip.EndFrame();
        Assert.False(bus.Chip.IsBusy);
        bus.Chip.IsHeldInReset = true;
        Assert.True(bus.Chip.IsBusy);
        bus.Chip.IsHeldInReset = false;
        Assert.False(bus.Chip.IsBusy);
    }

    [Fact(Timeout = 240_000)]
    public void An_answer_leaves_in_one_frame_however_much_is_read_of_it()
    {
        using Cable cable = new();
        using NinaBus bus = new(cable.Near);
        bus.Frame([0xE0, 0x37, 0, 0xEE]);
        bus.Ready();
        bus.Chip.BeginFrame();
        byte[] head = new byte[4];
        bus.Chip.Transfer(new byte[4], head);
        byte[] version = new byte[7];
        bus.Chip.Transfer(new byte[7], version);
        bus.Chip.EndFrame();
        Assert.Equal([0xE0, 0xB7, 1, 6], head);
        Assert.Equal("3.3.0\0"u8.ToArray(), version[..6]);
        Assert.Equal(0, bus.AskByte(0x3F)); // the next frame is a command
    }

    [Theory(Timeout = 240_000)]
    [InlineData(0x00)]
    [InlineData(0x60)]
    [InlineData(0x7F)]
    public void A_command_that_is_none_is_answered_with_an_error(byte command)
    {
        using Cable cable = new();
        using NinaBus bus = new(cable.Near);
        Assert.Null(bus.Ask(command));
    }

    [Fact(Timeout = 240_000)]
    public void A_module_joins_the_network_that_is_there_with_its_passphrase()
    {
        using Cable cable = new();
        using NinaBus bus = new(cable.Near, new NinaChipOptions { Ssid = "lab", Passphrase = "secret!!", Address = Cable.NearAddress });
        Assert.Equal(0, bus.AskByte(0x20));
        Assert.Empty(bus.Ask(0x2D)!); // without a network nothing connects
        bus.AskByte(0x11, Name("other"), Name("secret!!"));
        Assert.Equal(1, bus.AskByte(0x20)); // no such network
        bus.AskByte(0x11, Name("lab"), Name("wrong"));
        Assert.Equal(4, bus.AskByte(0x20)); // refused
        Assert.Equal(new byte[4], bus.Ask(0x21, [0xFF])![0]);
        bus.AskByte(0x11, Name("lab"), Name("secret!!"));
        Assert.Equal(3, bus.AskByte(0x20));
        Assert.Equal(Cable.NearAddress.GetAddressBytes(), bus.Ask(0x21, [0xFF])![0]);
        bus.Chip.IsHeldInReset = true;
        bus.Chip.IsHeldInReset = false;
        Assert.Equal(0, bus.AskByte(0x20));
    }

    [Fact(Timeout = 240_000)]
    public void A_connection_carries_bytes_and_its_end_is_seen_by_who_asks()
    {
        using Cable cable = new();
        using NinaBus bus = new(cable.Near);
        RadioSocket listener = cable.FarListener(out int port);
        Assert.Equal([1], bus.Connect(2, Cable.FarAddress, port)![0]);
        listener.Accept(out RadioSocket? server, out _, Cable.Soon(listener));
        Assert.Equal(3, bus.AskWord(0x44, [2], [7, 8, 9]));
        Assert.Equal([7, 8, 9], Cable.Receive(server!, 3));
        server!.SendAll(new byte[5000], Cable.Soon(server), out _);
        ChipBus.Until(() => bus.AskWord(0x2B, [2]) == 5000, "5000 bytes");
        Assert.Equal(4076, bus.Ask(0x45, [2], [0xFF, 0xFF])![0].Length); // what fits into a frame
        Assert.Equal(924, bus.AskWord(0x2B, [2]));
        server.Close();
        Assert.Equal(4, bus.AskByte(0x2F, [2])); // there is data left
        bus.Ask(0x45, [2], [0xFF, 0xFF]);
        ChipBus.Until(() => bus.AskByte(0x2F, [2]) == 0, "the end");
        Assert.Equal(0, bus.AskByte(0x3F)); // and the number is free again
        Assert.Equal(0, bus.AskWord(0x44, [2], [1]));
    }

    [Fact(Timeout = 240_000)]
    public void A_refused_connect_is_an_answer_without_a_parameter()
    {
        using Cable cable = new();
        using NinaBus bus = new(cable.Near);
        cable.FarListener(out int port).Close();
        Assert.Empty(bus.Connect(0, Cable.FarAddress, port)!);
    }

    [Fact(Timeout = 240_000)]
    public void A_silent_peer_is_given_up_after_the_firmwares_time()
    {
        using Cable cable = new();
        using NinaBus bus = new(cable.Near, new NinaChipOptions { StartsConnected = true, ConnectTimeout = TimeSpan.FromMilliseconds(100) });
        long start = TimeProvider.System.GetTimestamp();
        Assert.Empty(bus.Connect(0, IPAddress.Parse("192.0.2.66"), 80)!);
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(80)); // timers of the system may be early by a tick
    }

    [Fact(Timeout = 240_000)]
    public void There_are_six_numbers_and_255_after_them()
    {
        using Cable cable = new();
        using NinaBus bus = new(cable.Near);
        cable.FarListener(out int port);
        for (byte i = 0; i < 6; i++)
        {
            Assert.Equal(i, bus.AskByte(0x3F));
            bus.Connect(i, Cable.FarAddress, port);
        }

        Assert.Equal(255, bus.AskByte(0x3F));
        bus.AskByte(0x2E, [3]);
        Assert.Equal(3, bus.AskByte(0x3F));
    }

    [Fact(Timeout = 240_000)]
    public void A_server_gives_each_client_a_number_and_tells_where_it_comes_from()
    {
        using Cable cable = new();
        using NinaBus bus = new(cable.Near);
        Assert.Equal(1, bus.AskByte(0x28, [0x1F, 0x90], [1], [0])); // port 8080
        Assert.Equal((1, 255), (bus.AskByte(0x29, [1]), bus.AskWord(0x2B, [1])));
        RadioSocket client = cable.FarSocket(SocketType.Stream, out int clientPort);
        Assert.False(client.Connect(new IPSocketAddress(Cable.NearAddress, 8080), Cable.Soon(client)).Failed);
        ChipBus.Until(() => bus.AskWord(0x2B, [1]) == 0, "number 0");
        byte[][] remote = bus.Ask(0x3A, [0])!;
        Assert.Equal(Cable.FarAddress.GetAddressBytes(), remote[0]);
        Assert.Equal([(byte)(clientPort >> 8), (byte)clientPort], remote[1]);
    }

    [Fact(Timeout = 240_000)]
    public void Datagrams_are_put_together_from_pieces_and_read_as_a_stream()
    {
        using Cable cable = new();
        using NinaBus bus = new(cable.Near);
        RadioSocket far = cable.FarSocket(SocketType.Dgram, out int port);
        Assert.Equal([1], bus.Connect(0, Cable.FarAddress, port, mode: 1)![0]);
        Assert.Equal(1, bus.AskByte(0x28, [0x20, 0x00], [0], [1])); // port 8192
        Assert.Equal(1, bus.AskByte(0x46, [0], [1, 2]));
        Assert.Equal(1, bus.AskByte(0x46, [0], [3]));
        Assert.Equal(0, bus.AskByte(0x46, [0], []));
        Assert.Equal(1, bus.AskByte(0x39, [0]));
        byte[] buffer = new byte[10];
        Assert.Equal(3, far.ReceiveFrom(buffer, out IPSocketAddress sender, Cable.Soon(far)).Count);
        Assert.Equal(8192, sender.Port);
        far.TrySendTo([9, 8, 7, 6], sender);
        far.TrySendTo([5], sender);
        ChipBus.Until(() => bus.AskWord(0x2B, [0]) == 4, "four bytes");
        Assert.Equal([9, 8], bus.Ask(0x45, [0], [2, 0])![0]);
        Assert.Equal([7, 6], bus.Ask(0x45, [0], [9, 0])![0]);
        ChipBus.Until(() => bus.AskWord(0x2B, [0]) == 1, "the next datagram");
    }

    [Fact(Timeout = 240_000)]
    public void Names_are_looked_up_by_the_radio_and_echoes_are_sent_by_it()
    {
        using Cable cable = new();
        cable.Near.SetHostEntry("far.example", Cable.FarAddress);
        using NinaBus bus = new(cable.Near);
        Assert.Equal(1, bus.AskByte(0x34, Name("far.example")));
        Assert.Equal(Cable.FarAddress.GetAddressBytes(), bus.Ask(0x35)![0]);
        Assert.Equal(0, bus.AskByte(0x34, Name("nobody.invalid")));
        Assert.InRange(bus.AskWord(0x3E, Cable.FarAddress.GetAddressBytes(), [64]), 0, 5000);
    }

    [Fact(Timeout = 240_000)]
    public void A_send_to_a_peer_that_does_not_read_ends_with_what_went_out()
    {
        using Cable cable = new();
        using NinaBus bus = new(cable.Near, new NinaChipOptions { StartsConnected = true, SendTimeout = TimeSpan.FromMilliseconds(50) });
        RadioSocket listener = cable.FarListener(out int port);
        bus.Connect(0, Cable.FarAddress, port);
        listener.Accept(out RadioSocket? server, out _, Cable.Soon(listener));
        int sent;
        do
        {
            sent = bus.AskWord(0x44, [0], new byte[4000]);
        }
        while (sent == 4000);
        Assert.InRange(sent, 0, 3999);
        GC.KeepAlive(server);
    }
}
