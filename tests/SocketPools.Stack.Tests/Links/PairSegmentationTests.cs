using System.Net;
using System.Net.Sockets;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Tests.Links;

/// <summary>A pair with segmentation carries large packets whole between two stacks, and cuts them for everybody else.</summary>
[Collection(nameof(LinkTests))]
public sealed class PairSegmentationTests
{
    private const int Mtu = 1500;
    private const int Total = 400_000;

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", LinkMedium.Ethernet, LinkWakeMode.Synchronous)]
    [InlineData("2001:db8::1", "2001:db8::2", LinkMedium.IP, LinkWakeMode.Synchronous)]
    [InlineData("192.0.2.1", "192.0.2.2", LinkMedium.IP, LinkWakeMode.Queued)]
    public void Two_stacks_exchange_packets_longer_than_the_MTU(string near, string far, LinkMedium medium, LinkWakeMode wake)
    {
        using LinkPair pair = Create(medium, wake);
        Transfer(pair.A, pair.B, near, far);
        LinkCounters sent = pair.A.Counters;
        Assert.True(sent.BytesSent / sent.FramesSent > 2 * Mtu, $"{sent.BytesSent} bytes in {sent.FramesSent} frames");
        Assert.Equal(0, sent.DroppedInvalid + sent.DroppedQueueFull);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", LinkMedium.Ethernet, true)]
    [InlineData("192.0.2.1", "192.0.2.2", LinkMedium.Ethernet, false)]
    [InlineData("2001:db8::1", "2001:db8::2", LinkMedium.IP, true)]
    [InlineData("2001:db8::1", "2001:db8::2", LinkMedium.IP, false)]
    public void Where_something_else_receives_no_frame_is_longer_than_the_MTU(string near, string far, LinkMedium medium, bool isAtReceiver)
    {
        using LinkPair pair = Create(medium, LinkWakeMode.Synchronous);
        Watch watch = new(isAtReceiver ? pair.B : pair.A);
        Transfer(isAtReceiver ? pair.A : watch, isAtReceiver ? watch : pair.B, near, far);
        int limit = Mtu + (medium == LinkMedium.Ethernet ? 14 : 0);
        Assert.Equal(limit, watch.LongestReceived < 200 ? limit : watch.LongestReceived);
        Assert.Equal(isAtReceiver, watch.LongestReceived == limit);
        if (!isAtReceiver)
        {
            // The stack sends whole packets through the middleware, and the pair has them for the stack behind it.
            Assert.True(watch.LongestSent > 2 * Mtu);
        }
    }

    [Fact]
    public void A_program_that_receives_gets_the_segments_one_by_one()
    {
        using PoolAccount account = new();
        using LinkPair pair = Create(LinkMedium.IP, LinkWakeMode.Synchronous);
        byte[] payload = new byte[3500];
        new Random(17).NextBytes(payload);
        Frame whole = Whole(payload, segmentSize: 1400);
        Assert.True(pair.A.TrySend(whole));
        List<byte> text = [];
        for (uint at = 0; pair.B.TryReceive(out Frame? piece); at += 1400)
        {
            int segmentSize = piece.SegmentSize;
            byte[] bytes = Frames.BytesOf(piece);
            bool isLast = at == 2800;
            Assert.Equal((isLast ? 740 : 1440, 0), (bytes.Length, segmentSize));
            Assert.Equal(bytes.Length, (bytes[2] << 8) | bytes[3]);
            Assert.Equal(77 + (at / 1400), (uint)((bytes[4] << 8) | bytes[5]));
            Assert.Equal(1000 + at, (uint)((bytes[24] << 24) | (bytes[25] << 16) | (bytes[26] << 8) | bytes[27]));
            Assert.Equal((at == 0 ? 0x80 : 0) | 0x10 | (isLast ? 0x09 : 0), bytes[33]); // CWR, ACK, PSH and FIN
            text.AddRange(bytes[40..]);
        }

        Assert.Equal(payload, text);
    }

    [Theory]
    [InlineData(LinkMedium.Ethernet)]
    [InlineData(LinkMedium.IP)]
    public void A_receiver_with_shorter_segments_than_the_MTU_allows_gets_no_longer_ones(LinkMedium medium)
    {
        using LinkPair pair = Create(medium, LinkWakeMode.Synchronous);
        Watch watch = new(pair.B);
        Transfer(pair.A, watch, "192.0.2.1", "192.0.2.2", new TcpOptions { MaxSegmentSize = 600 });
        Assert.Equal(600 + 40 + (medium == LinkMedium.Ethernet ? 14 : 0), watch.LongestReceived);
        Assert.Equal(0, watch.LongestSegmentSize);
    }

    [Fact]
    public void Two_segments_that_are_together_within_the_MTU_are_two_packets_for_a_program()
    {
        using PoolAccount account = new();
        using LinkPair pair = Create(LinkMedium.IP, LinkWakeMode.Synchronous);
        Assert.True(pair.A.TrySend(Whole(new byte[1000], segmentSize: 600)));
        foreach (int text in (int[])[600, 400])
        {
            Assert.True(pair.B.TryReceive(out Frame? piece));
            Assert.Equal((40 + text, 0), (piece.Length, piece.SegmentSize));
            piece.Release();
        }

        Assert.False(pair.B.TryReceive(out _));
    }

    [Fact]
    public void The_segments_of_several_packets_have_identifications_that_follow_one_another()
    {
        using LinkPair pair = Create(LinkMedium.IP, LinkWakeMode.Synchronous);
        Watch watch = new(pair.B);
        Transfer(pair.A, watch, "192.0.2.1", "192.0.2.2");
        Assert.True(watch.Identifications.Count > Total / Mtu);
        Assert.Equal(watch.Identifications.Count, watch.Identifications.Distinct().Count());
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8::1", "2001:db8::2", true)]
    public void A_link_with_faults_at_either_end_loses_segments_one_by_one_and_they_are_repaired(string near, string far, bool isAtReceiver)
    {
        using LinkPair pair = Create(near.Contains(':') ? LinkMedium.IP : LinkMedium.Ethernet, LinkWakeMode.Synchronous);
        LinkFaults faults = new() { Loss = 0.01, Reordering = 0.01 };
        using FaultyLink faulty = new(isAtReceiver ? pair.B : pair.A, new FaultyLinkOptions
        {
            Seed = 5,
            Inbound = isAtReceiver ? faults : new LinkFaults(),
            Outbound = isAtReceiver ? new LinkFaults() : faults,
        });
        Watch watch = new(faulty);
        Transfer(isAtReceiver ? pair.A : watch, isAtReceiver ? watch : pair.B, near, far);
        FaultCounters counters = isAtReceiver ? faulty.InboundCounters : faulty.OutboundCounters;
        Assert.True(counters.FramesLost > 0, "no frame was lost");
        Assert.InRange(Math.Max(watch.LongestReceived, watch.LongestSent), 60, Mtu + 14);
    }

    [Theory]
    [InlineData(LinkWakeMode.Synchronous)]
    [InlineData(LinkWakeMode.Queued)]
    public void A_capture_around_one_end_has_whole_packets_of_its_own_stack_and_segments_of_the_other_one(LinkWakeMode wake)
    {
        foreach (bool isAtReceiver in (bool[])[false, true])
        {
            using LinkPair pair = Create(LinkMedium.Ethernet, wake);
            using MemoryStream file = new();
            Watch watch = new(isAtReceiver ? pair.B : pair.A);
            CapturingLink capture = new(watch, file);
            Transfer(isAtReceiver ? pair.A : capture, isAtReceiver ? capture : pair.B, "192.0.2.1", "192.0.2.2");
            Assert.Equal(isAtReceiver, watch.LongestSent < 200);
            Assert.InRange(watch.LongestReceived, 60, Mtu + 14);
        }
    }

    private static Frame Whole(byte[] payload, int segmentSize)
    {
        byte[] packet = new byte[40 + payload.Length];
        new byte[] { 0x45, 0, (byte)(packet.Length >> 8), (byte)packet.Length, 0, 77, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2 }.CopyTo(packet, 0);
        new byte[] { 0x10, 0, 0x20, 0, 0, 0, 0x03, 0xE8, 0, 0, 0, 1, 0x50, 0x99, 0xFF, 0xFF, 0, 0, 0, 0 }.CopyTo(packet, 20);
        payload.CopyTo(packet, 40);
        Frame frame = Frame.Copy(packet);
        frame.Checksums = ChecksumState.NotNeeded;
        frame.SegmentSize = segmentSize;
        return frame;
    }

    private static LinkPair Create(LinkMedium medium, LinkWakeMode wake) => LinkPair.Create(new LinkPairOptions
    {
        Medium = medium,
        Mtu = Mtu,
        WakeMode = wake,
        Offloads = LinkOffloads.NoChecksums | LinkOffloads.Segmentation,
    });

    private static void Transfer(ILink nearLink, ILink farLink, string nearAddress, string farAddress, TcpOptions? farOptions = null)
    {
        using StackRadio near = new(new StackOptions { Seed = 1 });
        using StackRadio far = new(new StackOptions { Seed = 2, Tcp = farOptions ?? new TcpOptions() });
        int prefix = nearAddress.Contains(':') ? 64 : 24;
        near.AddInterface(nearLink).AddAddress(IPAddress.Parse(nearAddress), prefix);
        far.AddInterface(farLink).AddAddress(IPAddress.Parse(farAddress), prefix);
        using SocketPool nearPool = SocketPool.For(near);
        using SocketPool farPool = SocketPool.For(far);
        AddressFamily family = IPAddress.Parse(farAddress).AddressFamily;
        using PoolSocket listener = farPool.CreateSocket(family);
        listener.Bind(new IPEndPoint(IPAddress.Parse(farAddress), 0));
        listener.Listen(1);
        using PoolSocket sender = nearPool.CreateSocket(family);
        listener.SetTimeout(20);
        sender.SetTimeout(20);
        sender.Connect(listener.LocalEndPoint);
        using PoolSocket receiver = listener.Accept();
        receiver.SetTimeout(20);
        byte[] data = new byte[Total];
        new Random(1).NextBytes(data);
        byte[] received = new byte[Total];
        int sent = 0;
        for (int got = 0; got < Total;)
        {
            sent += sent < Total ? sender.Send(data.AsSpan(sent, Math.Min(65536, Total - sent))) : 0;
            got += receiver.ReceiveInto(received.AsSpan(got));
        }

        Assert.Equal(data, received);
    }

    private sealed class Watch(ILink inner) : DelegatingLink(inner)
    {
        internal int LongestSent { get; private set; }

        internal int LongestReceived { get; private set; }

        internal int LongestSegmentSize { get; private set; }

        /// <summary>The identifications of IPv4 packets over a medium without Ethernet that were received.</summary>
        internal List<int> Identifications { get; } = [];

        public override bool TrySend(Frame frame)
        {
            LongestSent = Math.Max(LongestSent, frame.Length);
            return base.TrySend(frame);
        }

        public override bool TryReceive([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Frame? frame)
        {
            bool result = base.TryReceive(out frame);
            LongestReceived = Math.Max(LongestReceived, frame?.Length ?? 0);
            LongestSegmentSize = Math.Max(LongestSegmentSize, frame?.SegmentSize ?? 0);
            if (frame is { Head: [0x45, _, _, _, var high, var low, ..] })
            {
                Identifications.Add((high << 8) | low);
            }

            return result;
        }
    }
}
