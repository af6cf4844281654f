using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

[Collection(nameof(LinkTests))]
public sealed class TracingLinkTests
{
    private static readonly byte[] s_a = [2, 0, 0, 0, 0, 10];
    private static readonly byte[] s_b = [2, 0, 0, 0, 0, 11];

    private readonly FakeTimeProvider _clock = new();

    public static TheoryData<string, byte[]> Lines => new()
    {
        { "ARP 10.0.0.2 is at 02:00:00:00:00:0a", Ethernet(0x0806, Packets.ArpReply(s_a, "10.0.0.2", s_b, "10.0.0.1")) },
        { "ARP who has 10.0.0.1 tell 10.0.0.2", Ethernet(0x0806, Request()) },
        { "TCP 10.0.0.1:80 > 10.0.0.2:5000 [P.] seq 7 ack 9 win 65535 len 3", IPv4(6, Packets.Tcp(80, 5000, 7, 0x18, [1, 2, 3], 9)) },
        { "TCP 10.0.0.1:80 > 10.0.0.2:5000 [none] seq 7 win 65535 len 0", IPv4(6, Packets.Tcp(80, 5000, 7, 0, [])) },
        { "TCP [fd00::1]:80 > [fd00::2]:5000 [SEW] seq 4294967295 win 65535 mss 1460 scale 7 sackOK ts 1/2 len 0", Ethernet(0x86DD, Packets.IPv6("fd00::1", "fd00::2", 6, Syn())) },
        { "UDP 10.0.0.1:53 > 10.0.0.2:99 len 5", IPv4(17, Packets.Udp(53, 99, new byte[5])) },
        { "ICMP 10.0.0.1 > 10.0.0.2 EchoRequest id 1 seq 2 len 12", IPv4(1, Packets.Echo(8, 1, 2, new byte[4])) },
        { "ICMP 10.0.0.1 > 10.0.0.2 Unreachable code 3 len 8", IPv4(1, [3, 3, 0, 0, 0, 0, 0, 0]) },
        { "ICMP 10.0.0.1 > 10.0.0.2 type 77 code 3 len 8", IPv4(1, [77, 3, 0, 0, 0, 0, 0, 0]) },
        { "ICMPv6 fd00::1 > fd00::2 NeighborSolicitation code 0 len 24", Ethernet(0x86DD, Packets.IPv6("fd00::1", "fd00::2", 58, [135, .. new byte[23]])) },
        { "IGMP 10.0.0.1 > 10.0.0.2 len 8", IPv4(2, new byte[8]) },
        { "IP protocol 99 10.0.0.1 > 10.0.0.2 len 8", IPv4(99, new byte[8]) },
        { "IP fragment of protocol 17 10.0.0.1 > 10.0.0.2 len 8", Fragment() },
        { "TCP malformed 10.0.0.1 > 10.0.0.2 len 8", IPv4(6, new byte[8]) },
        { "IPv4 malformed 02:00:00:00:00:0a > 02:00:00:00:00:0b, 24 bytes", Ethernet(0x0800, new byte[10]) },
        { "Ethernet 0x88b5 02:00:00:00:00:0a > 02:00:00:00:00:0b, 15 bytes", Ethernet(0x88B5, [1]) },
        { "Ethernet malformed, 13 bytes", new byte[13] },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_says_what_a_frame_is(string expected, byte[] bytes)
    {
        using PoolAccount account = new();
        Frame frame = Frame.Copy(bytes);
        Assert.Equal(expected, FrameText.Describe(frame, LinkMedium.Ethernet));
        frame.Release();
    }

    [Fact]
    public void Directions_times_and_refusals_are_told()
    {
        using PoolAccount account = new();
        List<string> lines = [];
        using LinkPair pair = LinkPair.Create(new LinkPairOptions { Medium = LinkMedium.IP, MaxQueuedFrames = 1 });
        using TracingLink link = new(pair.A, lines.Add, _clock);
        byte[] packet = Packets.IPv4("10.0.0.1", "10.0.0.2", 17, Packets.Udp(1, 2, []));
        Assert.True(link.TrySend(Frame.Copy(packet)));
        _clock.Advance(TimeSpan.FromMilliseconds(1250.5));
        Assert.False(link.SendOrRelease(Frame.Copy(packet)));
        pair.B.TrySend(TapNetwork.PartialFrame([], Packets.IPv4("10.0.0.2", "10.0.0.1", 6, Packets.Tcp(1, 2, 3, 1, new byte[900])), 40, 500));
        Assert.True(link.TryReceive(out Frame? frame));
        frame.Release();
        Assert.False(link.TryReceive(out _));
        Assert.Equal(
            [
                "0.000000 pair/a > UDP 10.0.0.1:1 > 10.0.0.2:2 len 0",
                "1.250500 pair/a > UDP 10.0.0.1:1 > 10.0.0.2:2 len 0 (refused)",
                "1.250500 pair/a < TCP 10.0.0.2:1 > 10.0.0.1:2 [F] seq 3 win 65535 len 900 segments of 500",
            ],
            lines);
    }

    [Fact]
    public void A_text_writer_gets_whole_lines()
    {
        using PoolAccount account = new();
        StringWriter writer = new();
        using LoopbackLink loopback = new();
        using TracingLink link = new(loopback, writer, _clock);
        link.TrySend(Frame.Copy([0x45]));
        Assert.Equal("0.000000 lo > IP malformed, 1 bytes" + Environment.NewLine, writer.ToString());
    }

    [Fact]
    public void Whatever_the_bytes_are_a_line_comes_out()
    {
        byte[][] seeds = [.. Lines.Select(row => row.Data.Item2)];
        Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.Int[0, 120], Gen.Byte.Array[0, 40], Gen.Int[0, 100], Gen.Bool).Sample((seed, cut, noise, at, isIP) =>
        {
            byte[] bytes = [.. seeds[seed], .. noise];
            for (int i = 0; i < noise.Length && at + i < bytes.Length; i++)
            {
                bytes[at + i] = noise[i];
            }

            bytes = bytes[..Math.Min(bytes.Length, cut)];
            StringBuilder text = new();
            FrameText.Describe(text, isIP && bytes.Length > 14 ? bytes[14..] : bytes, bytes.Length + at, isIP ? LinkMedium.IP : LinkMedium.Ethernet);
            return text.Length > 0;
        });
    }

    private static byte[] Ethernet(ushort type, byte[] payload) => Packets.Ethernet(s_b, s_a, type, payload);

    private static byte[] IPv4(byte protocol, byte[] transport) => Ethernet(0x0800, Packets.IPv4("10.0.0.1", "10.0.0.2", protocol, transport));

    private static byte[] Request()
    {
        byte[] packet = Packets.ArpReply(s_a, "10.0.0.2", s_b, "10.0.0.1");
        packet[7] = 1;
        return packet;
    }

    private static byte[] Fragment()
    {
        byte[] frame = IPv4(17, new byte[8]);
        frame[14 + 6] = 0x20;
        return frame;
    }

    private static byte[] Syn()
    {
        byte[] options = [2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 3, 3, 7];
        byte[] segment = Packets.Tcp(80, 5000, uint.MaxValue, 0xC2, options);
        segment[12] = 40 / 4 << 4;
        return segment;
    }
}
