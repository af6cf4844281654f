using System.Net.Sockets;
using System.Numerics;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Endpoints;

// The packets that wait to be read.
internal abstract partial class DatagramEndpoint
{
    // As Linux: net.core.rmem_default.
    internal const int DefaultReceiveLimit = 212_992;

    /// <summary>Bytes that may wait to be read.</summary>
    internal int ReceiveLimit { get; set; } = DefaultReceiveLimit;

    internal bool HasPacket => _received.Count > 0;

    internal int ReceivedBytes { get; private set; }

    /// <summary>Packets that were dropped because its queue was full.</summary>
    internal long ReceiveDrops { get; private set; }

    internal RadioResult Receive(Span<byte> buffer, out IPSocketAddress remote) => Receive(buffer, peek: false, out remote);

    /// <summary>The next packet, which stays with MSG_PEEK.</summary>
    internal RadioResult Receive(Span<byte> buffer, bool peek, out IPSocketAddress remote)
    {
        RadioResult result = Take(buffer, peek, out Received packet, out _);
        remote = packet.Remote;
        return result;
    }

    /// <summary>The next packet, and where it was sent to.</summary>
    internal RadioResult ReceiveMessage(Span<byte> buffer, out IPSocketAddress remote, out PacketInformation information)
    {
        RadioResult result = Take(buffer, peek: false, out Received packet, out int length);
        remote = packet.Remote;
        information = result.Failed ? default : new PacketInformation
        {
            Destination = Show(packet.Destination).ToSocketAddress(0, ScopeOf(packet.Destination, packet.InterfaceIndex)),
            InterfaceIndex = packet.InterfaceIndex,
            IsTruncated = length > buffer.Length,
        };
        return result;
    }

    private RadioResult Take(Span<byte> buffer, bool peek, out Received packet, out int length)
    {
        length = 0;
        if (!(peek ? _received.TryPeek(out packet) : _received.TryDequeue(out packet)))
        {
            return Errno.EAGAIN;
        }

        length = packet.Frame.Length;
        int count = packet.Frame.CopyTo(buffer[..Math.Min(buffer.Length, length)]);
        if (!peek)
        {
            ReceivedBytes -= packet.Size;
            packet.Frame.Release();
        }

        return RadioResult.FromCount(count);
    }

    /// <summary>The length of the next packet; 0 where none waits.</summary>
    internal int NextLength => _received.TryPeek(out Received packet) ? packet.Frame.Length : 0;

    /// <summary>
    /// Receives the packets in line that are of one peer and of one size, of which the last may be shorter, as far as the buffer holds them
    /// whole; the first alone where it is empty.
    /// </summary>
    internal RadioResult ReceiveSegments(Span<byte> buffer, out int segmentSize, out IPSocketAddress remote)
    {
        RadioResult first = Receive(buffer, out remote);
        segmentSize = first.Count;
        int count = first.Count;
        int last = count;
        while (last > 0 && last == segmentSize && _received.TryPeek(out Received next) && next.Remote == remote
            && next.Frame.Length is var length && length > 0 && length <= segmentSize && length <= buffer.Length - count)
        {
            last = Receive(buffer[count..], out _).Count;
            count += last;
        }

        return first.Failed ? first : RadioResult.FromCount(count);
    }

    /// <summary>Puts a packet in line, which is the queue's from then on, or drops it where the queue is full.</summary>
    protected void Keep(in ReceivedPacket packet, Frame frame, ushort sourcePort)
    {
        int size = SizeOf(frame);
        if (ReceivedBytes + size > ReceiveLimit)
        {
            ReceiveDrops++;
            stack.Drop(frame, DropReason.ReceiveQueue);
            return;
        }

        ReceivedBytes += size;
        IPSocketAddress source = Show(packet.Source).ToSocketAddress(sourcePort, ScopeOf(packet.Source, packet.InterfaceIndex));
        _received.Enqueue(new Received(frame, source, size, packet.Destination, packet.InterfaceIndex));
        changed();
    }

    /// <summary>An address of a packet as the socket's family has it.</summary>
    private IPAddressValue Show(in IPAddressValue address) =>
        address.IsIPv4 && family == AddressFamily.InterNetworkV6 ? address.ToIPv4Mapped() : address;

    /// <summary>The number of the interface that a link-local address needs (RFC 4007).</summary>
    private static uint ScopeOf(in IPAddressValue address, int interfaceIndex) => address.IsIPv6 && address.IsLinkLocal ? (uint)interfaceIndex : 0;

    // Linux charges a small packet with its sk_buff (256 bytes) and the memory of its head: payload, headers and shared info (384 bytes)
    // in a block of 576 bytes or the next power of two. A default buffer holds 256 of up to 128 bytes, 166 of up to 512, and 92 of 1472.
    // What sits in a large block counts with all that it holds.
    private static int SizeOf(Frame frame)
    {
        int held = frame.HeldBytes;
        int head = frame.Length + 384;
        return held > BlockPool.SmallSize ? held : 256 + (head <= 576 ? 576 : (int)BitOperations.RoundUpToPowerOf2((uint)head));
    }

    private readonly record struct Received(Frame Frame, IPSocketAddress Remote, int Size, IPAddressValue Destination, int InterfaceIndex);
}
