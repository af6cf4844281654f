using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>
/// Full segments that came together are known by one comparison. Whatever one of them has else in its headers, the outcome is that of a stack which
/// looks at each: one with a RAW socket, where every packet goes through all layers.
/// </summary>
[Collection(Alone.Name)]
public sealed class SegmentSeriesTests
{
    private const int Block = 40_000;

    public static TheoryData<LinkMedium, bool> Kinds => new() { { LinkMedium.Ethernet, false }, { LinkMedium.Ethernet, true }, { LinkMedium.IP, false }, { LinkMedium.IP, true } };

    [Theory(Timeout = 240_000)]
    [MemberData(nameof(Kinds))]
    public async Task Any_changed_byte_of_a_header_has_the_same_effect_as_without_the_comparison(LinkMedium medium, bool isIPv6)
    {
        await Task.Yield();
        int length = Run(medium, isIPv6, isCompared: true, change: null).HeadLength;
        for (int at = 0; at < length; at++)
        {
            foreach ((int frame, byte bits) in new (int, byte)[] { (0, 1), (1, 1), (7, 0x80), (7, 0x10), (7, 0x04), (20, 0xFF) })
            {
                void Change(Frame[] frames) => frames[frame].Head[at] ^= bits;
                Assert.Equal(Run(medium, isIPv6, isCompared: false, Change), Run(medium, isIPv6, isCompared: true, Change), Outcome.With($"byte {at} ^ {bits} of frame {frame}"));
            }
        }
    }

    [Theory(Timeout = 240_000)]
    [MemberData(nameof(Kinds))]
    public async Task Lost_repeated_and_reordered_segments_have_the_same_effect(LinkMedium medium, bool isIPv6)
    {
        await Task.Yield();
        Action<Frame[]>[] changes =
        [
            frames => (frames[3], frames[9]) = (frames[9], frames[3]),
            frames => (frames[1], frames[2]) = (frames[2], frames[1]),
            frames => Array.Reverse(frames),
            frames => { frames[5].Release(); frames[5] = frames[6].Clone(); },
            frames => { frames[0].Release(); frames[0] = frames[1].Clone(); },
            frames => frames[8].Trim(frames[8].Length - 1),
            frames => frames[8].Comment = "named",
            frames => frames[8].Checksums = ChecksumState.Complete,
            frames => { Frame copy = frames[8].Clone(); frames[8].Release(); frames[8] = copy; },
        ];
        for (int i = 0; i < changes.Length; i++)
        {
            Assert.Equal(Run(medium, isIPv6, isCompared: false, changes[i]), Run(medium, isIPv6, isCompared: true, changes[i]), Outcome.With($"change {i}"));
        }
    }

    /// <summary>The sequence numbers follow one another by the bytes behind the heads, and not by the text.</summary>
    [Theory(Timeout = 240_000)]
    [MemberData(nameof(Kinds))]
    public async Task Text_in_the_heads_has_the_same_effect(LinkMedium medium, bool isIPv6)
    {
        await Task.Yield();
        int tcp = (medium == LinkMedium.Ethernet ? EthernetHeader.Length : 0) + (isIPv6 ? IPv6Header.Length : IPv4Header.MinLength);
        foreach (int inHead in new[] { 1, 4, 10 })
        {
            void Change(Frame[] frames)
            {
                for (int i = 0; i < 4; i++)
                {
                    frames[i] = Split(frames[i], frames[i].Head.Length + inHead);
                    frames[i].Head[^inHead..].Clear();
                    Span<byte> sequence = frames[i].Head[(tcp + TcpHeader.SequenceOffset)..];
                    BinaryPrimitives.WriteUInt32BigEndian(sequence, BinaryPrimitives.ReadUInt32BigEndian(sequence) - (uint)(i * inHead));
                }
            }

            Assert.Equal(Run(medium, isIPv6, isCompared: false, Change), Run(medium, isIPv6, isCompared: true, Change), Outcome.With($"{inHead} bytes in the heads"));
        }
    }

    /// <summary>What a full segment of the peer's is does not depend on how many came together, or acknowledgments would come later.</summary>
    [Theory(Timeout = 240_000)]
    [InlineData(300)]
    [InlineData(536)]
    public async Task Segments_of_a_peer_that_sends_shorter_ones_are_acknowledged_as_without_the_comparison(int segment)
    {
        await Task.Yield();
        Outcome alone = Run(LinkMedium.IP, isIPv6: false, isCompared: false, change: null, segment);
        Outcome together = Run(LinkMedium.IP, isIPv6: false, isCompared: true, change: null, segment);
        Assert.Equal(alone with { FramesSent = 0 }, together with { FramesSent = 0 });
        Assert.Equal(0, together.AnswersToFullSegment);
    }

    [Theory(Timeout = 240_000)]
    [MemberData(nameof(Kinds))]
    public async Task All_of_an_unchanged_block_has_come_and_is_acknowledged_once(LinkMedium medium, bool isIPv6)
    {
        await Task.Yield();
        Outcome outcome = Run(medium, isIPv6, isCompared: true, change: null);
        Assert.Equal(Block, outcome.Read);
        Assert.True(outcome.IsRight);
        Assert.Equal(1, outcome.FramesSent);
        Assert.Equal(outcome with { FramesSent = 1 }, Run(medium, isIPv6, isCompared: false, change: null) with { FramesSent = 1 });
    }

    [Theory(Timeout = 240_000)]
    [MemberData(nameof(Kinds))]
    public async Task Every_segment_of_a_block_has_its_own_identification_sum_and_sequence_number(LinkMedium medium, bool isIPv6)
    {
        await Task.Yield();
        int count = 0;
        Run(medium, isIPv6, isCompared: true, frames =>
        {
            uint? sequence = null;
            int? identification = null;
            foreach (Frame frame in frames)
            {
                ReadOnlySpan<byte> packet = frame.Head[(medium == LinkMedium.Ethernet ? EthernetHeader.Length : 0)..];
                int length = frame.Length - (frame.Head.Length - packet.Length);
                int header = isIPv6 ? IPv6Header.Length : IPv4Header.MinLength;
                if (isIPv6)
                {
                    Assert.True(IPv6View.TryRead(packet, length, out IPv6View view));
                    Assert.Equal(length, view.TotalLength);
                }
                else
                {
                    Assert.True(IPv4View.TryRead(packet, length, out IPv4View view));
                    Assert.True(view.IsChecksumRight);
                    Assert.Equal(length, view.TotalLength);
                    Assert.Equal(identification ?? view.Identification, view.Identification);
                    identification = view.Identification == ushort.MaxValue ? 1 : view.Identification + 1;
                }

                uint number = BinaryPrimitives.ReadUInt32BigEndian(packet[(header + TcpHeader.SequenceOffset)..]);
                Assert.Equal(sequence ?? number, number);
                sequence = number + (uint)(frame.Length - frame.Head.Length);
                Assert.Equal(ChecksumState.NotNeeded, frame.Checksums);
                count++;
            }
        });
        Assert.True(count > 24, $"{count} frames");
    }

    // The frames of a block come together, changed. Numbers are drawn from seeds, so both stacks are the same in each run.
    private static Outcome Run(LinkMedium medium, bool isIPv6, bool isCompared, Action<Frame[]>? change, int segment = 0)
    {
        VirtualClock clock = new();
        using BatchLink near = new(medium, 1) { Mtu = segment == 0 ? 1500 : IPv4Header.MinLength + TcpHeader.MinLength + 12 + segment };
        using BatchLink far = new(medium, 2) { Peer = near };
        near.Peer = far;
        using StackRadio sender = new(new StackOptions { TimeProvider = clock, Seed = 1 });
        using StackRadio receiver = new(new StackOptions { TimeProvider = clock, Seed = 2, Tcp = new TcpOptions { QuickAcks = segment == 0 ? 16 : 0 } });
        (IPAddress from, IPAddress to) = isIPv6
            ? (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2")) : (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"));
        sender.AddInterface(near).AddAddress(from, isIPv6 ? 64 : 24);
        receiver.AddInterface(far).AddAddress(to, isIPv6 ? 64 : 24);
        clock.Advance(TimeSpan.FromSeconds(10)); // addresses are checked

        RadioSocket listener = Open(receiver, to);
        Assert.False(listener.Bind(new IPEndPoint(to, 80)).Failed);
        Assert.False(listener.Listen(1).Failed);
        RadioSocket client = Open(sender, from);
        client.TryConnect(new IPEndPoint(to, 80));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(listener.TryAccept(out RadioSocket? server, out _).Failed);

        byte[] block = new byte[Block];
        byte[] read = new byte[2 * Block];
        for (int i = 0; i < 8; i++)
        {
            // The windows open, and the acknowledgments at the beginning are over.
            Assert.Equal(Block, client.TrySend(block).Count);
            clock.Advance(TimeSpan.FromMilliseconds(50));
            Assert.Equal(Block, ReadAll(server!, read));
        }

        RadioSocket? raw = null;
        if (!isCompared)
        {
            Assert.False(receiver.OpenSocket(from.AddressFamily, SocketType.Raw, ProtocolType.Tcp, out raw).Failed);
        }

        new Random(3).NextBytes(block);
        far.IsHeld = true;
        Assert.Equal(Block, client.TrySend(block).Count);
        Frame[] frames = far.TakeAll();
        Assert.True(frames.Length > 24, $"{frames.Length} frames");
        int head = frames[0].Head.Length;
        change?.Invoke(frames);
        near.IsHeld = true;
        far.Deliver(frames);
        int sent = near.Count;
        int count = ReadAll(server!, read);
        RadioResult last = server!.TryReceive(read.AsSpan(count));
        clock.Advance(TimeSpan.FromMilliseconds(50));
        string answer = "";
        foreach (Frame frame in near.TakeAll())
        {
            answer = AnswerOf(frame.Head, head, medium, isIPv6);
            frame.Release();
        }

        bool isRight = read.AsSpan(0, count).SequenceEqual(block.AsSpan(0, Math.Min(count, Block)));
        int answers = segment == 0 ? 0 : AnswersToFirst(client, near, far, block.AsSpan(0, 2 * segment), () => ReadAll(server, read));
        Outcome outcome = new(head, count, isRight, last.Errno, answer, sent, answers);
        raw?.Close();
        server!.Close();
        client.Close();
        listener.Close();
        return outcome;
    }

    private static Frame Split(Frame frame, int head)
    {
        byte[] all = new byte[frame.Length];
        frame.CopyTo(all);
        Frame split = Frame.Copy(all.AsSpan(0, head));
        Block block = BlockPool.Large.Rent();
        all.AsSpan(head).CopyTo(block.Bytes);
        split.AppendOwned(new Slice(block, 0, all.Length - head));
        split.Checksums = frame.Checksums;
        frame.Release();
        return split;
    }

    // How many there are when only the first of some full segments has come, and was read.
    private static int AnswersToFirst(RadioSocket client, BatchLink near, BatchLink far, ReadOnlySpan<byte> text, Func<int> readAll)
    {
        (near.IsHeld, far.IsHeld) = (true, true);
        Assert.Equal(text.Length, client.TrySend(text).Count);
        Frame[] frames = far.TakeAll();
        far.Deliver(frames[..1]);
        Assert.NotEqual(0, readAll());
        int count = near.Count;
        far.Deliver(frames[1..]);
        return count;
    }

    // What a segment acknowledges. The window depends on whether the last one was sent before what came was read.
    private static string AnswerOf(ReadOnlySpan<byte> head, int length, LinkMedium medium, bool isIPv6)
    {
        int tcp = (medium == LinkMedium.Ethernet ? EthernetHeader.Length : 0) + (isIPv6 ? IPv6Header.Length : IPv4Header.MinLength);
        return head.Length < length ? $"{head.Length} bytes" : Convert.ToHexString(head.Slice(tcp + 8, 6));
    }

    private static RadioSocket Open(StackRadio radio, IPAddress address)
    {
        Assert.False(radio.OpenSocket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp, out RadioSocket? socket).Failed);
        return socket!;
    }

    private static int ReadAll(RadioSocket socket, byte[] buffer)
    {
        int all = 0;
        while (socket.TryReceive(buffer.AsSpan(all)) is { Failed: false, Count: > 0 } more)
        {
            all += more.Count;
        }

        return all;
    }

    /// <summary>What can be seen from outside. How many acknowledgments there were in between may differ.</summary>
    private sealed record Outcome(int HeadLength, int Read, bool IsRight, Errno Error, string LastAnswer, int FramesSent, int AnswersToFullSegment)
    {
        internal static IEqualityComparer<Outcome> With(string what) => new Comparer(what);

        private sealed class Comparer(string what) : IEqualityComparer<Outcome>
        {
            public bool Equals(Outcome? one, Outcome? other)
            {
                Assert.True(one! with { FramesSent = 0 } == other! with { FramesSent = 0 }, $"{what}: {one} without, {other} with the comparison");
                return true;
            }

            public int GetHashCode(Outcome outcome) => 0;
        }
    }
}
