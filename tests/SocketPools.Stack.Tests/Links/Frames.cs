using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

/// <summary>Short ways to make and read frames.</summary>
internal static class Frames
{
    /// <summary>A frame whose bytes tell its number.</summary>
    internal static Frame Numbered(int number, int length = 60)
    {
        Frame frame = Frame.Rent(length);
        Span<byte> bytes = frame.Append(length);
        bytes.Fill((byte)number);
        BitConverter.TryWriteBytes(bytes, number);
        return frame;
    }

    /// <summary>A frame of a short head and slices of one block.</summary>
    internal static Frame Sliced(int head, params ReadOnlySpan<int> slices)
    {
        Frame frame = Frame.Rent(head);
        Fill(frame.Append(head), 0);
        Block block = BlockPool.Large.Rent();
        int at = 0;
        foreach (int length in slices)
        {
            Slice slice = new(block, at, length);
            Fill(slice.Span, head + at);
            frame.Append(slice);
            at += length;
        }

        block.Release();
        return frame;
    }

    /// <summary>Takes a frame's number and lets go of it.</summary>
    internal static int NumberOf(Frame frame)
    {
        int number = BitConverter.ToInt32(frame.Head);
        frame.Release();
        return number;
    }

    /// <summary>Takes a frame's bytes and lets go of it.</summary>
    internal static byte[] BytesOf(Frame frame)
    {
        byte[] bytes = new byte[frame.Length];
        Assert.Equal(bytes.Length, frame.CopyTo(bytes));
        frame.Release();
        return bytes;
    }

    /// <summary>Sends a frame, or lets go of it.</summary>
    internal static bool SendOrRelease(this ILink link, Frame frame)
    {
        if (link.TrySend(frame))
        {
            return true;
        }

        frame.Release();
        return false;
    }

    /// <summary>The numbers of all frames that wait.</summary>
    internal static List<int> ReceiveNumbers(this ILink link)
    {
        List<int> numbers = [];
        while (link.TryReceive(out Frame? frame))
        {
            numbers.Add(NumberOf(frame));
        }

        return numbers;
    }

    /// <summary>Bytes that differ from their neighbours, from a position on.</summary>
    internal static void Fill(Span<byte> bytes, int from)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)((from + i) * 31 >> 3);
        }
    }
}
