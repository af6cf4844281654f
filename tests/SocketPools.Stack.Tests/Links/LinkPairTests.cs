using System.Net.NetworkInformation;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

[Collection(nameof(LinkTests))]
public sealed class LinkPairTests
{
    [Theory]
    [InlineData(LinkMedium.Ethernet, 68, 82)]
    [InlineData(LinkMedium.Ethernet, 1500, 1514)]
    [InlineData(LinkMedium.Ethernet, 65535, 65549)]
    [InlineData(LinkMedium.IP, 68, 68)]
    [InlineData(LinkMedium.IP, 65535, 65535)]
    public void The_longest_frame_passes_and_a_longer_one_is_refused(LinkMedium medium, int mtu, int longest)
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create(new LinkPairOptions { Medium = medium, Mtu = mtu });

        Assert.True(pair.A.SendOrRelease(Frames.Sliced(40, longest - 40)));
        Assert.False(pair.A.SendOrRelease(Frames.Sliced(40, longest - 39)));

        Assert.True(pair.B.TryReceive(out Frame? frame));
        byte[] expected = new byte[longest];
        Frames.Fill(expected, 0);
        Assert.Equal(expected, Frames.BytesOf(frame));
        Assert.False(pair.B.TryReceive(out _));
        Assert.Equivalent(new LinkCounters { FramesSent = 1, BytesSent = longest, DroppedInvalid = 1 }, pair.A.Counters);
        Assert.Equivalent(new LinkCounters { FramesReceived = 1, BytesReceived = longest }, pair.B.Counters);
    }

    [Fact]
    public void Frames_arrive_in_order_and_both_directions_are_apart()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        for (int i = 0; i < 100; i++)
        {
            Assert.True(pair.A.TrySend(Frames.Numbered(i)));
            Assert.True(pair.B.TrySend(Frames.Numbered(1000 + i)));
        }

        Assert.Equal(Enumerable.Range(0, 100), pair.B.ReceiveNumbers());
        Assert.Equal(Enumerable.Range(1000, 100), pair.A.ReceiveNumbers());
    }

    [Fact]
    public void A_full_queue_refuses_and_counts()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create(new LinkPairOptions { MaxQueuedFrames = 3 });
        bool[] taken = [.. Enumerable.Range(0, 5).Select(i => pair.A.SendOrRelease(Frames.Numbered(i)))];

        Assert.Equal([true, true, true, false, false], taken);
        Assert.Equal(2, pair.A.Counters.DroppedQueueFull);
        Assert.Equal(0, pair.B.Counters.DroppedQueueFull);
        Assert.Equal([0, 1, 2], pair.B.ReceiveNumbers());
        Assert.True(pair.A.SendOrRelease(Frames.Numbered(5)));
        Assert.Equal([5], pair.B.ReceiveNumbers());
    }

    [Fact]
    public void The_synchronous_pair_wakes_inside_the_send_and_only_who_found_nothing()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        List<int> threads = [];
        pair.B.FrameAvailable = () => threads.Add(Environment.CurrentManagedThreadId);

        pair.A.TrySend(Frames.Numbered(1));
        pair.A.TrySend(Frames.Numbered(2));
        Assert.Equal([Environment.CurrentManagedThreadId], threads);

        Assert.True(pair.B.TryReceive(out Frame? first));
        first.Release();
        Assert.True(pair.B.TryReceive(out Frame? second));
        second.Release();
        pair.A.TrySend(Frames.Numbered(3)); // the receiver has not found the queue empty yet
        Assert.Single(threads);

        Assert.Equal([3], pair.B.ReceiveNumbers());
        pair.A.TrySend(Frames.Numbered(4));
        Assert.Equal(2, threads.Count);
    }

    [Fact]
    public async Task The_queued_pair_wakes_on_another_thread_and_loses_no_wake()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create(new LinkPairOptions { WakeMode = LinkWakeMode.Queued, MaxQueuedFrames = 8 });
        const int count = 20_000;
        int next = 0;
        int working = 0;
        int sender = Environment.CurrentManagedThreadId;
        TaskCompletionSource<string?> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        pair.B.FrameAvailable = () =>
        {
            // A wake may come while the last receiver is on its way out; two at work would be the test's fault, not the link's.
            SpinWait spin = default;
            while (Interlocked.Exchange(ref working, 1) != 0)
            {
                spin.SpinOnce();
            }

            foreach (int number in pair.B.ReceiveNumbers())
            {
                if (number != next++)
                {
                    done.TrySetResult($"frame {number} came as number {next - 1}");
                }
            }

            Volatile.Write(ref working, 0);
            if (Environment.CurrentManagedThreadId == sender)
            {
                done.TrySetResult("woken on the sender's thread");
            }

            if (next == count)
            {
                done.TrySetResult(null);
            }
        };

        // A thread of its own: one of the pool's could be the one that is woken later.
        Thread thread = new(() =>
        {
            sender = Environment.CurrentManagedThreadId;
            for (int i = 0; i < count; i++)
            {
                Frame frame = Frames.Numbered(i);
                SpinWait spin = default;
                while (!pair.A.TrySend(frame))
                {
                    spin.SpinOnce();
                }
            }
        });
        thread.Start();
        Assert.Null(await done.Task);
        thread.Join();
        SpinWait.SpinUntil(() => Volatile.Read(ref working) == 0);
    }

    [Fact]
    public void A_wake_that_answers_ends_inside_the_senders_own_call()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        List<int> atA = [];
        pair.B.FrameAvailable = () => pair.B.ReceiveNumbers().ForEach(number => pair.B.TrySend(Frames.Numbered(number + 100)));
        pair.A.FrameAvailable = () => atA.AddRange(pair.A.ReceiveNumbers());

        pair.A.TrySend(Frames.Numbered(1));
        pair.A.TrySend(Frames.Numbered(2));
        Assert.Equal([101, 102], atA);
    }

    [Fact]
    public void A_closed_end_keeps_nothing_and_the_other_still_receives_what_was_sent()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        pair.A.TrySend(Frames.Numbered(1));
        pair.B.TrySend(Frames.Numbered(2));
        pair.A.Dispose();
        pair.A.Dispose();

        Assert.False(pair.A.TryReceive(out _));
        Assert.False(pair.A.SendOrRelease(Frames.Numbered(3)));
        Assert.False(pair.B.SendOrRelease(Frames.Numbered(4)));
        Assert.Equal([1], pair.B.ReceiveNumbers());
        Assert.Equal(1, pair.A.Counters.DroppedLinkDown);
        Assert.Equal(1, pair.B.Counters.DroppedLinkDown);
    }

    [Fact]
    public void Names_addresses_and_offloads_are_as_the_options_say()
    {
        PhysicalAddress address = new([0x02, 1, 2, 3, 4, 5]);
        using LinkPair ethernet = LinkPair.Create(new LinkPairOptions { Name = "lab", AddressA = address });
        using LinkPair tunnel = LinkPair.Create(new LinkPairOptions { Medium = LinkMedium.IP, Offloads = LinkOffloads.None });

        Assert.Equal(("lab/a", "lab/b"), (ethernet.A.Name, ethernet.B.Name));
        Assert.Equal(address, ethernet.A.HardwareAddress);
        Assert.NotEqual(ethernet.A.HardwareAddress, ethernet.B.HardwareAddress);
        Assert.Equal(LinkOffloads.NoChecksums, ethernet.A.Offloads);
        Assert.Equal(PhysicalAddress.None, tunnel.B.HardwareAddress);
        Assert.Equal(LinkOffloads.None, tunnel.B.Offloads);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkPairOptions { Mtu = 67 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkPairOptions { Mtu = 65536 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkPairOptions { MaxQueuedFrames = 0 });
        Assert.Throws<ArgumentException>(() => new LinkPairOptions { Offloads = LinkOffloads.Segmentation });
        Assert.Throws<ArgumentException>(() => new LinkPairOptions { Offloads = LinkOffloads.PartialChecksums });
        Assert.Throws<ArgumentException>(() => new LinkPairOptions { AddressA = PhysicalAddress.None });
        Assert.Throws<ArgumentException>(() => new LinkPairOptions { AddressB = new([0x01, 0, 0, 0, 0, 1]) });
    }

    [Theory]
    [InlineData(LinkWakeMode.Synchronous)]
    [InlineData(LinkWakeMode.Queued)]
    public void A_frame_costs_no_allocation(LinkWakeMode wake)
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create(new LinkPairOptions { WakeMode = wake });
        int woken = 0;
        pair.B.FrameAvailable = () => Interlocked.Increment(ref woken);

        // The pool starts its threads in the sender's calls, one in the first round, another one later.
        const int rounds = 10;
        long allocated = long.MaxValue;
        for (int round = 0; round < rounds && allocated > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                Frame frame = Frame.Rent();
                frame.Append(60);
                pair.A.TrySend(frame);
                pair.B.TryReceive(out Frame? received);
                received!.Release();
                pair.B.TryReceive(out _);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        SpinWait.SpinUntil(() => Volatile.Read(ref woken) > 0);
    }
}
