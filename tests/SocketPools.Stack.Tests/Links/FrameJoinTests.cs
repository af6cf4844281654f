using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Tests.Links;

/// <summary>A frame in one piece, for a link that sends one piece faster than several.</summary>
public sealed class FrameJoinTests
{
    [Theory]
    [InlineData(0, 0, 10)]
    [InlineData(54, 0, 10)]
    [InlineData(54, 1448, 10)]
    [InlineData(66, 1448, 0)]
    [InlineData(138, 1856, 54)]
    public void Head_and_slices_lie_behind_the_room(int head, int text, int before)
    {
        using Lent lent = new(head, text);
        Frame frame = lent.Frame;
        Assert.True(frame.TryJoin(before, out Span<byte> bytes));
        Assert.Equal(before + head + text, bytes.Length);
        Assert.Equal(lent.Bytes, bytes[before..]);

        bytes[..before].Fill(0xEE);
        byte[] copy = new byte[frame.Length];
        Assert.Equal(head + text, frame.CopyTo(copy));
        Assert.Equal(lent.Bytes, copy);
        Assert.Equal(text == 0 ? 0 : 2, frame.TailCount);
    }

    [Theory]
    [InlineData(54, 1857, 0)]
    [InlineData(54, 60_000, 10)]
    [InlineData(54, 100, 139)]
    public void What_does_not_fit_is_left_as_it_is(int head, int text, int before)
    {
        using Lent lent = new(head, text);
        Assert.False(lent.Frame.TryJoin(before, out _));
        byte[] copy = new byte[lent.Frame.Length];
        lent.Frame.CopyTo(copy);
        Assert.Equal(lent.Bytes, copy);
    }

    // Headers in front, and text in two slices of another block.
    private sealed class Lent : IDisposable
    {
        private readonly Block _block = BlockPool.Large.Rent();

        internal Lent(int head, int text)
        {
            Bytes = new byte[head + text];
            new Random(head + text).NextBytes(Bytes);
            Bytes.AsSpan(head).CopyTo(_block.Bytes);
            Bytes.AsSpan(0, head).CopyTo(Frame.Push(head));
            if (text > 0)
            {
                Frame.Append(new Slice(_block, 0, text / 3));
                Frame.Append(new Slice(_block, text / 3, text - (text / 3)));
            }
        }

        internal Frame Frame { get; } = Frame.Rent(0);

        internal byte[] Bytes { get; }

        public void Dispose()
        {
            Frame.Release();
            _block.Release();
        }
    }
}
