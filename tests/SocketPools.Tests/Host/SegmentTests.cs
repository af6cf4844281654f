using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Host;

/// <summary>UDP_SEGMENT and UDP_GRO of the kernel, and what is done where it refuses.</summary>
public sealed class SegmentTests
{
    [Fact]
    public void A_long_send_is_several_calls_and_arrives_in_few_receives()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "UDP_GRO is Linux's");
        using TestPool pool = new();
        PoolSocket one = pool.Udp();
        PoolSocket two = pool.Udp();
        two.SetTimeout(20);
        Assert.SkipWhen(Grow(two) < 4 << 20, "the system's net.core.rmem_max is below 2 MiB");
        byte[] buffer = new byte[PoolSocket.SegmentBufferSize];
        Assert.Equal(0, one.SendSegmentsTo([], 1200, two.LocalEndPoint));
        Assert.Equal(0, two.ReceiveSegmentsInto(buffer, out _, out _)); // from here on the kernel joins
        byte[] data = new byte[400_123];
        new Random(3).NextBytes(data);
        Assert.Equal(data.Length, one.SendSegmentsTo(data, 1200, two.LocalEndPoint));
        int receives = 0;
        for (int at = 0; at < data.Length; receives++)
        {
            int count = two.ReceiveSegmentsInto(buffer, out int size, out _);
            Assert.Equal(Math.Min(1200, data.Length - at), size);
            Assert.True(data.AsSpan(at, count).SequenceEqual(buffer.AsSpan(0, count)), $"the bytes at {at}");
            at += count;
        }

        // 54 datagrams of 1200 bytes a call: 334 datagrams in 7 calls.
        Assert.InRange(receives, 7, 14);
    }

    [Fact]
    public void Small_segments_are_sent_as_many_in_a_call_as_the_kernel_takes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "UDP_GRO is Linux's");
        using TestPool pool = new();
        PoolSocket one = pool.Udp();
        PoolSocket two = pool.Udp();
        two.SetTimeout(20);
        byte[] buffer = new byte[PoolSocket.SegmentBufferSize];
        Assert.Equal(20, one.SendSegmentsTo(new byte[20], 7, two.LocalEndPoint));
        for (int left = 20; left > 0;)
        {
            left -= two.ReceiveSegmentsInto(buffer, out _, out _);
        }

        Assert.Equal(3000, one.SendSegmentsTo(new byte[3000], 10, two.LocalEndPoint));
        int receives = 0;
        for (int left = 3000; left > 0; receives++)
        {
            left -= two.ReceiveSegmentsInto(buffer, out int size, out _);
            Assert.Equal(10, size);
        }

        Assert.InRange(receives, 1, 5); // 300 datagrams, 64 or 128 a call
    }

    [Fact]
    public void A_socket_that_the_kernel_cannot_segment_for_sends_single_datagrams()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SO_NO_CHECK is Linux's");
        using TestPool pool = new();
        PoolSocket one = pool.Udp();
        PoolSocket two = pool.Udp();
        two.SetTimeout(20);

        // SO_NO_CHECK: without checksums the kernel answers EINVAL to UDP_SEGMENT.
        one.SetSocketOption(SocketOptionLevel.Udp, SocketOptionName.NoChecksum, 1);
        Assert.Equal(450, one.SendSegmentsTo(Enumerable.Range(0, 450).Select(i => (byte)i).ToArray(), 100, two.LocalEndPoint));
        byte[] buffer = new byte[200];
        for (int at = 0; at < 450; at += 100)
        {
            Assert.Equal(Math.Min(100, 450 - at), two.ReceiveInto(buffer));
            Assert.Equal((byte)at, buffer[0]);
        }
    }

    [Fact(Timeout = 240_000)]
    public Task Segments_above_the_mtu_are_fragmented_and_one_that_may_not_be_is_EMSGSIZE()
    {
        NetworkNamespace.RequireRoot();
        return Task.Run(() => NetworkNamespace.Run(() =>
        {
            NetworkNamespace.Ip("link set lo mtu 1500");
            using TestPool pool = new();
            PoolSocket one = pool.Udp();
            PoolSocket two = pool.Udp();
            two.SetTimeout(20);
            byte[] data = new byte[10_000];
            new Random(5).NextBytes(data);
            Assert.Equal(data.Length, one.SendSegmentsTo(data, 4000, two.LocalEndPoint));
            byte[] buffer = new byte[5000];
            foreach (int size in (int[])[4000, 4000, 2000])
            {
                Assert.Equal(size, two.ReceiveInto(buffer));
            }

            one.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.DontFragment, 1);
            Assert.Equal(Errno.EMSGSIZE, Assert.Throws<PoolSocketException>(() => one.SendSegmentsTo(data, 4000, two.LocalEndPoint)).Errno);
            Assert.Equal(data.Length, one.SendSegmentsTo(data, 1000, two.LocalEndPoint));
        }));
    }

    [Fact]
    public void The_descriptor_of_a_detached_socket_receives_single_datagrams()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "UDP_GRO is Linux's");
        using TestPool pool = new();
        PoolSocket one = pool.Udp();
        PoolSocket two = pool.Udp();
        IPSocketAddress to = two.LocalEndPoint;
        two.SetTimeout(0);
        Assert.Equal(Errno.EAGAIN, Assert.Throws<PoolSocketException>(() => two.ReceiveSegmentsInto(new byte[PoolSocket.SegmentBufferSize], out _, out _)).Errno);
        using Socket socket = new(two.Detach());
        socket.ReceiveTimeout = 20_000;
        socket.Blocking = true;
        one.SendSegmentsTo(new byte[300], 100, to);
        Assert.Equal(100, socket.Receive(new byte[1000]));
    }

    [Theory(Timeout = 240_000), InlineData(false), InlineData(true)]
    public async Task Receives_of_one_and_of_several_may_be_mixed_from_two_threads(bool isAsynchronous)
    {
        using TestPool pool = new();
        PoolSocket one = pool.Udp();
        PoolSocket two = pool.Udp();
        two.SetTimeout(20);
        const int Rounds = 300;
        int seen = 0;
        Task[] receiving = [.. Enumerable.Range(0, 2).Select(which => Task.Run(async () =>
        {
            byte[] buffer = new byte[PoolSocket.SegmentBufferSize];
            while (Volatile.Read(ref seen) < Rounds * 5)
            {
                (int count, int size) = which == 0
                    ? isAsynchronous ? ((await two.ReceiveFromIntoAsync(buffer)).Count, 40) : (two.ReceiveFromInto(buffer, out _), 40)
                    : isAsynchronous ? await Several(two, buffer) : (two.ReceiveSegmentsInto(buffer, out int s, out _), s);
                if (count == 1)
                {
                    return; // the end
                }

                Assert.Equal(40, size);
                Assert.True(count % 40 == 0 && (which == 1 || count == 40), $"{count} bytes");
                Interlocked.Add(ref seen, count / 40);
            }
        }))];
        byte[] data = new byte[200];
        for (int i = 0; i < Rounds; i++)
        {
            one.SendSegmentsTo(data, 40, two.LocalEndPoint);
            SpinUntil(((i + 1) * 5) - 50);
        }

        SpinUntil(Rounds * 5);
        for (int i = 0; i < 2; i++)
        {
            one.SendTo(new byte[1], two.LocalEndPoint);
        }

        await Task.WhenAll(receiving);
        Assert.Equal(Rounds * 5, seen);

        void SpinUntil(int least) => SpinWait.SpinUntil(
            () => Volatile.Read(ref seen) >= least || receiving.Any(r => r.IsFaulted), TimeSpan.FromSeconds(20));
    }

    private static async Task<(int Count, int Size)> Several(PoolSocket socket, byte[] buffer)
    {
        ReceiveSegmentsResult result = await socket.ReceiveSegmentsIntoAsync(buffer);
        return (result.Count, result.SegmentSize);
    }

    private static int Grow(PoolSocket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer, 4 << 20);
        return socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer);
    }
}
