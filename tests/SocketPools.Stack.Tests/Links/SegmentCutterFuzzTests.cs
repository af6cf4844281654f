using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

/// <summary>Packets of several segments with damaged headers are cut or refused, and nothing else happens.</summary>
[Collection(nameof(LinkTests))]
public sealed class SegmentCutterFuzzTests
{
    private const int Mutations = 5000;
    private const int Headers = 100;

    [Theory]
    [InlineData(false, 6)]
    [InlineData(false, 17)]
    [InlineData(true, 6)]
    [InlineData(true, 17)]
    public void Damaged_headers_are_cut_within_the_frame_or_refused(bool isIPv6, byte protocol)
    {
        using PoolAccount account = new();
        byte[] transport = protocol == 6 ? Packets.Tcp(5, 6, 1, 0x18, new byte[5000]) : Packets.Udp(5, 6, new byte[5000]);
        byte[] original = isIPv6 ? Packets.IPv6("fd00:81::2", "fd00:82::2", protocol, transport) : Packets.IPv4("10.8.1.2", "10.8.2.2", protocol, transport);
        int cut = 0;
        for (int seed = 0; seed < Mutations; seed++)
        {
            Random random = new(seed);
            byte[] packet = [.. original.AsSpan(0, random.Next(4) == 0 ? random.Next(Headers, original.Length) : original.Length)];
            Frame frame = TapNetwork.PartialFrame([], packet, Headers, random.Next(4) == 0 ? random.Next(1, 70_000) : random.Next(1, 1500));
            for (int i = random.Next(4); i > 0; i--)
            {
                frame.Head[random.Next(Headers)] = (byte)random.Next(256);
            }

            frame.Checksums = (ChecksumState)random.Next(3);
            frame.ChecksumStart += random.Next(20) == 0 ? random.Next(-40, 40) : 0;
            List<Frame> pieces = [];
            int whole = frame.Length;
            int size = frame.SegmentSize;
            try
            {
                cut += FrameSegments.TryCut(frame, LinkMedium.IP, pieces) ? 1 : 0;
                Assert.All(pieces, piece => Assert.InRange(piece.Length, 1, Math.Min(whole, Headers + size)));
                Assert.InRange(pieces.Sum(piece => (long)piece.Length), pieces.Count, whole + ((long)pieces.Count * Headers));
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}: {e}");
            }

            pieces.ForEach(piece => piece.Release());
            frame.Release();
        }

        Assert.InRange(cut, Mutations / 10, Mutations * 9 / 10);
    }
}
