using System.Net.NetworkInformation;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

[Collection(nameof(LinkTests))]
public sealed class LoopbackLinkTests
{
    [Fact]
    public void What_is_sent_comes_back_in_order()
    {
        using PoolAccount account = new();
        using LoopbackLink link = new();
        int woken = 0;
        link.FrameAvailable = () => woken++;
        for (int i = 0; i < 10; i++)
        {
            Assert.True(link.TrySend(Frames.Numbered(i)));
        }

        Assert.Equal(1, woken);
        Assert.Equal(Enumerable.Range(0, 10), link.ReceiveNumbers());
        Assert.Equivalent(new LinkCounters { FramesSent = 10, BytesSent = 600, FramesReceived = 10, BytesReceived = 600 }, link.Counters);
    }

    [Fact]
    public void It_carries_the_longest_packet_and_no_longer_one()
    {
        using PoolAccount account = new();
        using LoopbackLink link = new();
        Assert.Equal((LinkMedium.IP, 65535, PhysicalAddress.None), (link.Medium, link.Mtu, link.HardwareAddress));
        Assert.True(link.SendOrRelease(Frames.Sliced(20, 65515)));
        Assert.False(link.SendOrRelease(Frames.Sliced(20, 65516)));
        Assert.True(link.TryReceive(out Frame? frame));
        Assert.Equal(65535, Frames.BytesOf(frame).Length);
        Assert.Equal(1, link.Counters.DroppedInvalid);
    }

    [Fact]
    public void A_full_or_closed_one_refuses_and_counts()
    {
        using PoolAccount account = new();
        LoopbackLink link = new(queueLimit: 1);
        Assert.True(link.SendOrRelease(Frames.Numbered(1)));
        Assert.False(link.SendOrRelease(Frames.Numbered(2)));
        link.Dispose();
        Assert.False(link.SendOrRelease(Frames.Numbered(3)));
        Assert.False(link.TryReceive(out _));
        Assert.Equal((1, 1), (link.Counters.DroppedQueueFull, link.Counters.DroppedLinkDown));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LoopbackLink(0));
    }
}
