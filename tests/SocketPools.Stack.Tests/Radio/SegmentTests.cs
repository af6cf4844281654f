using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>Several datagrams in one call of a stack's socket: one chain of frames, and one copy out of the line.</summary>
[Collection(nameof(Links.LinkTests))]
public sealed class SegmentTests
{
    private const int Seed = 11;

    public static TheoryData<string, string, int> Versions => new() { { "192.0.2.1", "192.0.2.2", 24 }, { "2001:db8::1", "2001:db8::2", 64 } };

    [Theory, MemberData(nameof(Versions))]
    public void A_long_send_leaves_in_frames_of_its_size_and_is_received_at_once(string near, string far, int prefixLength)
    {
        using StackPair pair = new(near, far, prefixLength);
        (RadioSocket from, RadioSocket to, IPSocketAddress address) = Open(pair);
        byte[] data = new byte[50_123];
        new Random(Seed).NextBytes(data);
        byte[] buffer = new byte[RadioSocket.SegmentBufferSize];
        Assert.Equal(data.Length, from.TrySendSegments(data, 1000, address).Count);
        Assert.Equal(data.Length, to.TryReceiveSegments(buffer, out int size, out IPSocketAddress sender).Count);
        Assert.Equal(1000, size);
        Assert.Equal(data, buffer[..data.Length]);
        from.GetLocalAddress(out IPSocketAddress local);
        Assert.Equal(local.Port, sender.Port);

        // What does not fit whole stays in line; a longer buffer takes more.
        byte[] more = new byte[60 * 1400];
        Assert.Equal(more.Length, from.TrySendSegments(more, 1400, address).Count);
        Assert.Equal(46 * 1400, to.TryReceiveSegments(buffer, out size, out _).Count);
        Assert.Equal(14 * 1400, to.TryReceiveSegments(buffer, out size, out _).Count);
        Assert.Equal(more.Length, from.TrySendSegments(more, 1400, address).Count);
        Assert.Equal(more.Length, to.TryReceiveSegments(new byte[more.Length], out size, out _).Count);
        from.Close();
        to.Close();
    }

    [Fact]
    public void Segments_longer_than_the_link_go_in_fragments()
    {
        using StackPair pair = new("192.0.2.1", "192.0.2.2", 24);
        (RadioSocket from, RadioSocket to, IPSocketAddress address) = Open(pair);
        byte[] data = new byte[20_000];
        new Random(Seed).NextBytes(data);
        // Reassembled datagrams sit in blocks of 64 KiB, which count.
        Assert.False(to.SetOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer, BitConverter.GetBytes(1 << 20)).Failed);
        byte[] buffer = new byte[RadioSocket.SegmentBufferSize];
        Assert.Equal(data.Length, from.TrySendSegments(data, 6000, address).Count);
        Assert.Equal(data.Length, to.TryReceiveSegments(buffer, out int size, out _).Count);
        Assert.Equal(6000, size);
        Assert.Equal(data, buffer[..data.Length]);
        from.Close();
        to.Close();
    }

    [Theory, MemberData(nameof(Versions))]
    public void An_error_about_the_first_datagrams_of_a_call_is_reported_by_the_next_one(string near, string far, int prefixLength)
    {
        using StackPair pair = new(near, far, prefixLength);
        (RadioSocket from, RadioSocket to, IPSocketAddress address) = Open(pair);
        to.Close();
        Assert.False(from.TryConnect(address).Failed);
        byte[] data = new byte[20_000];

        // The answer that there is no such port comes within the call, after the first 64 datagrams.
        Assert.Equal(data.Length, from.TrySendSegments(data, 100, default).Count);
        Assert.Equal(Errno.ECONNREFUSED, from.TrySendSegments(data, 100, default).Errno);
        from.Close();
    }

    [Fact]
    public void A_socket_that_was_shut_down_or_closed_sends_no_segments()
    {
        using StackPair pair = new("192.0.2.1", "192.0.2.2", 24);
        (RadioSocket from, RadioSocket to, IPSocketAddress address) = Open(pair);
        byte[] data = new byte[300];
        Assert.Equal(Errno.EDESTADDRREQ, from.TrySendSegments(data, 100, default).Errno);
        Assert.False(from.TryConnect(address).Failed);
        Assert.Equal(300, from.TrySendSegments(data, 100, default).Count);
        Assert.False(from.Shutdown(SocketShutdown.Send).Failed);
        Assert.Equal(Errno.EPIPE, from.TrySendSegments(data, 100, default).Errno);
        from.Close();
        Assert.Equal(Errno.EBADF, from.TrySendSegments(data, 100, default).Errno);
        Assert.Equal(Errno.EBADF, from.TryReceiveSegments(new byte[RadioSocket.SegmentBufferSize], out _, out _).Errno);
        to.Close();
    }

    [Fact]
    public void A_socket_that_has_sent_and_received_segments_allocates_nothing_for_more()
    {
        using StackPair pair = new("192.0.2.1", "192.0.2.2", 24);
        (RadioSocket from, RadioSocket to, IPSocketAddress address) = Open(pair);
        byte[] data = new byte[54 * 1200];
        byte[] buffer = new byte[RadioSocket.SegmentBufferSize];
        long allocated = long.MaxValue;
        for (int round = 0; round < 20 && allocated > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                from.TrySendSegments(data, 1200, address);
                to.TryReceiveSegments(buffer, out _, out _);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        from.Close();
        to.Close();
    }

    private static (RadioSocket From, RadioSocket To, IPSocketAddress Address) Open(StackPair pair)
    {
        IPAddress far = pair.Radios.FarAddress;
        pair.Near.OpenSocket(far.AddressFamily, SocketType.Dgram, ProtocolType.Udp, out RadioSocket? from);
        pair.Far.OpenSocket(far.AddressFamily, SocketType.Dgram, ProtocolType.Udp, out RadioSocket? to);
        Assert.False(to!.Bind(new IPEndPoint(far, 0)).Failed);
        to.GetLocalAddress(out IPSocketAddress address);

        // The first datagram finds the neighbour.
        Assert.Equal(1, from!.TrySendTo([1], address).Count);
        Assert.Equal(1, to.TryReceive(new byte[1]).Count);
        return (from, to, address);
    }
}
