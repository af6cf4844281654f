using Microsoft.Extensions.Time.Testing;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Links;

[Collection(nameof(LinkTests))]
public sealed class FaultyLinkTests
{
    private const int Count = 10_000;

    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData(ChecksumState.Partial)] // from a TAP device
    [InlineData(ChecksumState.NotNeeded)]
    public void Segments_that_the_link_inside_receives_together_are_lost_one_by_one(ChecksumState checksums)
    {
        using PoolAccount account = new();
        using LoopbackLink loopback = new();
        using FaultyLink link = new(loopback, new FaultyLinkOptions { Seed = 4, Inbound = new LinkFaults { Loss = 0.3 } });
        byte[] packet = Packets.IPv4("10.8.1.2", "10.8.2.2", 6, Packets.Tcp(5, 6, 1000, 0x18, new byte[20_000]));
        Frame whole = TapNetwork.PartialFrame([], packet, 40, 1000);
        whole.Checksums = checksums;
        Assert.True(loopback.TrySend(whole));
        int count = 0;
        while (link.TryReceive(out Frame? frame))
        {
            Assert.Equal((1040, 0, checksums), (frame.Length, frame.SegmentSize, frame.Checksums));
            frame.Release();
            count++;
        }

        FaultCounters counters = link.InboundCounters;
        Assert.Equal((20, 20 - count), (counters.FramesOffered, counters.FramesLost));
        Assert.InRange(count, 1, 19);
    }

    [Fact]
    public void Without_faults_everything_passes_at_once_both_ways()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock });
        int woken = 0;
        link.FrameAvailable = () => woken++;
        for (int i = 0; i < 10; i++)
        {
            Assert.True(link.TrySend(Frames.Numbered(i)));
            Assert.True(pair.B.TrySend(Frames.Numbered(100 + i)));
        }

        Assert.Equal(1, woken);
        Assert.Equal(Enumerable.Range(0, 10), pair.B.ReceiveNumbers());
        Assert.Equal(Enumerable.Range(100, 10), link.ReceiveNumbers());
        pair.B.TrySend(Frames.Numbered(1));
        Assert.Equal(2, woken);
        Assert.Equivalent(new FaultCounters { FramesOffered = 10, FramesPassed = 10 }, link.OutboundCounters);
        Assert.Equal(11, link.InboundCounters.FramesPassed);
        Assert.Equal((pair.A.Name, pair.A.Mtu, pair.A.HardwareAddress), (link.Name, link.Mtu, link.HardwareAddress));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.01)]
    [InlineData(0.3)]
    [InlineData(1.0)]
    public void As_many_are_lost_as_the_probability_says_and_the_same_ones_from_the_same_seed(double loss)
    {
        using PoolAccount account = new();
        LinkFaults faults = new() { Loss = loss };
        List<int> first = Run(seed: 1, faults, out FaultCounters counters);
        Assert.Equal(Count, first.Count + counters.FramesLost);
        AssertNear(loss, counters.FramesLost);
        Assert.Equal(first, Run(seed: 1, faults, out _));
        Assert.Equal(loss is 0 or 1, first.SequenceEqual(Run(seed: 2, faults, out _)));

        // Other faults change nothing about which are lost.
        Assert.Equal(first, Run(seed: 1, faults with { Duplication = 0.5, Reordering = 0, Jitter = TimeSpan.FromMilliseconds(5) }, out _).Distinct());
    }

    [Fact]
    public void The_counts_of_one_seed_are_known()
    {
        using PoolAccount account = new();
        LinkFaults faults = new() { Loss = 0.02, Corruption = 0.03, Duplication = 0.04, Reordering = 0.05 };
        Run(seed: 42, faults, out FaultCounters counters);
        Assert.Equivalent(new FaultCounters { FramesOffered = Count, FramesLost = 201, FramesCorrupted = 297, FramesDuplicated = 395, FramesReordered = 506, FramesPassed = 10_194 }, counters);
        AssertNear(0.03, counters.FramesCorrupted);
        AssertNear(0.04, counters.FramesDuplicated);
        AssertNear(0.05, counters.FramesReordered);
        Assert.Equal(counters.FramesPassed, counters.FramesOffered - counters.FramesLost + counters.FramesDuplicated);
    }

    [Fact]
    public void The_directions_have_their_own_faults_and_their_own_numbers()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create(new LinkPairOptions { MaxQueuedFrames = Count });
        LinkFaults half = new() { Loss = 0.5 };
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock, Outbound = half, Inbound = half, MaxQueuedFrames = 2 * Count });
        for (int i = 0; i < Count; i++)
        {
            link.TrySend(Frames.Numbered(i));
            pair.B.TrySend(Frames.Numbered(i));
        }

        List<int> outbound = pair.B.ReceiveNumbers();
        List<int> inbound = link.ReceiveNumbers();
        AssertNear(0.5, Count - outbound.Count);
        AssertNear(0.5, Count - inbound.Count);
        AssertNear(0.25, outbound.Intersect(inbound).Count());
        Assert.Equal(Count - outbound.Count, link.OutboundCounters.FramesLost);
        Assert.Equal(Count - inbound.Count, link.InboundCounters.FramesLost);
    }

    [Fact]
    public void Corruption_turns_one_bit_of_a_copy_and_every_bit_has_its_turn()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock, Outbound = new LinkFaults { Corruption = 1 } });
        Block payload = BlockPool.Large.Rent();
        payload.Bytes.AsSpan(0, 40).Clear();
        HashSet<int> bits = [];
        for (int i = 0; i < 6000; i++)
        {
            Frame frame = Frame.Rent();
            frame.Append(20).Clear();
            frame.Append(new Slice(payload, 0, 40));
            link.TrySend(frame);
            Assert.True(pair.B.TryReceive(out Frame? received));
            byte[] bytes = Frames.BytesOf(received);
            int at = bytes.AsSpan().IndexOfAnyExcept((byte)0);
            Assert.Equal(1, bytes.Sum(b => System.Numerics.BitOperations.PopCount(b)));
            bits.Add(at * 8 + System.Numerics.BitOperations.TrailingZeroCount(bytes[at]));
        }

        Assert.Equal(60 * 8, bits.Count);
        Assert.True(payload.Bytes.AsSpan(0, 40).IndexOfAnyExcept((byte)0) < 0, "the sender's own bytes were changed");
        payload.Release();
    }

    [Fact]
    public void A_corrupted_frame_has_checksums_that_find_it()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create(new LinkPairOptions { Medium = LinkMedium.IP });
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock, Outbound = new LinkFaults { Corruption = 1 } });
        Assert.Equal(LinkOffloads.NoChecksums, link.Offloads);
        byte[] packet = Packets.IPv4("10.0.0.1", "10.0.0.2", 6, Packets.Tcp(1, 2, 3, 0x10, new byte[200]));
        for (int i = 0; i < 500; i++)
        {
            Frame frame = Frame.Copy(packet);
            frame.Checksums = ChecksumState.NotNeeded;
            link.TrySend(frame);
            Assert.True(pair.B.TryReceive(out Frame? received));
            Assert.Equal(ChecksumState.Complete, received.Checksums);
            byte[] bytes = Frames.BytesOf(received);
            bool isHeaderRight = Packets.Sum(bytes.AsSpan(0, 20)) == 0xFFFF;
            Assert.False(isHeaderRight && Packets.TransportSum(bytes) == 0xFFFF, $"frame {i} looks whole");
        }
    }

    [Fact]
    public void Delayed_frames_come_when_the_clock_says_so()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        LinkFaults slow = new() { Delay = TimeSpan.FromMilliseconds(20) };
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock, Outbound = slow, Inbound = slow });
        int woken = 0;
        link.FrameAvailable = () => woken++;
        link.TrySend(Frames.Numbered(1));
        pair.B.TrySend(Frames.Numbered(2));
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        link.TrySend(Frames.Numbered(3));
        pair.B.TrySend(Frames.Numbered(4));

        _clock.Advance(TimeSpan.FromMilliseconds(9));
        Assert.Empty(pair.B.ReceiveNumbers());
        Assert.Empty(link.ReceiveNumbers());
        Assert.Equal(0, woken);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, woken);
        Assert.Equal([1], pair.B.ReceiveNumbers());
        Assert.Equal([2], link.ReceiveNumbers());
        _clock.Advance(TimeSpan.FromMilliseconds(9));
        Assert.Empty(pair.B.ReceiveNumbers());
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([3], pair.B.ReceiveNumbers());
        Assert.Equal([4], link.ReceiveNumbers());
    }

    [Fact]
    public void Jitter_spreads_the_delay_over_its_range_and_keeps_the_order()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        LinkFaults faults = new() { Delay = TimeSpan.FromMilliseconds(100), Jitter = TimeSpan.FromMilliseconds(50) };
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock, Outbound = faults });
        List<int> delays = [];
        List<int> order = [];
        for (int i = 0; i < 200; i++)
        {
            link.TrySend(Frames.Numbered(i));
            for (int ms = 1; ms <= 151; ms++)
            {
                _clock.Advance(TimeSpan.FromMilliseconds(1));
                List<int> come = pair.B.ReceiveNumbers();
                delays.AddRange(come.Select(_ => ms));
                order.AddRange(come);
            }
        }

        Assert.Equal(Enumerable.Range(0, 200), order);
        Assert.All(delays, ms => Assert.InRange(ms, 100, 151));
        Assert.InRange(delays.Average(), 121, 130);

        // All at once: none overtakes.
        for (int i = 0; i < 200; i++)
        {
            link.TrySend(Frames.Numbered(i));
        }

        _clock.Advance(TimeSpan.FromMilliseconds(151));
        Assert.Equal(Enumerable.Range(0, 200), pair.B.ReceiveNumbers());
    }

    [Fact]
    public void Frames_that_are_reordered_are_overtaken_and_the_others_keep_their_order()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        LinkFaults faults = new() { Reordering = 0.2, ReorderDelay = TimeSpan.FromMilliseconds(3) };
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock, Outbound = faults, Seed = 5 });
        List<int> order = [];
        for (int i = 0; i < 1000; i++)
        {
            link.TrySend(Frames.Numbered(i));
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            order.AddRange(pair.B.ReceiveNumbers());
        }

        _clock.Advance(TimeSpan.FromMilliseconds(3));
        order.AddRange(pair.B.ReceiveNumbers());
        Assert.Equal(Enumerable.Range(0, 1000), order.Order());
        int late = order.Select((number, place) => place - number).Count(by => by > 0);
        Assert.InRange(late, 120, 260);
        Assert.All(order.Select((number, place) => Math.Abs(place - number)), by => Assert.InRange(by, 0, 3));
    }

    /// <summary>RFC 3168, section 5.</summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(false, 3)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(true, 3)]
    public void Congestion_marks_packets_that_may_be_marked_and_leaves_the_senders_copy_and_the_checksum_as_they_were(bool isIPv6, int bits)
    {
        using PoolAccount account = new();
        foreach (LinkMedium medium in (LinkMedium[])[LinkMedium.Ethernet, LinkMedium.IP])
        {
            using LinkPair pair = LinkPair.Create(new LinkPairOptions { Medium = medium });
            using FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock, Outbound = new LinkFaults { Congestion = 1 } });
            Frame sent = Packet(isIPv6, medium, (byte)(0xB8 | bits));
            Frame kept = sent.Clone();
            Assert.True(link.TrySend(sent));
            Assert.True(pair.B.TryReceive(out Frame? received));
            Assert.Equal(Frames.BytesOf(Packet(isIPv6, medium, 0xB8 | 3)), Frames.BytesOf(received));
            Assert.Equal(Frames.BytesOf(Packet(isIPv6, medium, (byte)(0xB8 | bits))), Frames.BytesOf(kept));
            Assert.Equal(1, link.OutboundCounters.FramesMarked);
            Assert.Equal(0, link.OutboundCounters.FramesLost);
        }
    }

    [Fact]
    public void Congestion_loses_what_may_not_be_marked()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock, Outbound = new LinkFaults { Congestion = 1 } });
        link.TrySend(Packet(isIPv6: false, LinkMedium.Ethernet, 0xB8));
        link.TrySend(Packet(isIPv6: true, LinkMedium.Ethernet, 0xB8));
        link.TrySend(Frames.Numbered(1));
        Assert.False(pair.B.TryReceive(out _));
        Assert.Equal((3, 0), (link.OutboundCounters.FramesLost, link.OutboundCounters.FramesMarked));
    }

    private static Frame Packet(bool isIPv6, LinkMedium medium, byte trafficClass)
    {
        Frame frame = Frame.Rent(4);
        frame.Append(4).Clear();
        if (isIPv6)
        {
            IPAddressValue address = IPAddressValue.FromIPv6(0xFD00_0000_0000_0000, 1);
            new IPv6Header(address, address, 253, 4) { TrafficClass = trafficClass }.Write(frame.Push(IPv6Header.Length));
        }
        else
        {
            IPAddressValue address = IPAddressValue.FromIPv4(10, 0, 0, 1);
            IPv4Header header = new(address, address, 253, 4) { TrafficClass = trafficClass };
            header.Write(frame.Push(header.Length));
        }

        if (medium == LinkMedium.Ethernet)
        {
            Span<byte> ethernet = frame.Push(EthernetHeader.Length);
            ethernet.Clear();
            (ethernet[12], ethernet[13]) = isIPv6 ? ((byte)0x86, (byte)0xDD) : ((byte)0x08, (byte)0x00);
        }

        return frame;
    }

    [Fact]
    public void A_duplicate_has_bytes_of_its_own()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock, Outbound = new LinkFaults { Duplication = 1 } });
        link.TrySend(Frames.Sliced(50, 100, 200));
        Assert.True(pair.B.TryReceive(out Frame? first));
        Assert.True(pair.B.TryReceive(out Frame? second));
        first.Head.Fill(0xEE);
        byte[] expected = new byte[350];
        Frames.Fill(expected, 0);
        Assert.Equal(expected, Frames.BytesOf(second));
        first.Release();
    }

    [Fact]
    public void The_rate_is_kept_to_the_bit_and_a_full_queue_loses_what_comes()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        // 1000 bytes are 8 ms at 1 Mbit/s; 5 frames may wait.
        LinkFaults faults = new() { BitsPerSecond = 1_000_000, MaxQueuedBytes = 5000 };
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock, Outbound = faults });
        for (int i = 0; i < 10; i++)
        {
            link.TrySend(Frames.Numbered(i, 1000));
        }

        Assert.Equal(5, link.OutboundCounters.DroppedByRate);
        for (int i = 0; i < 5; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(7));
            Assert.Empty(pair.B.ReceiveNumbers());
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal([i], pair.B.ReceiveNumbers());
        }

        // A fast link that does not divide evenly: 3 Mbit/s for 10 s, always something to send.
        link.Outbound = faults with { BitsPerSecond = 3_000_000 };
        long bytes = 0;
        for (int ms = 0; ms < 10_000; ms++)
        {
            long dropped = link.OutboundCounters.DroppedByRate;
            while (link.OutboundCounters.DroppedByRate == dropped)
            {
                link.TrySend(Frames.Numbered(1, 997));
            }

            _clock.Advance(TimeSpan.FromMilliseconds(1));
            bytes += pair.B.ReceiveNumbers().Count * 997;
        }

        Assert.InRange(bytes * 8 / 10.0, 2_990_000, 3_000_000);
    }

    [Fact]
    public void Faults_that_are_changed_hold_from_then_on()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock });
        link.TrySend(Frames.Numbered(1));
        link.Outbound = new LinkFaults { Loss = 1 };
        link.TrySend(Frames.Numbered(2));
        link.Outbound = LinkFaults.None;
        link.TrySend(Frames.Numbered(3));
        link.Inbound = new LinkFaults { Loss = 1 };
        pair.B.TrySend(Frames.Numbered(4));
        Assert.Equal([1, 3], pair.B.ReceiveNumbers());
        Assert.Empty(link.ReceiveNumbers());
        Assert.Equal(1, link.InboundCounters.FramesLost);
    }

    [Fact]
    public void What_the_link_inside_refuses_and_what_is_too_much_is_counted()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create(new LinkPairOptions { MaxQueuedFrames = 2 });
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock, MaxQueuedFrames = 3 });
        for (int i = 0; i < 3; i++)
        {
            Assert.True(link.TrySend(Frames.Numbered(i)));
        }

        Assert.Equal((2, 1), (link.OutboundCounters.FramesPassed, link.OutboundCounters.DroppedByLink));
        Assert.False(link.SendOrRelease(Frames.Numbered(1, 1515)));

        link.Outbound = new LinkFaults { Delay = TimeSpan.FromSeconds(1) };
        for (int i = 0; i < 5; i++)
        {
            link.TrySend(Frames.Numbered(i));
        }

        Assert.Equal(2, link.OutboundCounters.DroppedByLimit);

        // A receiver that takes nothing: the pair itself refuses at last.
        int taken = Enumerable.Range(0, 20).Count(i => pair.B.SendOrRelease(Frames.Numbered(i)));
        Assert.Equal(3 + 2, taken);
        Assert.Equal(15, pair.B.Counters.DroppedQueueFull);
    }

    [Fact]
    public void Closing_lets_go_of_all_that_is_on_its_way()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        LinkFaults slow = new() { Delay = TimeSpan.FromSeconds(1) };
        FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock, Outbound = slow, Inbound = slow });
        for (int i = 0; i < 10; i++)
        {
            link.TrySend(Frames.Numbered(i));
            pair.B.TrySend(Frames.Numbered(i));
        }

        link.Dispose();
        link.Dispose();
        Assert.False(link.SendOrRelease(Frames.Numbered(1)));
        Assert.False(link.TryReceive(out _));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(pair.B.TryReceive(out _));
        Assert.False(pair.B.SendOrRelease(Frames.Numbered(1)));
    }

    [Fact]
    public async Task On_the_real_clock_and_two_threads_nothing_is_lost_or_out_of_order()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create(new LinkPairOptions { MaxQueuedFrames = Count });
        LinkFaults slow = new() { Delay = TimeSpan.FromMilliseconds(2), Jitter = TimeSpan.FromMilliseconds(2) };
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { Outbound = slow, Inbound = slow });
        TaskCompletionSource atB = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource atLink = new(TaskCreationOptions.RunContinuationsAsynchronously);
        pair.B.FrameAvailable = Collect(pair.B, atB);
        link.FrameAvailable = Collect(link, atLink);
        Thread[] threads = [Start(link), Start(pair.B)];
        await atB.Task;
        await atLink.Task;
        Array.ForEach(threads, thread => thread.Join());

        static Action Collect(ILink end, TaskCompletionSource done)
        {
            Lock gate = new();
            int next = 0;
            return () =>
            {
                lock (gate)
                {
                    foreach (int number in end.ReceiveNumbers())
                    {
                        if (number != next++)
                        {
                            done.TrySetException(new InvalidOperationException($"{number} came as {next - 1}"));
                        }
                    }
                }

                if (next == Count)
                {
                    done.TrySetResult();
                }
            };
        }

        static Thread Start(ILink end)
        {
            Thread thread = new(() =>
            {
                for (int i = 0; i < Count; i++)
                {
                    Assert.True(end.TrySend(Frames.Numbered(i)));
                }
            });
            thread.Start();
            return thread;
        }
    }

    [Fact]
    public void Steady_traffic_costs_no_allocation()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        LinkFaults faults = new() { Loss = 0.1, Corruption = 0.1, Duplication = 0.1 };
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { TimeProvider = _clock, Outbound = faults });
        long allocated = 0;
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                Frame frame = Frame.Rent();
                frame.Append(60);
                link.TrySend(frame);
                while (pair.B.TryReceive(out Frame? received))
                {
                    received.Release();
                }
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Faults_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkFaults { Loss = -0.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkFaults { Corruption = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkFaults { Duplication = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkFaults { Delay = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkFaults { Jitter = TimeSpan.MaxValue });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkFaults { BitsPerSecond = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkFaults { MaxQueuedBytes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaultyLinkOptions { MaxQueuedFrames = 0 });
    }

    private static FaultyLink Wrap(LinkPair pair, FaultyLinkOptions options) => new(pair.A, options);

    // Sends numbered frames, and says which have come when all that were held back have.
    private List<int> Run(int seed, LinkFaults faults, out FaultCounters counters)
    {
        using LinkPair pair = LinkPair.Create(new LinkPairOptions { MaxQueuedFrames = 2 * Count });
        using FaultyLink link = Wrap(pair, new FaultyLinkOptions { Seed = seed, TimeProvider = _clock, Outbound = faults });
        for (int i = 0; i < Count; i++)
        {
            Assert.True(link.TrySend(Frames.Numbered(i)));
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        counters = link.OutboundCounters;
        return pair.B.ReceiveNumbers();
    }

    // Four standard deviations of a binomial distribution.
    private static void AssertNear(double probability, long hits)
    {
        double deviation = 4 * Math.Sqrt(Count * probability * (1 - probability));
        Assert.InRange(hits, Math.Floor(Count * probability - deviation), Math.Ceiling(Count * probability + deviation));
    }
}
