using System.Buffers;
using System.Net;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tests.Tcp;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>Full segments that leave together by a link without checksums are those that leave one by one by a link with them.</summary>
[Collection(Alone.Name)]
public sealed class FullSegmentTests
{
    private const int EthernetHeader = 14;
    private const int TcpChecksum = EthernetHeader + 20 + 16;
    private const int MaxBlock = 90_000;

    [Theory]
    [InlineData(1, 1500)]
    [InlineData(2, 1500)]
    [InlineData(3, 576)]
    [InlineData(4, 9000)]
    [InlineData(5, 65535)]
    public void Frames_are_the_same_but_for_their_checksums(int seed, int mtu)
    {
        (List<byte[]> together, byte[] received) = Transfer(seed, mtu, LinkOffloads.NoChecksums);
        (List<byte[]> single, byte[] expected) = Transfer(seed, mtu, LinkOffloads.None);
        Assert.Equal(expected, received);
        Assert.Equal(single.Count, together.Count);
        for (int i = 0; i < single.Count; i++)
        {
            Assert.True(single[i].AsSpan().SequenceEqual(together[i]), $"Frame {i} of {single.Count} differs; seed {seed}, MTU {mtu}.");
        }
    }

    [Fact]
    public void Every_frame_and_block_comes_back()
    {
        (long frames, long blocks) = (FramePool.InUse, BlockPool.Small.InUse + BlockPool.Large.InUse);
        Transfer(seed: 6, mtu: 1500, LinkOffloads.NoChecksums);
        Assert.Equal((frames, blocks), (FramePool.InUse, BlockPool.Small.InUse + BlockPool.Large.InUse));
    }

    private static (List<byte[]> Frames, byte[] Received) Transfer(int seed, int mtu, LinkOffloads offloads)
    {
        IngressClock clock = new();
        List<byte[]> frames = [];
        using LinkPair cable = LinkPair.Create(new LinkPairOptions { Mtu = mtu, Offloads = offloads });
        using StackRadio near = new(new StackOptions { TimeProvider = clock, Seed = seed });
        using StackRadio far = new(new StackOptions { TimeProvider = clock, Seed = seed + 1 });
        near.AddInterface(new Recorder(cable.A, frames)).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        far.AddInterface(cable.B).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        using SocketPool nearPool = new(near);
        using SocketPool farPool = new(far);
        using PoolSocket listener = farPool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 80));
        listener.Listen(1);
        using PoolSocket sender = nearPool.CreateSocket();
        sender.Connect(listener.LocalEndPoint);
        using PoolSocket receiver = listener.Accept();
        sender.SetTimeout(0);
        receiver.SetTimeout(0);
        return (frames, Exchange(new Random(seed), clock, sender, receiver));
    }

    // Blocks of any length, some of which the receiver takes late, so that windows close; some answers, so that acknowledgments ride on text.
    private static byte[] Exchange(Random random, IngressClock clock, PoolSocket sender, PoolSocket receiver)
    {
        using MemoryStream received = new();
        byte[] outgoing = new byte[MaxBlock];
        byte[] incoming = new byte[MaxBlock];
        for (int step = 0; step < 200; step++)
        {
            random.NextBytes(outgoing);
            int length = random.Next(4) == 0 ? random.Next(1, 300) : random.Next(1, MaxBlock);
            _ = sender.TrySend(new ReadOnlySequence<byte>(outgoing, 0, length));
            if (random.Next(5) == 0)
            {
                _ = receiver.TrySend(new ReadOnlySequence<byte>(outgoing, 0, random.Next(1, 200)));
            }

            while (random.Next(8) != 0 && receiver.TryReceive(incoming) is { Failed: false, Count: > 0 } result)
            {
                received.Write(incoming, 0, result.Count);
            }

            _ = sender.TryReceive(incoming);
            clock.Advance(TimeSpan.FromMilliseconds(random.Next(3)));
        }

        return received.ToArray();
    }

    private sealed class Recorder(ILink inner, List<byte[]> frames) : DelegatingLink(inner)
    {
        public override bool TrySend(Frame frame)
        {
            byte[] bytes = new byte[frame.Length];
            frame.CopyTo(bytes);
            if (bytes.Length > TcpChecksum + 2 && bytes[12] == 8 && bytes[EthernetHeader + 9] == 6)
            {
                bytes.AsSpan(TcpChecksum, 2).Clear();
            }

            frames.Add(bytes);
            return base.TrySend(frame);
        }
    }
}
