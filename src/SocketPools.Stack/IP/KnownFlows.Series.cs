using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

// Full segments that came together differ in their sequence numbers alone, so that one comparison tells that they are expected (Linux: GRO).
internal sealed partial class KnownFlows
{
    private const int LongestHead = EthernetHeader.Length + IPv6Header.Length + TcpHeader.MinLength + TcpHeaderOptions.MaxLength;

    // What numbers packets and bytes, and the sums: 0 there, else 0xFF. In front of TCP's header with IPv4, and with IPv6.
    private static readonly byte[] s_alikeIPv4 = MakeMask(hasIPv4: true);
    private static readonly byte[] s_alikeIPv6 = MakeMask(hasIPv4: false);

    /// <summary>Takes the frames of a batch that continue the one which <see cref="TryReceive"/> has just taken. With the same locks held.</summary>
    /// <param name="first">That frame, not let go of yet.</param>
    /// <param name="rest">What came behind it.</param>
    /// <param name="isShardOnly">Whether the lock of its shard alone is held.</param>
    /// <param name="own">The buffers of the calling thread.</param>
    /// <param name="length">The length of each frame.</param>
    /// <returns>How many were taken.</returns>
    internal int ReceiveSeries(Frame first, ref FrameQueue rest, bool isShardOnly, ThreadBuffers own, out int length)
    {
        length = _takenLength;
        if (rest.First is not { } next || next.Length != length || first.Checksums != ChecksumState.NotNeeded)
        {
            return 0;
        }

        first.Push(_takenStart);
        ReadOnlySpan<byte> head = first.Head;
        if (head.Length > LongestHead || length <= head.Length || head.Length != _takenStart + (head[_takenStart + 12] >> 4 << 2))
        {
            return 0; // all text lies behind the head
        }

        int count = CountAlike(head, _takenStart, first.SegmentSize, next, length);
        return count == 0 || _takenBy is not { } end ? 0 : end.ReceiveSeries(ref rest, count, head.Length, isShardOnly, own);
    }

    private static int CountAlike(ReadOnlySpan<byte> head, int tcp, int segmentSize, Frame? next, int length)
    {
        byte[] all = tcp is IPv4Header.MinLength or EthernetHeader.Length + IPv4Header.MinLength ? s_alikeIPv4 : s_alikeIPv6;
        ReadOnlySpan<byte> mask = all.AsSpan(EthernetHeader.Length + IPv6Header.Length - tcp, head.Length);
        int step = length - head.Length;
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(head[(tcp + TcpHeader.SequenceOffset)..]);
        int count = 0;
        for (; next is not null && next.Length == length && next.Checksums == ChecksumState.NotNeeded && next.SegmentSize == segmentSize; next = next.Next)
        {
            sequence += (uint)step;
            ReadOnlySpan<byte> other = next.Head;
            if (other.Length != head.Length || BinaryPrimitives.ReadUInt32BigEndian(other[(tcp + TcpHeader.SequenceOffset)..]) != sequence || !AreAlike(head, other, mask))
            {
                break;
            }

            count++;
        }

        return count;
    }

    private static bool AreAlike(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, ReadOnlySpan<byte> mask)
    {
        ref byte a = ref MemoryMarshal.GetReference(one);
        ref byte b = ref MemoryMarshal.GetReference(other);
        ref byte m = ref MemoryMarshal.GetReference(mask);
        nuint last = (nuint)(one.Length - Vector128<byte>.Count);
        Vector128<byte> difference = (Vector128.LoadUnsafe(ref a, last) ^ Vector128.LoadUnsafe(ref b, last)) & Vector128.LoadUnsafe(ref m, last);
        for (nuint i = 0; i < last; i += (nuint)Vector128<byte>.Count)
        {
            difference |= (Vector128.LoadUnsafe(ref a, i) ^ Vector128.LoadUnsafe(ref b, i)) & Vector128.LoadUnsafe(ref m, i);
        }

        return difference == Vector128<byte>.Zero;
    }

    // TCP's header begins at the same place in all masks.
    private static byte[] MakeMask(bool hasIPv4)
    {
        const int Tcp = EthernetHeader.Length + IPv6Header.Length;
        byte[] mask = new byte[LongestHead];
        mask.AsSpan().Fill(0xFF);
        mask.AsSpan(Tcp + TcpHeader.SequenceOffset, sizeof(uint)).Clear();
        mask.AsSpan(Tcp + TcpHeader.ChecksumOffset, sizeof(ushort)).Clear();
        if (hasIPv4)
        {
            mask.AsSpan(Tcp - IPv4Header.MinLength + 4, sizeof(ushort)).Clear();
            mask.AsSpan(Tcp - IPv4Header.MinLength + 10, sizeof(ushort)).Clear();
        }

        return mask;
    }
}
