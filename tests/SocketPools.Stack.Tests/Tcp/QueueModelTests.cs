using SocketPools.Stack.Buffers;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>Queues, ranges and the scoreboard beside models so plain that they are right. A failure prints its seed.</summary>
[Collection(Alone.Name)]
public sealed class QueueModelTests
{
    private const int Space = 400;

    [Fact]
    public void Ranges_are_what_an_array_of_bits_says() => ForSeeds(300, random =>
    {
        RangeSet set = new(maxCount: 1000);
        bool[] model = new bool[Space];
        for (int step = 0; step < 60; step++)
        {
            int start = random.Next(Space - 1);
            int end = random.Next(start + 1, Math.Min(Space, start + 60) + 1);
            if (random.Next(6) == 0)
            {
                set.RemoveBelow(start);
                Array.Clear(model, 0, start);
            }
            else
            {
                int fresh = model[start..end].Count(bit => !bit);
                Assert.Equal(fresh, set.Add(new SequenceRange(start, end)));
                Array.Fill(model, true, start, end - start);
            }

            Assert.Equal(model.Count(bit => bit), set.Length);
            Assert.Equal(model[start..end].Count(bit => bit), set.CountIn(start, end));
            Assert.Equal(model[start], set.TryFind(start, out _));
            int gap = Array.IndexOf(model, false, start);
            Assert.Equal(gap < 0 ? Space : gap, set.FirstGapFrom(start));
            int next = Array.IndexOf(model, true, start);
            Assert.Equal(next < 0 ? -1 : next, set.FirstRangeFrom(start, -1));
            for (int i = 1; i < set.Count; i++)
            {
                Assert.True(set[i - 1].End < set[i].Start, "ranges touch");
            }
        }
    });

    [Fact]
    public void No_more_ranges_are_kept_than_there_may_be() => ForSeeds(50, random =>
    {
        RangeSet set = new(maxCount: 5);
        for (int i = 0; i < 200; i++)
        {
            int start = random.Next(Space);
            set.Add(new SequenceRange(start, start + 1));
            Assert.InRange(set.Count, 1, 5);
        }
    });

    [Fact]
    public void The_first_block_has_the_newest_segment_and_all_blocks_are_ranges() => ForSeeds(200, random =>
    {
        SackBlockTracker tracker = new(maxRanges: 100);
        bool[] model = new bool[Space];
        SequenceRange[] blocks = new SequenceRange[SackBlockTracker.MostBlocks];
        for (int step = 0; step < 40; step++)
        {
            int start = random.Next(Space - 10);
            int end = start + random.Next(1, 10);
            Assert.True(tracker.Add(new SequenceRange(start, end)));
            Array.Fill(model, true, start, end - start);
            int count = tracker.WriteBlocks(blocks);
            Assert.InRange(count, 1, Math.Min(tracker.Count, blocks.Length));
            Assert.True(blocks[0].Contains(start));
            for (int i = 0; i < count; i++)
            {
                Assert.True(model[(int)blocks[i].Start..(int)blocks[i].End].All(bit => bit));
                Assert.True(blocks[i].Start == 0 || !model[blocks[i].Start - 1]);
                Assert.True(blocks[i].End == Space || !model[blocks[i].End]);
                Assert.DoesNotContain(blocks[i], blocks[..i]);
            }
        }
    });

    [Fact]
    public void The_send_queue_gives_any_part_of_what_was_put_in() => ForSeeds(60, random =>
    {
        SendQueue queue = new();
        List<byte> model = [];
        for (int step = 0; step < 60; step++)
        {
            byte[] data = new byte[random.Next(4) == 0 ? random.Next(150_000) : random.Next(300)];
            random.NextBytes(data);
            queue.Append(data);
            model.AddRange(data);
            int offset = random.Next(model.Count + 1);
            int length = random.Next(Math.Min(model.Count - offset, 70_000) + 1);
            Frame frame = Frame.Rent(0);
            int taken = queue.AppendTo(frame, offset, length);
            byte[] bytes = new byte[taken];
            Assert.Equal(taken, frame.CopyTo(bytes));
            Assert.True(bytes.AsSpan().SequenceEqual(model.GetRange(offset, taken).ToArray()));
            Assert.True(taken == length || !frame.HasRoomForSlice);
            int acknowledged = random.Next(3) == 0 ? model.Count : random.Next(model.Count + 1);
            queue.Acknowledge(acknowledged);
            model.RemoveRange(0, acknowledged);
            frame.Release();
            Assert.Equal(model.Count, queue.Length);
        }

        queue.Clear();
    });

    [Fact]
    public void The_receive_queue_puts_segments_together_in_any_order() => ForSeeds(150, random =>
    {
        byte[] stream = new byte[random.Next(1, 60_000)];
        random.NextBytes(stream);
        ReceiveQueue queue = new() { HoldLimit = random.Next(2) == 0 ? 1000 : 1_000_000 };
        bool[] model = new bool[stream.Length];
        int next = 0;
        List<byte> read = [];
        byte[] buffer = new byte[5000];
        while (read.Count < stream.Length)
        {
            // Mostly near to what is missing, often overlapping.
            int start = Math.Max(next, random.Next(3) == 0 ? next : next + random.Next(-50, 3000));
            start = Math.Min(start, stream.Length);
            int length = Math.Min(stream.Length - start, random.Next(3) == 0 ? random.Next(1, 20) : random.Next(1, 4000));
            if (length > 0)
            {
                Frame frame = Segment(stream.AsSpan(start, length), random, out int textStart);
                int before = next;
                if (start == next)
                {
                    Array.Fill(model, true, start, length);
                    int end = Array.IndexOf(model, false, next);
                    next = end < 0 ? stream.Length : end;
                    Assert.Equal(next - before, queue.Append(frame, textStart, length));
                }
                else
                {
                    Array.Fill(model, true, start, length);
                    queue.AppendBehindGap(frame, textStart, length, start - next);
                }

                frame.Release();
            }

            Assert.Equal(next - read.Count, queue.Available);
            if (random.Next(3) == 0)
            {
                int most = random.Next(1, buffer.Length);
                int peeked = queue.Read(buffer.AsSpan(0, most), peek: true);
                Assert.Equal(peeked, queue.Read(buffer.AsSpan(0, most), peek: false));
                read.AddRange(buffer.AsSpan(0, peeked));
            }
        }

        Assert.True(read.ToArray().AsSpan().SequenceEqual(stream));
        queue.Clear();
        Assert.Equal(0, queue.Held);
    });

    // Some of the text in the head, the rest in slices behind it.
    private static Frame Segment(ReadOnlySpan<byte> text, Random random, out int textStart)
    {
        textStart = random.Next(20, 60);
        int head = random.Next(2) == 0 ? Math.Min(text.Length, 1500) : random.Next(Math.Min(text.Length, 100) + 1);
        Frame frame = Frame.Rent(textStart + head);
        text[..head].CopyTo(frame.Append(textStart + head)[textStart..]);
        SendQueue rest = new();
        rest.Append(text[head..]);
        int offset = 0;
        while (offset < rest.Length)
        {
            offset += rest.AppendTo(frame, offset, (int)Math.Min(rest.Length - offset, random.Next(200, 3000)));
        }

        rest.Clear();
        return frame;
    }

    private static void ForSeeds(int count, Action<Random> test)
    {
        long blocks = BlockPool.Small.InUse + BlockPool.Large.InUse;
        for (int seed = 1; seed <= count; seed++)
        {
            try
            {
                test(new Random(seed));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}.", exception);
            }
        }

        Assert.Equal(blocks, BlockPool.Small.InUse + BlockPool.Large.InUse);
    }
}
