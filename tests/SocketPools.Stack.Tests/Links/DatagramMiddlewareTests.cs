using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

/// <summary>Where datagrams are sent together over a link that cuts them: what links around it have of them.</summary>
[Collection(nameof(LinkTests))]
public sealed class DatagramMiddlewareTests
{
    private const int Count = 5;
    private const int SegmentSize = 1000;
    private const int Length = ((Count - 1) * SegmentSize) + 7;

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    public void A_capture_and_a_trace_show_each_datagram_and_the_link_gets_them_together(string near, string far)
    {
        using PoolAccount account = new();
        MemoryStream file = new();
        List<string> lines = [];
        CuttingLink link = new();
        byte[] data = Send(new CapturingLink(new TracingLink(link, lines.Add), file), near, far);
        Assert.Equal([Length + Headers(near)], link.Sent);
        PcapngFile read = new(file.ToArray());
        List<byte> captured = [];
        foreach (PcapngFile.Packet packet in read.Packets.Where(IsUdp))
        {
            byte[] bytes = packet.Bytes;
            Assert.Equal(0xFFFF, Packets.TransportSum(bytes));
            Assert.Equal(bytes.Length - Headers(near) + 8, BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(Headers(near) - 4)));
            Assert.Contains("checksum left to the link, completed in this file", packet.Comments);
            Assert.DoesNotContain(packet.Comments, comment => comment.StartsWith("stands for", StringComparison.Ordinal));
            captured.AddRange(bytes.AsSpan(Headers(near)));
        }

        Assert.Equal(Count, read.Packets.Count(IsUdp));
        Assert.Equal(data, captured);
        string[] udp = [.. lines.Where(line => line.Contains("UDP", StringComparison.Ordinal))];
        Assert.Equal(Count, udp.Length);
        Assert.All(udp[..^1], line => Assert.EndsWith($"len {SegmentSize}", line, StringComparison.Ordinal));
        Assert.EndsWith("len 7", udp[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    public void A_link_of_a_program_around_it_has_each_datagram_as_a_frame(string near, string far)
    {
        using PoolAccount account = new();
        CuttingLink link = new();
        Send(new Around(link), near, far);
        Assert.Equal([.. Enumerable.Repeat(SegmentSize + Headers(near), Count - 1), 7 + Headers(near)], link.Sent);
    }

    [Fact]
    public void A_link_of_a_program_that_says_so_has_them_together()
    {
        using PoolAccount account = new();
        CuttingLink link = new();
        Send(new AroundWhole(link), "192.0.2.1", "192.0.2.2");
        Assert.Equal([Length + 28], link.Sent);
    }

    [Fact]
    public void A_link_with_faults_around_it_loses_single_datagrams()
    {
        using PoolAccount account = new();
        CuttingLink link = new();
        Send(new FaultyLink(link, new FaultyLinkOptions { Seed = 3, Outbound = new LinkFaults { Loss = 0.4 } }), "192.0.2.1", "192.0.2.2");
        Assert.InRange(link.Sent.Count, 1, Count - 1);
        Assert.All(link.Sent, length => Assert.InRange(length, 35, SegmentSize + 28));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", 1000, 4007)]
    [InlineData("2001:db8::1", "2001:db8::2", 1000, 4007)]
    [InlineData("192.0.2.1", "192.0.2.2", 1471, 100_000)]
    [InlineData("2001:db8::1", "2001:db8::2", 1451, 100_000)]
    [InlineData("192.0.2.1", "192.0.2.2", 2, 2 * 65_536)] // each value once: one of the sums is 0, and is sent as all ones
    [InlineData("2001:db8::1", "2001:db8::2", 2, 2 * 65_536)]
    public void Datagrams_that_are_sent_together_are_byte_for_byte_those_that_are_sent_one_by_one(string near, string far, int segmentSize, int length)
    {
        byte[] data = new byte[length];
        for (int i = 0; i < length / 2; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2 * i), (ushort)i);
        }

        List<string>[] captured = [.. ((LinkOffloads[])[CuttingLink.All, LinkOffloads.None]).Select(offloads =>
        {
            MemoryStream file = new();
            CuttingLink link = new() { Offloads = offloads };
            Send(new CapturingLink(link, file), near, far, data, segmentSize, socket =>
            {
                bool isIPv6 = near.Contains(':');
                socket.SetSocketOption(isIPv6 ? SocketOptionLevel.IPv6 : SocketOptionLevel.IP, isIPv6 ? SocketOptionName.HopLimit : SocketOptionName.IpTimeToLive, 7);
                if (!isIPv6)
                {
                    socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService, 0x28);
                }
            });
            int count = (length + segmentSize - 1) / segmentSize;
            Assert.Equal(offloads == LinkOffloads.None, link.Sent.Count == count);
            return new PcapngFile(file.ToArray()).Packets.Where(IsUdp).Select(packet => Convert.ToHexString(packet.Bytes)).ToList();
        })];
        Assert.Equal(captured[1], captured[0]);
    }

    private static int Headers(string address) => address.Contains(':') ? 48 : 28;

    private static bool IsUdp(PcapngFile.Packet packet) => packet.Bytes[packet.Bytes[0] >> 4 == 4 ? 9 : 6] == 17;

    private static byte[] Send(ILink link, string near, string far)
    {
        byte[] data = new byte[Length];
        new Random(9).NextBytes(data);
        Send(link, near, far, data, SegmentSize, _ => { });
        return data;
    }

    private static void Send(ILink link, string near, string far, byte[] data, int segmentSize, Action<PoolSocket> configure)
    {
        using StackRadio radio = new(new StackOptions { Seed = 1, TimeProvider = new FakeTimeProvider() });
        radio.AddInterface(link).AddAddress(IPAddress.Parse(near), near.Contains(':') ? 64 : 24, skipDuplicateAddressDetection: true);
        using SocketPool pool = SocketPool.For(radio);
        using PoolSocket socket = pool.CreateSocket(IPAddress.Parse(far).AddressFamily, SocketType.Dgram);
        socket.Bind(new IPEndPoint(IPAddress.Parse(near), 0));
        configure(socket);
        Assert.Equal(data.Length, socket.SendSegmentsTo(data, segmentSize, new IPEndPoint(IPAddress.Parse(far), 9)));
    }

    private class Around(ILink inner) : DelegatingLink(inner);

    private sealed class AroundWhole(ILink inner) : Around(inner)
    {
        public override LinkOffloads Offloads => Inner.Offloads;
    }

    /// <summary>A link that notes the lengths of UDP packets.</summary>
    private sealed class CuttingLink : ILink
    {
        internal const LinkOffloads All = LinkOffloads.PartialChecksums | LinkOffloads.Segmentation | LinkOffloads.DatagramSegmentation;

        internal List<int> Sent { get; } = [];

        public string Name => "cutting";

        public LinkMedium Medium => LinkMedium.IP;

        public int Mtu => 1500;

        public PhysicalAddress HardwareAddress => PhysicalAddress.None;

        public LinkOffloads Offloads { get; init; } = All;

        public Action? FrameAvailable { get; set; }

        public bool TrySend(Frame frame)
        {
            if (frame.Head[frame.Head[0] >> 4 == 4 ? 9 : 6] == 17)
            {
                Sent.Add(frame.Length);
            }

            frame.Release();
            return true;
        }

        public bool TryReceive([NotNullWhen(true)] out Frame? frame)
        {
            frame = null;
            return false;
        }

        public void Dispose()
        {
        }
    }
}
