using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using SocketPools.Chips.Tests.Support;
using SocketPools.Radios;

namespace SocketPools.Chips.Tests.Wiznet;

/// <summary>TCP by commands and registers, against a stack.</summary>
public sealed class TcpTests
{
    public static TheoryData<string> Kinds => ["W5500", "W5100S"];

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void A_connection_carries_more_than_the_pointers_hold_both_ways(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        RadioSocket server = Connect(cable, bus, 1);
        ReadOnlySpan<byte> on = [1, 0, 0, 0];
        Assert.False(server.SetOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, on).Failed); // each part is waited for
        int seed = Environment.ProcessId;
        Random random = new(seed);
        byte[] all = new byte[150_000];
        random.NextBytes(all);
        for (int at = 0; at < all.Length;)
        {
            int count = Math.Min(random.Next(1, 2049), all.Length - at);
            bus.SendData(1, all.AsSpan(at, count));
            Assert.True(Cable.Receive(server, count).AsSpan().SequenceEqual(all.AsSpan(at, count)), $"sent otherwise at {at} (seed {seed})");
            server.SendAll(all.AsSpan(at, count), Cable.Soon(server), out _);
            Assert.True(bus.Take(1, count).AsSpan().SequenceEqual(all.AsSpan(at, count)), $"received otherwise at {at} (seed {seed})");
            at += count;
        }
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public async Task What_does_not_fit_waits_at_the_peer_until_the_driver_has_read(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        RadioSocket server = Connect(cable, bus, 0);
        byte[] data = [.. Enumerable.Range(0, 20_000).Select(i => (byte)(i / 7))];
        Task sending = Task.Run(() => server.SendAll(data, Cable.Soon(server), out _), TestContext.Current.CancellationToken);
        ChipBus.Until(() => bus.Word(0, ChipBus.ReceivedSize) == 2048, "a full buffer");
        List<byte> got = [];
        while (got.Count < data.Length)
        {
            got.AddRange(bus.Take(0, Math.Min(777, data.Length - got.Count)));
        }

        Assert.Equal(data, got);
        await sending;
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void A_refused_connection_closes_the_socket_and_says_so(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        cable.FarListener(out int port).Close();
        bus.ConnectTo(2, Cable.FarAddress, port);
        bus.UntilStatus(2, ChipBus.Closed);
        Assert.Equal(ChipBus.Discon, bus.Byte(2, ChipBus.Interrupt));
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void The_end_of_the_peer_is_CLOSE_WAIT_and_data_can_still_be_sent_and_read(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        RadioSocket server = Connect(cable, bus, 1);
        server.TrySend([1, 2, 3]);
        server.Shutdown(SocketShutdown.Send);
        bus.UntilStatus(1, ChipBus.CloseWait);
        Assert.Equal(ChipBus.Discon, bus.Byte(1, ChipBus.Interrupt) & ChipBus.Discon);
        bus.SendData(1, [4, 5]);
        Assert.Equal([4, 5], Cable.Receive(server, 2));
        Assert.Equal([1, 2, 3], bus.Take(1, 3));
        bus.Do(1, ChipBus.Disconnect);
        bus.UntilStatus(1, ChipBus.Closed);
        Assert.Empty(Cable.Receive(server, 1));
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void After_DISCON_the_peer_sees_the_end_and_may_go_on_until_its_own(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        RadioSocket server = Connect(cable, bus, 1);
        bus.SendData(1, [9]);
        bus.WriteSocket(1, ChipBus.Interrupt, 0xFF);
        bus.Do(1, ChipBus.Disconnect);
        Assert.Equal([9], Cable.Receive(server, 2));
        Assert.Equal(ChipBus.FinWait, bus.Byte(1, ChipBus.Status));
        server.TrySend([7]);
        Assert.Equal([7], bus.Take(1, 1));
        server.Close();
        bus.UntilStatus(1, ChipBus.Closed);
        Assert.Equal(ChipBus.Discon, bus.Byte(1, ChipBus.Interrupt) & ChipBus.Discon);
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void A_reset_closes_the_socket_and_leaves_what_had_arrived(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        RadioSocket server = Connect(cable, bus, 1);
        bus.SendData(1, [1]);
        server.TrySend([1, 2, 3]);
        ChipBus.Until(() => bus.Word(1, ChipBus.ReceivedSize) == 3, "three bytes");
        server.Close(); // with a byte unread: a reset
        bus.UntilStatus(1, ChipBus.Closed);
        Assert.Equal([1, 2, 3], bus.Take(1, 3));
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void A_listening_socket_becomes_the_connection_and_the_next_client_is_refused(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        bus.OpenTcp(1, 8081);
        bus.Do(1, ChipBus.Listen);
        Assert.Equal(ChipBus.Listening, bus.Byte(1, ChipBus.Status));
        RadioSocket first = Call(cable, 8081, out RadioResult called);
        Assert.False(called.Failed);
        bus.UntilStatus(1, ChipBus.Established);
        first.GetLocalAddress(out IPSocketAddress caller);
        Assert.Equal(Cable.FarAddress.GetAddressBytes(), bus.ReadSocket(1, ChipBus.Address, 4));
        Assert.Equal(caller.Port, bus.Word(1, ChipBus.PeerPort));
        Call(cable, 8081, out RadioResult second);
        Assert.Equal(Errno.ECONNREFUSED, second.Errno);
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void Two_sockets_that_listen_on_one_port_take_a_client_each(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        foreach (int socket in (int[])[0, 2])
        {
            bus.OpenTcp(socket, 8082);
            bus.Do(socket, ChipBus.Listen);
        }

        for (int i = 0; i < 2; i++)
        {
            Call(cable, 8082, out RadioResult called);
            Assert.False(called.Failed);
        }

        bus.UntilStatus(0, ChipBus.Established);
        bus.UntilStatus(2, ChipBus.Established);
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void A_port_that_the_radio_does_not_give_closes_the_socket_and_is_told(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        cable.Near.OpenSocket(AddressFamily.InterNetwork, SocketType.Stream, 0, out RadioSocket? other);
        other!.Bind(new IPSocketAddress(IPAddress.Any, 8083));
        other.Listen(1);
        bus.OpenTcp(1, 8083);
        bus.Do(1, ChipBus.Listen);
        Assert.Equal(ChipBus.Closed, bus.Byte(1, ChipBus.Status));
        Assert.Contains("8083: EADDRINUSE", bus.Chip.LastRadioFailure, StringComparison.Ordinal);
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void A_peer_that_sends_and_closes_at_once_is_first_seen_as_established(string kind)
    {
        using Cable cable = new(new FakeTimeProvider()); // so that no time passes
        using ChipBus bus = new(kind, cable.Near);
        RadioSocket listener = cable.FarListener(out int port);
        bus.ConnectTo(1, Cable.FarAddress, port);
        listener.Accept(out RadioSocket? server, out _, Cable.Soon(listener));
        server!.TrySend([1, 2]);
        server.Shutdown(SocketShutdown.Send);
        ChipBus.Until(() => bus.Word(1, ChipBus.ReceivedSize) == 2, "two bytes"); // the status is not read meanwhile
        Assert.Equal(ChipBus.Established, bus.Byte(1, ChipBus.Status));
        Assert.Equal(0, bus.Byte(1, ChipBus.Interrupt) & ChipBus.Discon);
        ChipBus.Until(() => (bus.Byte(1, ChipBus.Interrupt) & ChipBus.Discon) != 0, "the end");
        Assert.Equal(ChipBus.CloseWait, bus.Byte(1, ChipBus.Status));
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Kinds))]
    public void A_SEND_without_data_is_never_acknowledged(string kind)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        Connect(cable, bus, 1);
        bus.Do(1, ChipBus.Send);
        Assert.Equal(0, bus.Byte(1, ChipBus.Interrupt) & ChipBus.SendOk);
    }

    private static RadioSocket Connect(Cable cable, ChipBus bus, int socket)
    {
        RadioSocket listener = cable.FarListener(out int port);
        bus.ConnectTo(socket, Cable.FarAddress, port);
        bus.UntilStatus(socket, ChipBus.Established);
        Assert.Equal(ChipBus.Con, bus.Byte(socket, ChipBus.Interrupt) & ChipBus.Con);
        Assert.False(listener.Accept(out RadioSocket? server, out _, Cable.Soon(listener)).Failed);
        listener.Close();
        return server!;
    }

    private static RadioSocket Call(Cable cable, int port, out RadioResult result)
    {
        RadioSocket client = cable.FarSocket(SocketType.Stream, out _);
        result = client.Connect(new IPSocketAddress(Cable.NearAddress, port), Cable.Soon(client));
        return client;
    }
}
