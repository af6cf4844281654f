using SocketPools.Stack.Buffers;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Icmp;

/// <summary>Sums over messages that may lie in several pieces.</summary>
internal static class IcmpChecksum
{
    /// <summary>Whether a message is whole.</summary>
    /// <param name="frame">The message.</param>
    /// <param name="sum">The pseudo-header's sum, which ICMPv6 covers too.</param>
    internal static bool IsRight(Frame frame, InternetChecksum sum)
    {
        Add(frame, ref sum);
        return sum.IsRight;
    }

    internal static void Add(Frame frame, ref InternetChecksum sum)
    {
        sum.Add(frame.Head);
        foreach (Slice slice in frame.Tail)
        {
            sum.Add(slice.Span);
        }
    }

    /// <summary>A copy of what is behind a message's header, with its sum.</summary>
    internal static Frame CopyBody(Frame frame, int headerLength, InternetChecksum start, out InternetChecksum sum)
    {
        int length = frame.Length - headerLength;
        Frame copy = Frame.Rent(length);
        frame.CopyTo(copy.Append(length), headerLength);
        sum = start;
        sum.Add(copy.Head);
        return copy;
    }
}
