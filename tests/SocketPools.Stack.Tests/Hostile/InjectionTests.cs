using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Tests.Hostile.HostileBench;

namespace SocketPools.Stack.Tests.Hostile;

/// <summary>Segments and fragments that want to be read in two ways, or to get into what is between others.</summary>
[Collection(Alone.Name)]
public sealed class InjectionTests
{
    private const int Seed = 42;
    private static readonly TcpFlags[] s_kinds = [TcpFlags.Rst, TcpFlags.Rst | TcpFlags.Ack, TcpFlags.Syn, TcpFlags.Syn | TcpFlags.Ack];

    [Fact]
    public void A_stranger_who_guesses_sequence_numbers_ends_no_connection_and_injects_nothing()
    {
        using HostileBench b = new();
        (HandMade peer, RadioSocket socket) = b.Connect(b.Listen(80), 5000);
        Random random = new(Seed);
        for (int i = 0; i < 5000; i++)
        {
            // All over the space, and in the window but at its edge: RFC 5961, sections 3 to 5.
            int at = random.Next(2) == 0 ? random.Next(1, 60_000) : random.Next(int.MinValue, -100_000);
            peer.Send(s_kinds[i % 4], at);
            peer.Send(TcpFlags.Ack | TcpFlags.Psh, 0, random.Next(1, int.MaxValue), "injected"u8);
            peer.Send(TcpFlags.Ack | TcpFlags.Psh, 0, random.Next(int.MinValue + 1, -70_000), "injected"u8);
        }

        // Challenges are rare: who sends ten thousand segments gets an answer or two.
        Assert.InRange(b.TakeSegments().Count, 1, 2);
        byte[] buffer = new byte[100];
        Assert.Equal(-1, Read(socket, buffer));
        peer.Send(TcpFlags.Ack | TcpFlags.Psh, text: "true"u8);
        Assert.Equal(4, Read(socket, buffer));
    }

    [Fact]
    public void An_acknowledgment_of_what_was_never_sent_frees_nothing()
    {
        using HostileBench b = new();
        (HandMade peer, RadioSocket socket) = b.Connect(b.Listen(80), 5000);
        socket.TrySend(new byte[500]);
        b.TakeSent();
        peer.Send(TcpFlags.Ack, 0, 501);
        peer.Send(TcpFlags.Ack, 0, 1_000_000);
        b.Advance(3);
        Assert.Contains(b.TakeSegments(), segment => segment.Length == 500 && segment.Sequence == peer.Expected);
    }

    [Fact]
    public void Overlapping_segments_that_differ_are_read_in_one_way_the_first()
    {
        using HostileBench b = new();
        (HandMade peer, RadioSocket socket) = b.Connect(b.Listen(80), 5000);
        peer.Send(TcpFlags.Ack, 4, text: "EFGH"u8);
        peer.Send(TcpFlags.Ack, 2, text: "cdefgh"u8); // covers, and differs
        peer.Send(TcpFlags.Ack, 6, text: "ghIJ"u8);
        peer.Send(TcpFlags.Ack, 0, text: "ABCDEF"u8);
        byte[] buffer = new byte[100];
        int count = Read(socket, buffer);
        string text = System.Text.Encoding.ASCII.GetString(buffer, 0, Math.Max(count, 0));
        Assert.Equal("ABCDEFGHIJ", text.ToUpperInvariant());
        Assert.Equal("EFGH", text[4..8]); // what was there stays
    }

    [Fact]
    public void Overlapping_segments_at_random_never_change_what_was_acknowledged()
    {
        using HostileBench b = new();
        (HandMade peer, RadioSocket socket) = b.Connect(b.Listen(80), 5000);
        Random random = new(Seed);
        byte[] text = new byte[30_000];
        random.NextBytes(text);
        byte[] received = new byte[text.Length];
        int read = 0;
        for (int i = 0; read < text.Length && i < 100_000; i++)
        {
            int start = Math.Min(random.Next(Math.Max(0, read - 500), read + 3000), text.Length - 1);
            int length = Math.Min(random.Next(1, 900), text.Length - start);
            byte[] piece = text[start..(start + length)];
            if (start + length <= read)
            {
                Array.Fill<byte>(piece, 0xEE); // what was read already may say anything
            }

            peer.Send(TcpFlags.Ack, start, text: piece);
            read += Math.Max(0, socket.TryReceive(received.AsSpan(read)) is { Failed: false } got ? got.Count : 0);
            b.TakeSent();
        }

        Assert.True(received.AsSpan().SequenceEqual(text), $"seed {Seed}: {read} bytes");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fragments_that_overlap_end_their_packet(bool isIPv6)
    {
        using HostileBench b = new();
        (IPAddressValue from, IPAddressValue to) = isIPv6 ? (Peer6, Station6) : (Peer, Station);
        RadioSocket socket = b.Bind(SocketType.Dgram, 7, isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        byte[] data = Craft.Datagram(from, 7, to, 7, new byte[64]);
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, data.AsSpan(0, 40), 0, true, 9));
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, data.AsSpan(32), 32, false, 9));
        Assert.Equal(1, b.Dropped(DropReason.Fragment));
        Assert.Equal(-1, Read(socket, new byte[100]));

        // The same place with other bytes: two ways to read it.
        byte[] other = [.. data[..40]];
        other[30] ^= 1;
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, data.AsSpan(0, 40), 0, true, 10));
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, other, 0, true, 10));
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, data.AsSpan(40), 40, false, 10));
        Assert.Equal(2, b.Dropped(DropReason.Fragment));
        Assert.Equal(-1, Read(socket, new byte[100]));

        // The network may double one.
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, data.AsSpan(0, 40), 0, true, 11));
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, data.AsSpan(0, 40), 0, true, 11));
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, data.AsSpan(40), 40, false, 11));
        Assert.Equal(64, Read(socket, new byte[100]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_a_packet_whose_rest_never_comes_only_the_beginning_goes_back(bool isIPv6)
    {
        // Blocks of the pool with something in them that is nobody's business.
        List<Frame> frames = [.. Enumerable.Range(0, 40).Select(_ => Frame.Rent(60_000))];
        foreach (Frame frame in frames)
        {
            frame.Append(60_000).Fill(0xAA);
            frame.Release();
        }

        using HostileBench b = new();
        (IPAddressValue from, IPAddressValue to) = isIPv6 ? (Peer6, Station6) : (Peer, Station);
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, new byte[64], 0, true, 9));
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, new byte[64], 512, true, 9));
        Assert.Empty(b.TakeSent());
        b.Advance(61);
        byte[] error = Assert.Single(b.TakeSent(), sent => sent.Length > 100);
        int head = EthernetHeader.Length + (isIPv6 ? IPv6Header.Length : IPv4Header.MinLength);
        Assert.Equal(isIPv6 ? [3, 1] : [11, 1], error[head..(head + 2)]);
        Assert.Equal((isIPv6 ? IPv6Header.Length : IPv4Header.MinLength) + 64, error.Length - head - 8);
        Assert.DoesNotContain((byte)0xAA, error);
    }

    [Fact]
    public void Two_ends_whose_numbers_were_torn_apart_do_not_answer_each_other_forever()
    {
        using HostileBench b = new();
        (HandMade peer, RadioSocket _) = b.Connect(b.Listen(80), 5000);
        int answers = 0;
        for (int i = 0; i < 1000; i++)
        {
            // An ACK of a peer to whom something was injected: it seems to be ahead.
            peer.Send(TcpFlags.Ack, -500, 500);
            answers += b.TakeSent().Count;
        }

        Assert.InRange(answers, 0, 2);
    }

    [Fact]
    public void Extension_headers_are_read_in_a_packet_that_was_in_pieces_too()
    {
        using HostileBench b = new();
        RadioSocket socket = b.Bind(SocketType.Dgram, 7, AddressFamily.InterNetworkV6);
        byte[] options = [IPProtocol.Udp, 0, 1, 4, 0, 0, 0, 0];
        byte[] payload = [.. options, .. Craft.Datagram(Peer6, 7, Station6, 7, new byte[100])];
        foreach (byte[] piece in Craft.Fragments(Peer6, Station6, IPProtocol.DestinationOptions, payload, 56, 3))
        {
            b.GivePacket(piece);
        }

        Assert.Equal(100, Read(socket, new byte[200]));
    }

    [Fact]
    public void Pieces_of_pieces_are_dropped()
    {
        using HostileBench b = new();
        byte[] inner = Craft.Packet(Peer6, Station6, IPProtocol.Udp, new byte[64], 0, true, 9)[IPv6Header.Length..];
        foreach (byte[] piece in Craft.Fragments(Peer6, Station6, IPProtocol.Fragment, inner, 24, 3))
        {
            b.GivePacket(piece);
        }

        Assert.Equal(1, b.Dropped(DropReason.Fragment));
        Assert.Equal(0, b.Radio.Network.Reassembly.Count);
    }
}
