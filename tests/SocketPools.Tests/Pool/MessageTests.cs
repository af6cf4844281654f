using System.Buffers;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SocketPools.Host.Portable;
using SocketPools.Radios;
using SocketPools.Tests.Contract;

namespace SocketPools.Tests.Pool;

/// <summary>Peeks, packet information and several buffers, blocking and not.</summary>
[Collection(AloneCollection.Name)] // listeners of other tests would count
public sealed class MessageTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(20);

    public static MatrixTheoryData<bool, bool> Ways => new([false, true], [false, true]);

    [Theory(Timeout = 240_000), MemberData(nameof(Ways))]
    public async Task A_peek_waits_for_bytes_and_leaves_them(bool isPortable, bool isAsynchronous)
    {
        using TestPool test = Make(isPortable);
        (PoolSocket client, PoolSocket server) = test.TcpPair();
        server.Timeout = s_long;
        byte[] buffer = new byte[10];
        Task<int> peeking = Task.Run(async () => isAsynchronous
            ? await server.ReceiveIntoAsync(buffer, SocketFlags.Peek)
            : server.ReceiveInto(buffer, SocketFlags.Peek));
        client.SendAll("abc"u8);
        Assert.Equal(3, await peeking);
        Assert.Equal(3, server.ReceiveInto(buffer, SocketFlags.Peek));
        Assert.Equal(3, await server.ReceiveIntoAsync(buffer, SocketFlags.Peek));
        Assert.Equal("abc"u8, buffer.AsSpan(0, 3));
        ReceiveFromResult from = await server.ReceiveFromIntoAsync(buffer, SocketFlags.Peek);
        Assert.Equal((3, (IPSocketAddress)client.LocalEndPoint), (from.Count, from.Remote));
        Assert.Equal(3, await server.ReceiveIntoAsync(buffer, SocketFlags.None));
        server.SetTimeout(0);
        Assert.Equal(Errno.EAGAIN, Assert.Throws<PoolSocketException>(() => server.ReceiveInto(buffer, SocketFlags.Peek)).Errno);
        server.SetTimeout(0.02);
        Assert.Equal(Errno.ETIMEDOUT, (await Assert.ThrowsAsync<PoolSocketException>(() => server.ReceiveIntoAsync(buffer, SocketFlags.Peek).AsTask())).Errno);
        Assert.Equal(Errno.ETIMEDOUT, Assert.Throws<PoolSocketException>(() => server.ReceiveInto(buffer, SocketFlags.Peek)).Errno);
        Assert.Equal(0, server.ReceiveInto([], SocketFlags.Peek));
        client.Close();
        server.Timeout = s_long;
        Assert.Equal(0, server.ReceiveInto(buffer, SocketFlags.Peek));
        Assert.Equal(0, server.ReceiveInto(buffer));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Other_flags_are_refused_with_a_reason(bool isPortable, bool isAsynchronous)
    {
        using TestPool test = Make(isPortable);
        PoolSocket socket = test.Udp();
        PoolSocketException refusal = await Assert.ThrowsAsync<PoolSocketException>(async () => _ = isAsynchronous
            ? await socket.ReceiveIntoAsync(new byte[1], SocketFlags.OutOfBand)
            : socket.ReceiveInto(new byte[1], SocketFlags.OutOfBand));
        Assert.Equal(Errno.EOPNOTSUPP, refusal.Errno);
        Assert.Contains("Peek", refusal.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Ways))]
    public async Task Packet_information_is_that_of_the_systems_socket(bool isPortable, bool isAsynchronous)
    {
        using TestPool test = Make(isPortable);
        PoolSocket sender = test.Udp();
        using PoolSocket any = test.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        any.Bind(new IPEndPoint(IPAddress.Any, 0));
        any.SetTimeout(0);
        Assert.Equal(Errno.EAGAIN, Assert.Throws<PoolSocketException>(() => any.ReceiveMessageFromInto(new byte[10], out _, out _)).Errno);
        any.Timeout = s_long;
        int loopback = NetworkInterface.GetAllNetworkInterfaces().First(n => n.NetworkInterfaceType == NetworkInterfaceType.Loopback).GetIPProperties().GetIPv4Properties().Index;
        foreach (string address in (string[])["127.0.0.1", "127.0.0.7"])
        {
            Task<ReceiveMessageResult> receiving = Task.Run(async () => isAsynchronous ? await any.ReceiveMessageFromIntoAsync(new byte[3]) : Receive(any, new byte[3]));
            sender.SendTo(new byte[5], new IPEndPoint(IPAddress.Parse(address), any.LocalEndPoint.Port));
            ReceiveMessageResult message = await receiving;
            Assert.Equal(3, message.Count);
            Assert.Equal(sender.LocalEndPoint, message.Remote.ToIPEndPoint());
            Assert.Equal(new IPEndPoint(IPAddress.Parse(address), 0), message.PacketInformation.Destination.ToIPEndPoint());
            Assert.Equal(loopback, message.PacketInformation.InterfaceIndex);
            Assert.True(message.PacketInformation.IsTruncated);
        }
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Ways))]
    public async Task A_dual_socket_reports_mapped_addresses(bool isPortable, bool isAsynchronous)
    {
        using TestPool test = Make(isPortable);
        using PoolSocket dual = test.Pool.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Dgram);
        dual.DualMode = true;
        dual.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        dual.SetTimeout(0);
        Assert.Throws<PoolSocketException>(() => dual.ReceiveMessageFromInto(new byte[1], out _, out _));
        dual.Timeout = s_long;
        foreach (IPAddress address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            PoolSocket sender = test.Udp(address.AddressFamily);
            sender.SendTo(new byte[3], new IPEndPoint(address, dual.LocalEndPoint.Port));
            ReceiveMessageResult message = isAsynchronous ? await dual.ReceiveMessageFromIntoAsync(new byte[3]) : Receive(dual, new byte[3]);
            Assert.Equal(address.MapToIPv6(), message.PacketInformation.Destination.ToIPAddress().MapToIPv6());
            Assert.True(message.PacketInformation.InterfaceIndex > 0);
            Assert.False(message.PacketInformation.IsTruncated);
        }
    }

    [Fact(Timeout = 240_000)]
    public void Single_receives_after_receives_of_segments_peek_count_and_know_the_destination()
    {
        using TestPool test = new();
        PoolSocket sender = test.Udp();
        PoolSocket receiver = test.Udp();
        receiver.SetTimeout(0);
        Assert.Throws<PoolSocketException>(() => receiver.ReceiveSegmentsInto(new byte[PoolSocket.SegmentBufferSize], out _, out _));
        Assert.Throws<PoolSocketException>(() => receiver.ReceiveMessageFromInto(new byte[1], out _, out _));
        receiver.Timeout = s_long;
        byte[] data = [.. Enumerable.Range(0, 250).Select(i => (byte)i)];
        sender.SendSegmentsTo(data, 100, receiver.LocalEndPoint);
        byte[] buffer = new byte[60];
        for (int at = 0; at < 250; at += 100)
        {
            int length = Math.Min(100, 250 - at);
            Assert.Equal(Math.Min(60, length), receiver.ReceiveInto(buffer, SocketFlags.Peek));
            Assert.Equal(data.AsSpan(at, Math.Min(60, length)), buffer.AsSpan(0, Math.Min(60, length)));
            Assert.Equal(length, receiver.Available);
            ReceiveMessageResult message = Receive(receiver, buffer);
            Assert.Equal(Math.Min(60, length), message.Count);
            Assert.Equal(length > 60, message.PacketInformation.IsTruncated);
            Assert.Equal(IPAddress.Loopback, message.PacketInformation.Destination.ToIPAddress());
        }
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Ways))]
    public async Task Several_buffers_are_filled_in_one_call(bool isPortable, bool isAsynchronous)
    {
        using TestPool test = Make(isPortable);
        (PoolSocket client, PoolSocket server) = test.TcpPair();
        server.Timeout = s_long;
        byte[] bytes = new byte[8];
        List<ArraySegment<byte>> buffers = [new(bytes, 0, 2), new(bytes, 2, 0), new(bytes, 3, 5)];
        Task<int> receiving = Task.Run(async () => isAsynchronous ? await server.ReceiveIntoAsync(buffers) : server.ReceiveInto(buffers));
        client.SendAll("abcd"u8);
        Assert.Equal(4, await receiving);
        Assert.Equal("ab\0cd\0\0\0"u8, bytes);
        Assert.Equal(0, server.ReceiveInto([default(ArraySegment<byte>)]));
        Assert.Throws<ArgumentException>(() => server.ReceiveInto(new List<ArraySegment<byte>>()));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await server.ReceiveIntoAsync((IList<ArraySegment<byte>>)null!));
        client.Close();
        Assert.Equal(0, server.ReceiveInto(buffers));
    }

    [Theory(Timeout = 240_000), InlineData(false), InlineData(true)]
    public async Task Pieces_are_sent_whole_by_a_call_that_blocks(bool isPortable)
    {
        using TestPool test = Make(isPortable);
        (PoolSocket client, PoolSocket server) = test.TcpPair();
        client.Timeout = server.Timeout = s_long;
        byte[] data = new byte[3_000_000];
        new Random(11).NextBytes(data);
        Task sending = Task.Run(() => client.SendAll(Pieces(data, 997)));
        byte[] received = new byte[data.Length];
        for (int count = 0; count < received.Length;)
        {
            count += server.ReceiveInto(received.AsSpan(count));
        }

        await sending;
        Assert.True(data.AsSpan().SequenceEqual(received));
        client.SendAll(new ReadOnlySequence<byte>(data, 0, 3));
        client.SendAll(ReadOnlySequence<byte>.Empty);
        Assert.Equal(3, server.ReceiveInto(received));
        client.SetTimeout(0.05);
        Assert.Equal(Errno.ETIMEDOUT, Assert.Throws<PoolSocketException>(() => client.SendAll(Pieces(new byte[30_000_000], 100_000))).Errno);
        Assert.Equal(Errno.EOPNOTSUPP, Assert.Throws<PoolSocketException>(() => test.Udp().SendAll(Pieces(data, 1000))).Errno);
        Assert.Equal(Errno.EOPNOTSUPP, Assert.Throws<PoolSocketException>(() => test.Udp().SendAll(new ReadOnlySequence<byte>(data, 0, 3))).Errno);
        PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(async () => await test.Udp().SendAllAsync(new ReadOnlySequence<byte>(data, 0, 3)));
        Assert.Equal(Errno.EOPNOTSUPP, e.Errno);
        PoolSocket closed = test.Udp();
        closed.Close();
        e = await Assert.ThrowsAsync<PoolSocketException>(async () => await closed.SendAllAsync(Pieces(data, 1000)));
        Assert.Equal(Errno.EBADF, e.Errno);
    }

    /// <summary>A radio whose author has written what the contract needs, and no more.</summary>
    [Fact]
    public void A_radio_that_has_none_of_it_refuses_with_a_reason()
    {
        using TestPool test = new(new MemoryRadio(new MemoryWire(TimeProvider.System, TimeSpan.Zero), "memory", IPAddress.Parse("192.0.2.1")));
        using PoolSocket udp = test.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        using PoolSocket tcp = test.Pool.CreateSocket();
        (Errno Errno, string Reason, Action Call)[] calls =
        [
            (Errno.EOPNOTSUPP, "does not report", () => _ = udp.Available),
            (Errno.EOPNOTSUPP, "Peek", () => udp.ReceiveInto(new byte[1], SocketFlags.Peek)),
            (Errno.EOPNOTSUPP, "does not know where", () => udp.ReceiveMessageFromInto(new byte[1], out _, out _)),
            (Errno.EOPNOTSUPP, "for datagrams", () => tcp.ReceiveMessageFromInto(new byte[1], out _, out _)),
            (Errno.ENOPROTOOPT, "no such option for a Stream socket: Socket.Linger", () => tcp.LingerState = new LingerOption(true, 1)),
            (Errno.ENOPROTOOPT, "no such option for a Stream socket: Tcp.TcpKeepAliveTime", () => _ = tcp.KeepAliveTime),
            (Errno.ENOPROTOOPT, "no such option", () => tcp.ExclusiveAddressUse = false),
            (Errno.EOPNOTSUPP, "", () => tcp.Detach()),
        ];
        foreach ((Errno errno, string reason, Action call) in calls)
        {
            PoolSocketException refusal = Assert.Throws<PoolSocketException>(call);
            Assert.Equal(errno, refusal.Errno);
            Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        }

        udp.Bind(new IPEndPoint(IPAddress.Any, 0));
        udp.SetTimeout(0);
        Assert.Equal(Errno.EAGAIN, Assert.Throws<PoolSocketException>(() => udp.ReceiveInto([new ArraySegment<byte>(new byte[2]), new ArraySegment<byte>(new byte[2])])).Errno);
    }

    [Fact]
    public void Receives_of_messages_allocate_nothing()
    {
        using TestPool test = new();
        PoolSocket sender = test.Udp();
        PoolSocket receiver = test.Udp();
        IPSocketAddress to = receiver.LocalEndPoint;
        byte[] buffer = new byte[10];
        ArraySegment<byte>[] two = [new(buffer, 0, 5), new(buffer, 5, 5)];
        long allocated = long.MaxValue;
        for (int round = 0; round < 40 && allocated != 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 200; i++)
            {
                sender.SendTo(buffer, to);
                sender.SendTo(buffer, to);
                receiver.ReceiveInto(buffer, SocketFlags.Peek);
                receiver.ReceiveMessageFromInto(buffer, out _, out _);
                _ = receiver.Available;
                receiver.ReceiveInto(two);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static ReceiveMessageResult Receive(PoolSocket socket, byte[] buffer)
    {
        int count = socket.ReceiveMessageFromInto(buffer, out IPSocketAddress remote, out PacketInformation information);
        return new ReceiveMessageResult { Count = count, Remote = remote, PacketInformation = information };
    }

    private static ReadOnlySequence<byte> Pieces(byte[] data, int size)
    {
        Piece first = new(data.AsMemory(0, Math.Min(size, data.Length)), 0);
        Piece last = first;
        for (int at = size; at < data.Length; at += size)
        {
            last = last.Append(data.AsMemory(at, Math.Min(size, data.Length - at)));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static TestPool Make(bool isPortable) => isPortable ? new TestPool(new HostNetwork(null, new PortableBackend())) : new TestPool();

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        internal Piece(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        internal Piece Append(ReadOnlyMemory<byte> memory)
        {
            Piece next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
