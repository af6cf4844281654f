using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Tests.Radio;

namespace SocketPools.Stack.Tests.Raw;

/// <summary>RAW sockets as raw(7) and RFC 3542 have them, between two stacks and within one.</summary>
public sealed class RawSocketTests
{
    // RFC 3692: for experiments.
    private const ProtocolType Experiment = (ProtocolType)253;

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    public async Task An_echo_is_answered(string near, string far)
    {
        using StackPair pair = Pair(near, far);
        using SocketPool pool = new(pair.Near);
        IPAddress target = IPAddress.Parse(far);
        using IcmpEcho echo = new(pool, target.AddressFamily);
        EchoResult result = echo.Ping(new IPEndPoint(target, 0), 7, "over and back"u8, TimeSpan.FromSeconds(10));
        Assert.Equal(EchoOutcome.Reply, result.Outcome);
        Assert.Equal(target, result.From.ToIPAddress());
        Assert.True(echo.IsRaw);
        result = await echo.PingAsync(new IPEndPoint(target, 0), 8, "over and back"u8.ToArray(), TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(EchoOutcome.Reply, result.Outcome);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await echo.PingAsync(new IPEndPoint(target, 0), 9, new byte[1], TimeSpan.Zero));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    public void An_echo_of_the_longest_size_is_cut_and_put_together(string near, string far)
    {
        using StackPair pair = Pair(near, far);
        using SocketPool pool = new(pair.Near);
        using IcmpEcho echo = new(pool, IPAddress.Parse(far).AddressFamily);
        IPEndPoint target = new(IPAddress.Parse(far), 0);
        Assert.Equal(EchoOutcome.Reply, echo.Ping(target, 0, [], TimeSpan.FromSeconds(10)).Outcome); // the neighbour is known then
        EchoResult result = echo.Ping(target, 1, new byte[65_000], TimeSpan.FromSeconds(10));
        Assert.Equal(EchoOutcome.Reply, result.Outcome);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    public void Every_socket_of_a_protocol_gets_a_copy_and_only_IPv4_has_its_header_in_it(string near, string far)
    {
        using StackPair pair = Pair(near, far);
        IPAddress from = IPAddress.Parse(near);
        RadioSocket[] listeners = [Open(pair.Far, from), Open(pair.Far, from)];
        RadioSocket other = Open(pair.Far, from, (ProtocolType)254);
        RadioSocket sender = Open(pair.Near, from);
        Assert.Equal(3, sender.TrySendTo("abc"u8, new IPEndPoint(IPAddress.Parse(far), 0)).Count);
        int header = from.AddressFamily == AddressFamily.InterNetwork ? 20 : 0;
        byte[] buffer = new byte[100];
        foreach (RadioSocket listener in listeners)
        {
            Assert.Equal(header + 3, listener.TryReceiveFrom(buffer, out IPSocketAddress source).Count);
            Assert.Equal("abc"u8.ToArray(), buffer[header..(header + 3)]);
            Assert.Equal(from, source.ToIPAddress());
        }

        Assert.Equal(Errno.EAGAIN, other.TryReceive(buffer).Errno);
        Assert.Equal(0, pair.Far.Counters.Dropped(DropReason.NoListener));
    }

    [Fact]
    public void A_socket_with_an_address_and_a_peer_hears_nothing_else()
    {
        using StackPair pair = Pair("192.0.2.1", "192.0.2.2");
        pair.Near.Interfaces[1].AddAddress(IPAddress.Parse("192.0.2.130"), 24);
        pair.Far.Interfaces[1].AddAddress(IPAddress.Parse("192.0.2.4"), 24);
        RadioSocket bound = Open(pair.Far, IPAddress.Any);
        RadioSocket connected = Open(pair.Far, IPAddress.Any);
        Assert.False(bound.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.4"), 0)).Failed);
        Assert.False(connected.TryConnect(new IPEndPoint(IPAddress.Parse("192.0.2.130"), 0)).Failed);
        RadioSocket sender = Open(pair.Near, IPAddress.Any);
        Assert.False(sender.TrySendTo("x"u8, new IPEndPoint(IPAddress.Parse("192.0.2.2"), 0)).Failed);
        byte[] buffer = new byte[100];
        Assert.Equal(Errno.EAGAIN, bound.TryReceive(buffer).Errno);
        Assert.Equal(Errno.EAGAIN, connected.TryReceive(buffer).Errno);
        Assert.False(sender.TrySendTo("x"u8, new IPEndPoint(IPAddress.Parse("192.0.2.4"), 0)).Failed);
        Assert.Equal(21, bound.TryReceive(buffer).Count);
        Assert.Equal(Errno.EDESTADDRREQ, sender.TrySend("x"u8).Errno);
        Assert.Equal(Errno.EADDRNOTAVAIL, sender.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.9"), 0)).Errno);

        RadioSocket third = Open(pair.Near, IPAddress.Any);
        Assert.False(third.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.130"), 0)).Failed);
        Assert.False(third.TrySendTo("x"u8, new IPEndPoint(IPAddress.Parse("192.0.2.2"), 0)).Failed);
        Assert.Equal(21, connected.TryReceive(buffer).Count);
    }

    [Fact]
    public void A_header_of_ones_own_is_filled_in_where_raw_7_says_so()
    {
        using StackPair pair = Pair("192.0.2.1", "192.0.2.2");
        RadioSocket sender = Open(pair.Near, IPAddress.Any, (ProtocolType)255);
        RadioSocket listener = Open(pair.Far, IPAddress.Any);
        byte[] packet = new byte[24];
        packet[0] = 0x45;
        packet[8] = 3;
        packet[9] = (byte)Experiment;
        IPAddress.Parse("192.0.2.2").TryWriteBytes(packet.AsSpan(16), out _);
        IPEndPoint far = new(IPAddress.Parse("192.0.2.2"), 0);
        Assert.Equal(24, sender.TrySendTo(packet, far).Count);
        byte[] buffer = new byte[100];
        Assert.Equal(24, listener.TryReceiveFrom(buffer, out IPSocketAddress source).Count);
        Assert.Equal("192.0.2.1", source.ToIPAddress().ToString());
        Assert.Equal(24, BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(2)));
        Assert.NotEqual(0, BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(4)));
        Assert.Equal(3, buffer[8]);

        Assert.Equal(Errno.EINVAL, sender.TrySendTo(packet.AsSpan(0, 10), far).Errno);
        Assert.Equal(Errno.EMSGSIZE, sender.TrySendTo(new byte[1501], far).Errno);
        packet[0] = 0x65;
        Assert.Equal(Errno.EINVAL, sender.TrySendTo(packet, far).Errno);
        Assert.Equal(Errno.EAGAIN, sender.TryReceive(buffer).Errno);
    }

    [Theory]
    [InlineData("127.0.0.1", 255, 8, 0)]
    [InlineData("::1", 58, 128, 129)]
    public void A_filter_keeps_types_of_ICMP_out(string address, int level, int request, int reply)
    {
        using StackRadio radio = new(new StackOptions { Seed = 1 });
        IPAddress here = IPAddress.Parse(address);
        RadioSocket socket = Open(radio, here, here.AddressFamily == AddressFamily.InterNetwork ? ProtocolType.Icmp : ProtocolType.IcmpV6);
        byte[] filter = new byte[level == 58 ? 32 : 4];
        filter[request / 8] = (byte)(1 << (request % 8));
        Assert.False(socket.SetRawOption(level, 1, filter).Failed);
        byte[] read = new byte[filter.Length];
        Assert.Equal(filter.Length, socket.GetRawOption(level, 1, read).Count);
        Assert.Equal(filter, read);
        byte[] echo = new byte[16];
        int length = IcmpMessage.WriteEchoRequest(echo, here.AddressFamily, 1, 1, "12345678"u8);
        Assert.Equal(length, socket.TrySendTo(echo, new IPEndPoint(here, 0)).Count);
        byte[] buffer = new byte[100];
        int count = socket.TryReceive(buffer).Count;
        Assert.Equal(reply, buffer[count - 16]);
        Assert.Equal(Errno.EAGAIN, socket.TryReceive(buffer).Errno);
    }

    [Fact]
    public void A_checksum_is_computed_where_the_socket_says()
    {
        using StackPair pair = Pair("2001:db8::1", "2001:db8::2");
        RadioSocket sender = Open(pair.Near, IPAddress.IPv6Any);
        RadioSocket listener = Open(pair.Far, IPAddress.IPv6Any);
        foreach (RadioSocket socket in (RadioSocket[])[sender, listener])
        {
            Assert.False(socket.SetRawOption(41, 7, BitConverter.GetBytes(4)).Failed);
        }

        IPEndPoint far = new(IPAddress.Parse("2001:db8::2"), 0);
        Assert.Equal(8, sender.TrySendTo(new byte[8], far).Count);
        byte[] buffer = new byte[100];
        Assert.Equal(8, listener.TryReceive(buffer).Count);
        Assert.NotEqual(0, BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(4)));
        Assert.Equal(Errno.EINVAL, sender.TrySendTo(new byte[5], far).Errno);

        Assert.False(sender.SetRawOption(41, 7, BitConverter.GetBytes(-1)).Failed);
        Assert.Equal(8, sender.TrySendTo(new byte[8], far).Count);
        Assert.Equal(Errno.EAGAIN, listener.TryReceive(buffer).Errno);
        Assert.Equal(1, pair.Far.Counters.Dropped(DropReason.Checksum));
    }

    [Fact]
    public void A_full_queue_drops_and_counts()
    {
        using StackPair pair = Pair("192.0.2.1", "192.0.2.2");
        RadioSocket listener = Open(pair.Far, IPAddress.Any);
        Assert.False(listener.SetOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer, BitConverter.GetBytes(4096)).Failed);
        RadioSocket sender = Open(pair.Near, IPAddress.Any);
        for (int i = 0; i < 100; i++)
        {
            Assert.False(sender.TrySendTo("x"u8, new IPEndPoint(IPAddress.Parse("192.0.2.2"), 0)).Failed);
        }

        long dropped = pair.Far.Counters.Dropped(DropReason.ReceiveQueue);
        Assert.InRange(dropped, 1, 99);
        int received = 0;
        byte[] buffer = new byte[100];
        while (!listener.TryReceive(buffer).Failed)
        {
            received++;
        }

        Assert.Equal(100, received + dropped);
    }

    [Fact]
    public void A_group_and_the_broadcast_reach_those_who_may()
    {
        using StackPair pair = Pair("192.0.2.1", "192.0.2.2");
        RadioSocket listener = Open(pair.Far, IPAddress.Any);
        RadioSocket sender = Open(pair.Near, IPAddress.Any);
        IPEndPoint all = new(IPAddress.Parse("192.0.2.255"), 0);
        Assert.Equal(Errno.EACCES, sender.TrySendTo("x"u8, all).Errno);
        Assert.False(sender.SetOption(SocketOptionLevel.Socket, SocketOptionName.Broadcast, BitConverter.GetBytes(1)).Failed);
        Assert.False(sender.TrySendTo("x"u8, all).Failed);
        byte[] buffer = new byte[100];
        Assert.Equal(21, listener.TryReceive(buffer).Count);

        IPEndPoint group = new(IPAddress.Parse("239.1.2.3"), 0);
        Assert.False(sender.TrySendTo("x"u8, group).Failed);
        Assert.Equal(Errno.EAGAIN, listener.TryReceive(buffer).Errno);
        Assert.False(listener.SetOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, [239, 1, 2, 3, 192, 0, 2, 2]).Failed);
        Assert.False(sender.TrySendTo("x"u8, group).Failed);
        Assert.Equal(21, listener.TryReceive(buffer).Count);
        Assert.Equal(1, buffer[8]);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void A_protocol_that_nobody_speaks_is_refused_until_a_socket_does(string address)
    {
        using StackRadio radio = new(new StackOptions { Seed = 1 });
        IPAddress here = IPAddress.Parse(address);
        RadioSocket sender = Open(radio, here);
        Assert.False(sender.TryConnect(new IPEndPoint(here, 0)).Failed);
        sender.Close();
        RadioSocket errors = Open(radio, here, here.AddressFamily == AddressFamily.InterNetwork ? ProtocolType.Icmp : ProtocolType.IcmpV6);
        RadioSocket whole = Open(radio, here, (ProtocolType)254);
        Assert.False(whole.TrySendTo("12345678"u8, new IPEndPoint(here, 0)).Failed);
        Assert.Equal(Errno.EAGAIN, errors.TryReceive(new byte[100]).Errno); // the sender itself listens
        Assert.Equal(Errno.EPROTONOSUPPORT, radio.OpenSocket(here.AddressFamily, SocketType.Raw, ProtocolType.Unspecified, out _).Errno);
    }

    [Fact]
    public void A_socket_with_a_peer_hears_that_it_is_not_there()
    {
        using StackPair pair = Pair("192.0.2.1", "192.0.2.2");
        RadioSocket sender = Open(pair.Near, IPAddress.Any);
        Assert.False(sender.TryConnect(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 0)).Failed);
        Assert.False(sender.TrySend("12345678"u8).Failed);
        Assert.Equal(Errno.ENOPROTOOPT, sender.TrySend("12345678"u8).Errno);
        Assert.False(sender.TrySend("12345678"u8).Failed);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    public void Neither_sending_nor_receiving_allocates(string near, string far)
    {
        using StackPair pair = Pair(near, far);
        RadioSocket sender = Open(pair.Near, IPAddress.Parse(near));
        RadioSocket listener = Open(pair.Far, IPAddress.Parse(far));
        IPSocketAddress target = new(IPAddress.Parse(far), 0);
        byte[] buffer = new byte[1500];
        Exchange(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Exchange(int times)
        {
            for (int i = 0; i < times; i++)
            {
                bool failed = sender.TrySendTo(buffer.AsSpan(0, 100), target).Failed | listener.TryReceiveFrom(buffer, out _).Failed;
                if (failed)
                {
                    throw new InvalidOperationException("nothing came");
                }
            }
        }
    }

    private static StackPair Pair(string near, string far)
    {
        bool isIPv6 = near.Contains(':', StringComparison.Ordinal);
        bool isLoopback = IPAddress.IsLoopback(IPAddress.Parse(near));
        return isLoopback ? new StackPair("192.0.2.1", "192.0.2.2", 24) : new StackPair(near, far, isIPv6 ? 64 : 24);
    }

    private static RadioSocket Open(StackRadio radio, IPAddress family, ProtocolType protocol = Experiment)
    {
        Assert.False(radio.OpenSocket(family.AddressFamily, SocketType.Raw, protocol, out RadioSocket? socket).Failed);
        return socket!;
    }
}
