using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using SocketPools.Host.Portable;
using SocketPools.Radios;
using SocketPools.Testing;

namespace SocketPools.Tests.Host;

/// <summary>What the portable backend does beside the contract.</summary>
public sealed class PortableTests
{
    private static readonly HostNetwork s_radio = new(null, new PortableBackend());

    [Fact(Timeout = 240_000)]
    public async Task An_IPv6_listener_hears_IPv4_where_the_system_has_it_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows makes IPv6 sockets IPv6-only");
        RadioSocket listener = Open(AddressFamily.InterNetworkV6, SocketType.Stream);
        Ok(listener.Bind(new IPSocketAddress(IPAddress.IPv6Any, 0)));
        Ok(listener.Listen(1));
        Ok(listener.GetLocalAddress(out IPSocketAddress local));
        RadioSocket client = Open(AddressFamily.InterNetwork, SocketType.Stream);
        client.TryConnect(new IPSocketAddress(IPAddress.Loopback, local.Port));
        Ok(await listener.WaitAsync(Readiness.Readable, TestContext.Current.CancellationToken));
        Ok(listener.TryAccept(out RadioSocket? server, out IPSocketAddress remote));
        Assert.True(remote.ToIPAddress().IsIPv4MappedToIPv6);
        CloseAll(listener, client, server!);
    }

    [Fact]
    public void Two_streams_that_reuse_addresses_share_a_bound_port_and_no_more()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the rules of SO_REUSEADDR are each system's own");
        RadioSocket first = Open(AddressFamily.InterNetwork, SocketType.Stream);
        RadioSocket second = Open(AddressFamily.InterNetwork, SocketType.Stream);
        foreach (RadioSocket socket in new[] { first, second })
        {
            Ok(Set(socket, SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, 1));
            byte[] reusePort = new byte[4];
            Ok(socket.GetRawOption(1, 15, reusePort));
            Assert.Equal(0, BitConverter.ToInt32(reusePort));
        }

        Ok(first.Bind(new IPSocketAddress(IPAddress.Loopback, 0)));
        Ok(first.GetLocalAddress(out IPSocketAddress local));
        Ok(second.Bind(local));
        Ok(first.Listen(1));
        Assert.Equal(Errno.EADDRINUSE, second.Listen(1).Errno);
        CloseAll(first, second);
    }

    [Fact]
    public void A_detached_descriptor_lives_on()
    {
        RadioSocket receiver = Open(AddressFamily.InterNetwork, SocketType.Dgram);
        Ok(receiver.Bind(new IPSocketAddress(IPAddress.Loopback, 0)));
        Ok(receiver.GetLocalAddress(out IPSocketAddress local));
        nint before = receiver.Descriptor;
        Ok(receiver.Detach(out nint descriptor));
        Assert.Equal(before, descriptor);
        Assert.Equal(-1, receiver.Descriptor);
        using Socket owner = new(new SafeSocketHandle(descriptor, ownsHandle: true));
        Assert.Equal(local.Port, ((IPEndPoint)owner.LocalEndPoint!).Port);
        owner.Blocking = false;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(1, owner.SendTo([1], new IPEndPoint(IPAddress.Loopback, local.Port)));
        Assert.Equal(Errno.EBADF, receiver.Detach(out _).Errno);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_refused_datagram_is_told_to_who_has_a_peer()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "turned off there, because it would fail receives from other peers");
        RadioSocket gone = Open(AddressFamily.InterNetwork, SocketType.Dgram);

        // An address that no test beside this one has, so that the port stays closed.
        Ok(gone.Bind(new IPSocketAddress(OperatingSystem.IsLinux() ? IPAddress.Parse("127.20.30.40") : IPAddress.Loopback, 0)));
        Ok(gone.GetLocalAddress(out IPSocketAddress address));
        RadioSocket socket = Open(AddressFamily.InterNetwork, SocketType.Dgram);
        Ok(socket.TryConnect(address));
        gone.Close();
        Ok(socket.TrySend([1]));
        Ok(await socket.WaitAsync(Readiness.Readable, TestContext.Current.CancellationToken));
        Assert.True((socket.Poll(Readiness.Readable) & Readiness.Error) != 0);
        Assert.Equal(Errno.ECONNREFUSED, socket.TryReceive(new byte[1]).Errno);
        Assert.Equal(Readiness.Writable, socket.Poll(Readiness.Readable | Readiness.Writable));
        socket.Close();
    }

    [Fact]
    public void A_group_is_joined_once_and_left_once()
    {
        RadioSocket socket = Open(AddressFamily.InterNetwork, SocketType.Dgram);
        byte[] membership = [.. IPAddress.Parse("239.255.77.1").GetAddressBytes(), .. IPAddress.Loopback.GetAddressBytes()];
        Ok(socket.SetOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, membership));
        Assert.Equal(Errno.EADDRINUSE, socket.SetOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, membership).Errno);
        Ok(socket.SetOption(SocketOptionLevel.IP, SocketOptionName.DropMembership, membership));
        Assert.Equal(Errno.EADDRNOTAVAIL, socket.SetOption(SocketOptionLevel.IP, SocketOptionName.DropMembership, membership).Errno);
        socket.Close();
    }

    [Fact]
    public void Linger_is_two_numbers()
    {
        RadioSocket socket = Open(AddressFamily.InterNetwork, SocketType.Stream);
        byte[] linger = MemoryMarshal.AsBytes<int>([1, 7]).ToArray();
        Ok(socket.SetOption(SocketOptionLevel.Socket, SocketOptionName.Linger, linger));
        byte[] read = new byte[8];
        Assert.Equal(8, Ok(socket.GetOption(SocketOptionLevel.Socket, SocketOptionName.Linger, read)));
        Assert.Equal(linger, read);
        socket.Close();
    }

    [Fact(Timeout = 240_000)]
    public async Task A_radio_of_one_interface_binds_its_sockets_to_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the name of the loopback interface is the system's own");
        HostNetwork radio = new("lo", new PortableBackend());
        Ok(radio.OpenSocket(AddressFamily.InterNetwork, SocketType.Stream, 0, out RadioSocket? socket));
        byte[] name = new byte[16];
        int length = Ok(socket!.GetRawOption(1, 25, name));
        Assert.Equal("lo", Encoding.UTF8.GetString(name, 0, length).TrimEnd('\0'));
        socket.Close();
        RadioPair pair = new() { Near = radio, Far = radio, NearAddress = IPAddress.Loopback, FarAddress = IPAddress.Loopback };
        await RadioContract.Find("A stream carries bytes both ways (blocking)").RunAsync(pair, TestContext.Current.CancellationToken);
        await RadioContract.Find("A datagram arrives whole, with its sender's address (asynchronous)").RunAsync(pair, TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_hundred_asynchronous_waits_share_one_thread_and_a_close_ends_each()
    {
        RadioSocket[] sockets = [.. Enumerable.Range(0, 100).Select(_ => Open(AddressFamily.InterNetwork, SocketType.Dgram))];
        Task<RadioResult>[] waits = [.. sockets.Select(s => s.WaitAsync(Readiness.Readable, TestContext.Current.CancellationToken).AsTask())];
        CloseAll(sockets);
        Assert.All(await Task.WhenAll(waits), result => Assert.Equal(Errno.EBADF, result.Errno));
    }

    [Fact(Timeout = 240_000)]
    public async Task A_handler_of_signals_is_asked_while_a_call_waits_and_can_end_it()
    {
        HostNetwork radio = new(null, new PortableBackend());
        Ok(radio.OpenSocket(AddressFamily.InterNetwork, SocketType.Dgram, 0, out RadioSocket? socket));
        int asked = 0;
        radio.Interrupted = () =>
        {
            if (++asked == 3)
            {
                throw new SocketException((int)SocketError.Interrupted);
            }
        };
        Deadline deadline = new(TimeProvider.System, Timeout.InfiniteTimeSpan);
        await Assert.ThrowsAsync<SocketException>(() => Task.Run(
            () => socket!.Receive(new byte[1], deadline), TestContext.Current.CancellationToken));
        Assert.Equal(3, asked);
        socket!.Close();
    }

    [Fact]
    public void An_address_in_the_systems_layout_is_the_same_address()
    {
        Random random = new(20_260);
        byte[] bytes = new byte[16];
        for (int i = 0; i < 1000; i++)
        {
            random.NextBytes(bytes);
            IPSocketAddress address = i % 2 == 0
                ? new IPSocketAddress(bytes.AsSpan(0, 4), random.Next(65_536))
                : new IPSocketAddress(bytes, random.Next(65_536), (uint)random.Next(0x100000), (uint)random.Next());
            Assert.Equal(address, PortableAddress.Read(PortableAddress.Write(address)));
        }
    }

    private static RadioSocket Open(AddressFamily family, SocketType type)
    {
        Ok(s_radio.OpenSocket(family, type, ProtocolType.Unspecified, out RadioSocket? socket));
        return socket!;
    }

    private static int Ok(RadioResult result)
    {
        Assert.Equal(Errno.None, result.Errno);
        return result.Count;
    }

    private static RadioResult Set(RadioSocket socket, SocketOptionLevel level, SocketOptionName name, int value) =>
        socket.SetOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    private static void CloseAll(params RadioSocket[] sockets) => Array.ForEach(sockets, s => s.Close());
}
