using CsCheck;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.IP;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Interfaces;

/// <summary>Reassembly beside a model: an array of bytes and of who wrote them. A failure prints its seed.</summary>
[Collection(Alone.Name)]
public sealed class ReassemblyModelTests
{
    private const int Unit = 8;
    private static readonly IPAddressValue s_from = IPAddressValue.Parse("192.0.2.1");
    private static readonly IPAddressValue s_to = IPAddressValue.Parse("192.0.2.2");

    // A packet of up to 40 units, cut somewhere, its pieces in any order, some of them twice.
    private static readonly Gen<(int[] Cuts, int Length, int Order, bool[] Twice)> s_packets = Gen.Select(
        Gen.Int[1, 39].Array[0, 8], Gen.Int[1, 40 * Unit], Gen.Int, Gen.Bool.Array[10]);

    // Pieces that may overlap and leave gaps: where, how long, whether more follow, what byte is in it.
    private static readonly Gen<(int Start, int Length, bool HasMore, byte Fill)[]> s_pieces = Gen.Select(
        Gen.Int[0, 6], Gen.Int[1, 4], Gen.Int[0, 3].Select(n => n > 0), Gen.Byte[1, 2]).Array[1, 10];

    [Fact]
    public void Pieces_in_any_order_and_doubled_make_the_packet_that_was_cut() => s_packets.Sample(packet =>
    {
        (int[] cuts, int length, int order, bool[] twice) = packet;
        byte[] payload = new byte[length];
        new Random(order).NextBytes(payload);
        int[] starts = [0, .. cuts.Select(cut => cut * Unit).Where(at => at < length).Distinct().Order()];
        List<byte[]> pieces = [];
        for (int i = 0; i < starts.Length; i++)
        {
            int end = i + 1 < starts.Length ? starts[i + 1] : length;
            byte[] piece = Craft.Packet(s_from, s_to, 200, payload.AsSpan(starts[i], end - starts[i]), starts[i], end < length, 77);
            pieces.AddRange(Enumerable.Repeat(piece, twice[i % twice.Length] && starts.Length > 1 ? 2 : 1));
        }

        new Random(order).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pieces));
        using Bench bench = new();
        int whole = 0;
        foreach (byte[] piece in pieces)
        {
            // A single piece is a packet already.
            if (bench.Add(piece) is { } got)
            {
                whole++;
                Assert.Equal(payload, got[IPv4Header.MinLength..]);
                Assert.True(IPv4View.TryRead(got, got.Length, out IPv4View view) && view.TotalLength == got.Length && view.IsChecksumRight && !view.IsFragment);
            }
        }

        // What was doubled may begin another packet, behind the whole one.
        Assert.InRange(whole, 1, 2);
    }, iter: 2000);

    [Fact]
    public void What_overlaps_in_any_other_way_never_comes_out() => s_pieces.Sample(pieces =>
    {
        using Bench bench = new();
        Model model = new();
        foreach ((int start, int length, bool hasMore, byte fill) in pieces)
        {
            byte[] bytes = new byte[length * Unit];
            Array.Fill(bytes, fill);
            byte[]? got = bench.Add(Craft.Packet(s_from, s_to, 200, bytes, start * Unit, hasMore || start == 0, 77));
            byte[]? expected = model.Add(start * Unit, bytes, hasMore || start == 0);
            Assert.Equal(expected, got?[IPv4Header.MinLength..]);
            Assert.Equal(model.IsBegun ? 1 : 0, bench.Stack.Reassembly.Count);
        }
    }, iter: 5000);

    /// <summary>The plainest reassembly: each byte knows whether it is there.</summary>
    private sealed class Model
    {
        private readonly byte?[] _bytes = new byte?[200];
        private int _total = -1;

        internal bool IsBegun { get; private set; }

        internal byte[]? Add(int start, byte[] piece, bool hasMore)
        {
            int end = start + piece.Length;
            bool isKnown = Enumerable.Range(start, piece.Length).All(i => _bytes[i] is not null);
            bool overlaps = Enumerable.Range(start, piece.Length).Any(i => _bytes[i] is not null);
            bool isSame = isKnown && Enumerable.Range(0, piece.Length).All(i => _bytes[start + i] == piece[i]) && (hasMore || end == _total);
            bool endFits = (_total < 0 || (end <= _total && (hasMore || end == _total))) && (hasMore || Array.FindLastIndex(_bytes, b => b is not null) < end);
            if (!isSame && (overlaps || !endFits))
            {
                Clear();
                return null;
            }

            IsBegun = true;
            for (int i = 0; i < piece.Length; i++)
            {
                _bytes[start + i] = piece[i];
            }

            _total = hasMore ? _total : end;
            if (_total < 0 || !Enumerable.Range(0, _total).All(i => _bytes[i] is not null))
            {
                return null;
            }

            byte[] whole = [.. _bytes[.._total].Select(b => b!.Value)];
            Clear();
            return whole;
        }

        private void Clear()
        {
            Array.Clear(_bytes);
            (_total, IsBegun) = (-1, false);
        }
    }

    private sealed class Bench : IDisposable
    {
        internal NetworkStack Stack { get; } = new(new StackCore(new IngressClock(), 1, new StackOptions().Limits));

        internal byte[]? Add(byte[] piece)
        {
            using (Stack.Gate.EnterScope())
            {
                Frame frame = Frame.Copy(piece);
                IPv4View.TryRead(frame.Head, frame.Length, out IPv4View view);
                if (!view.IsFragment)
                {
                    frame.Release();
                    return piece;
                }

                if (Stack.Reassembly.AddIPv4(view, frame) is not { } whole)
                {
                    return null;
                }

                byte[] bytes = new byte[whole.Length];
                whole.CopyTo(bytes);
                whole.Release();
                return bytes;
            }
        }

        public void Dispose() => Stack.Dispose();
    }
}
