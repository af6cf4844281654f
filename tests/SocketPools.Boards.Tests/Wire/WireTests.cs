using System.Buffers.Binary;
using System.Net;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.Boards.Tests.Wire;

/// <summary>What a stack with a board's options sends: the frames of a capture.</summary>
public sealed class WireTests
{
    public static TheoryData<string> Boards => ["picow", "esp32"];

    [Theory]
    [MemberData(nameof(Boards))]
    public void A_SYN_has_the_boards_segment_size_and_window_and_no_other_option(string name)
    {
        BoardProfile profile = Find(name);
        Syn syn = Assert.Single(Connect(profile, 1, out _));
        Assert.Equal(profile.Wire.MaxSegmentSize.Value, syn.SegmentSize);
        Assert.Equal(profile.Transfer.ReceiveBuffer.Value, syn.Window);
        Assert.Equal(24, syn.HeaderLength);
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void Ports_follow_one_another_in_the_dynamic_range(string name)
    {
        Syn[] syns = Connect(Find(name), 3, out _);
        Assert.All(syns, syn => Assert.InRange(syn.SourcePort, 49152, 65535));
        Assert.Equal(syns[0].SourcePort + 1, syns[1].SourcePort);
        Assert.Equal(syns[1].SourcePort + 1, syns[2].SourcePort);
    }

    [Fact]
    public void A_Pico_W_counts_its_sequence_numbers_from_6510() => Assert.InRange(Connect(BoardProfiles.PicoW, 1, out _)[0].Sequence, 6510u, 6510u + 600);

    [Fact]
    public void An_ESP32_chooses_its_sequence_numbers_at_random() =>
        Assert.True(Connect(BoardProfiles.Esp32, 1, out _)[0].Sequence != Connect(BoardProfiles.Esp32, 1, out _)[0].Sequence);

    [Theory]
    [MemberData(nameof(Boards))]
    public void A_window_is_the_boards_and_a_send_takes_its_buffer(string name)
    {
        BoardProfile profile = Find(name);
        _ = Connect(profile, 1, out int sent);
        Assert.Equal(profile.Transfer.SendBuffer.Value, sent);
    }

    private static BoardProfile Find(string name) => BoardProfiles.TryFind(name, out BoardProfile? profile) ? profile : throw new ArgumentException(name);

    /// <summary>Connects some sockets of a board's stack to another stack, and returns the SYNs that it has sent.</summary>
    private static Syn[] Connect(BoardProfile profile, int count, out int sent)
    {
        LinkPair cable = LinkPair.Create(new LinkPairOptions { Offloads = LinkOffloads.None });
        MemoryStream capture = new();
        using StackRadio near = new(profile.CreateStackOptions());
        using StackRadio far = new();
        near.AddInterface(new CapturingLink(cable.A, capture)).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        far.AddInterface(cable.B).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        using SocketPool board = SocketPool.For(new BoardRadio(near, profile));
        using SocketPool peer = SocketPool.For(far);
        using PoolSocket listener = peer.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Any, 80));
        listener.Listen();
        sent = 0;
        for (int i = 0; i < count; i++)
        {
            using PoolSocket socket = board.CreateSocket();
            socket.SetTimeout(5);
            socket.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 80));
            sent = socket.Send(new byte[100_000]);
        }

        return [.. Syn.In(capture.ToArray())];
    }

    private sealed record Syn(int SourcePort, uint Sequence, int Window, int HeaderLength, int SegmentSize)
    {
        /// <summary>Reads the SYNs with source 192.0.2.2 of the bytes of a capture.</summary>
        internal static IEnumerable<Syn> In(byte[] capture)
        {
            for (int i = 14; i + 60 < capture.Length; i++)
            {
                // An IPv4 header from 192.0.2.2 to 192.0.2.1 with TCP behind it.
                if (capture[i] == 0x45 && capture[i + 9] == 6 && capture.AsSpan(i + 12, 8).SequenceEqual<byte>([192, 0, 2, 2, 192, 0, 2, 1])
                    && (capture[i + 33] & 0x3F) == 0x02)
                {
                    ReadOnlySpan<byte> tcp = capture.AsSpan(i + 20);
                    yield return Read(tcp);
                }
            }
        }

        private static Syn Read(ReadOnlySpan<byte> tcp) => new(
            BinaryPrimitives.ReadUInt16BigEndian(tcp), BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]), BinaryPrimitives.ReadUInt16BigEndian(tcp[14..]),
            tcp[12] >> 4 << 2, tcp[20] == 2 ? BinaryPrimitives.ReadUInt16BigEndian(tcp[22..]) : 0);
    }
}
