using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Simulation.Packets;

/// <summary>
/// A frame on its way. It is the sender's own until all of its bytes are needed: what no rule and no router touches is given to the receiver
/// without a copy, and without checksums that would not be verified.
/// </summary>
internal sealed class CarriedFrame
{
    private Frame? _frame;
    private byte[]? _bytes;

    /// <summary>A frame of a stack, which belongs to this one from here on.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="origin">See <see cref="Origin"/>.</param>
    internal CarriedFrame(Frame frame, string origin)
    {
        _frame = frame;
        Length = frame.Length;
        Origin = origin;
    }

    /// <summary>A frame of bytes that do not change any more.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="origin">See <see cref="Origin"/>.</param>
    internal CarriedFrame(byte[] bytes, string origin)
    {
        _bytes = bytes;
        Length = bytes.Length;
        Origin = origin;
    }

    /// <summary>The name of the device that made the packet in it; routers keep it.</summary>
    internal string Origin { get; }

    internal int Length { get; }

    /// <summary>Whether it stands for several packets.</summary>
    internal bool IsWhole => _frame is { SegmentSize: > 0 };

    /// <summary>The first bytes, with all headers in them. Checksums may be missing.</summary>
    internal ReadOnlySpan<byte> Head => _frame is { } frame ? frame.Head : _bytes;

    /// <summary>All bytes in one piece, which do not change.</summary>
    internal byte[] Bytes
    {
        get
        {
            if (_bytes is null)
            {
                FrameChecksums.Complete(_frame!, LinkMedium.Ethernet);
                _bytes = new byte[Length];
                _frame!.CopyTo(_bytes);
                Discard();
            }

            return _bytes;
        }
    }

    /// <summary>The first bytes, as a copy.</summary>
    internal byte[] CopyFirst(int most)
    {
        byte[] first = new byte[Math.Min(Length, most)];
        if (_frame is { } frame)
        {
            FrameChecksums.Complete(frame, LinkMedium.Ethernet);
            frame.CopyTo(first);
        }
        else
        {
            _bytes.AsSpan(0, first.Length).CopyTo(first);
        }

        return first;
    }

    /// <summary>A frame for a receiver. One that is received several times has to be in <see cref="Bytes"/> before.</summary>
    internal Frame ToFrame()
    {
        Frame frame = _bytes is null ? _frame! : Frame.Copy(_bytes);
        _frame = null;
        return frame;
    }

    /// <summary>Cuts it into the packets that it stands for. It is not used any more after this.</summary>
    internal List<CarriedFrame> Cut()
    {
        List<Frame> pieces = [];
        bool isCut = FrameSegments.TryCut(_frame!, LinkMedium.Ethernet, pieces);
        List<CarriedFrame> cut = isCut ? pieces.ConvertAll(piece => new CarriedFrame(piece, Origin)) : [];
        Discard(); // also what cannot be cut: a stack sends no such packet
        return cut;
    }

    /// <summary>It does not arrive: its memory is given back.</summary>
    internal void Discard()
    {
        _frame?.Release();
        _frame = null;
    }
}
