using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary>
/// Datagrams that the kernel gave together (UDP_GRO) to a receive of one: the next receives take them. Made where a socket that has
/// received several together goes on with single ones. All but <see cref="HasAny"/> under <see cref="Gate"/>.
/// </summary>
internal sealed class SegmentStash
{
    private bool _hasAny;
    private int _taken;
    private int _count;
    private int _segmentSize;
    private IPSocketAddress _remote;
    private PacketInformation _information;

    internal Lock Gate { get; } = new();

    /// <summary>Takes what the kernel gives.</summary>
    internal byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(RadioSocket.SegmentBufferSize);

    /// <summary>Whether a datagram is kept, which may be an empty one.</summary>
    internal bool HasAny => Volatile.Read(ref _hasAny);

    /// <summary>Keeps what stands in the buffer.</summary>
    internal void Fill(int count, int segmentSize, in IPSocketAddress remote, in PacketInformation information)
    {
        (_taken, _count, _segmentSize, _remote, _information) = (0, count, segmentSize, remote, information);
        Volatile.Write(ref _hasAny, true);
    }

    /// <summary>The length of the next datagram; 0 where nothing is kept.</summary>
    internal int NextLength => Math.Min(_segmentSize, _count);

    /// <summary>Takes the next datagram, or looks at it; it is cut where the buffer is shorter.</summary>
    internal int TakeOne(Span<byte> buffer, bool isPeek, out IPSocketAddress remote, out PacketInformation information)
    {
        int length = NextLength;
        information = _information with { IsTruncated = length > buffer.Length };
        if (!isPeek)
        {
            return Take(length, buffer, out remote);
        }

        remote = _remote;
        int count = Math.Min(length, buffer.Length);
        Buffer.AsSpan(_taken, count).CopyTo(buffer);
        return count;
    }

    /// <summary>Takes all that are left into a buffer that is long enough.</summary>
    internal int TakeAll(Span<byte> buffer, out int segmentSize, out IPSocketAddress remote)
    {
        segmentSize = Math.Min(_segmentSize, _count);
        return Take(_count, buffer, out remote);
    }

    private int Take(int length, Span<byte> buffer, out IPSocketAddress remote)
    {
        int count = Math.Min(length, buffer.Length);
        Buffer.AsSpan(_taken, count).CopyTo(buffer);
        remote = _remote;
        _taken += length;
        _count -= length;
        Volatile.Write(ref _hasAny, _count > 0);
        return count;
    }
}
