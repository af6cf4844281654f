using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>
/// The TCP connections that packets have lately come for, by addresses, ports and interface. A packet with a plain header that is for one of
/// them needs none of the checks that the first one has passed. Forgotten whenever an address of the stack changes.
/// </summary>
/// <remarks>
/// A table for each shard and each version of IP, in which a newer flow takes the place of an older one. Who is not in it is found by its addresses
/// and ports, which takes a little longer, and takes that place.
/// </remarks>
/// <param name="stack">What the layers share.</param>
/// <param name="network">Who finds a connection that is not in the table.</param>
/// <param name="own">The shard whose lock guards it.</param>
internal sealed partial class KnownFlows(StackCore stack, NetworkStack network, StackShard own)
{
    private const int Places = 64;
    private const int LeastLength = IPv4Header.MinLength + TcpHeader.MinLength;
    private const int AddressesOffset = 12;
    private const int PortsOffset = IPv4Header.MinLength;

    private readonly Flow[] _flows = new Flow[Places];
    private int _addressChanges;

    // The packet that was taken last: who has it, where TCP's header begins, and how long it is.
    private IKnownFlow? _takenBy;
    private int _takenStart;
    private int _takenLength;

    /// <summary>Gives a frame to the flow that it is for. With the lock of its shard held, or the gate.</summary>
    /// <param name="one">The interface that it has come by.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="hasMore">Whether it came with others.</param>
    /// <param name="isShardOnly">Whether the lock of its shard alone is held.</param>
    /// <returns>Whether it was taken, and the caller lets go of the frame; else it is unchanged.</returns>
    internal bool TryReceive(NetworkInterface one, Frame frame, bool hasMore, bool isShardOnly)
    {
        ReadOnlySpan<byte> head = frame.Head;
        int start = one.Medium == LinkMedium.Ethernet ? EthernetHeader.Length : 0;
        if (head.Length < start + LeastLength || (start > 0 && !IsForStation(head, one.Hardware)))
        {
            return false;
        }

        ReadOnlySpan<byte> packet = head[start..];
        if (packet[0] >> 4 == 6)
        {
            return (start == 0 || IsOf(head, EtherType.IPv6)) && TryReceiveIPv6(one, frame, start, hasMore, isShardOnly);
        }

        ulong addresses = MemoryMarshal.Read<ulong>(packet[AddressesOffset..]);
        uint ports = MemoryMarshal.Read<uint>(packet[PortsOffset..]);
        ref Flow flow = ref _flows[PlaceOf(ports)];
        if (!IsPlain(packet) || (start > 0 && !IsOf(head, EtherType.IPv4)))
        {
            return false;
        }

        bool isHere = flow.Addresses == addresses && flow.Ports == ports && flow.One == one && _addressChanges == stack.AddressChanges;
        if (!isHere && !TryFind(one, packet, isShardOnly))
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (length < LeastLength || start + length > frame.Length || (frame.Checksums != ChecksumState.NotNeeded && !IsWhole(frame, start, length)))
        {
            return false;
        }

        if (frame.Length != start + length)
        {
            frame.Trim(start + length);
        }

        return Give(flow.End!, flow.Shard!, frame, start + IPv4Header.MinLength, hasMore, isShardOnly);
    }

    // A connection that has received nothing lately, or not in this shard.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFind(NetworkInterface one, ReadOnlySpan<byte> packet, bool isShardOnly) =>
        MayBeExpected(packet[IPv4Header.MinLength..]) && TryFind(one, TupleOf(
            IPAddressValue.ReadIPv4(packet[AddressesOffset..]), IPAddressValue.ReadIPv4(packet[16..]), packet[PortsOffset..]), isShardOnly);

    private bool TryFind(NetworkInterface one, in FourTuple tuple, bool isShardOnly)
    {
        if (network.FindChecked(one, tuple) is not { } end || (isShardOnly && end.Shard != own))
        {
            return false;
        }

        Remember(one, tuple, end);
        return true;
    }

    // What comes between the handshake and the end.
    private static bool MayBeExpected(ReadOnlySpan<byte> header) => ((TcpFlags)header[13] & ~TcpFlags.Psh) == TcpFlags.Ack;

    private static FourTuple TupleOf(in IPAddressValue remote, in IPAddressValue local, ReadOnlySpan<byte> ports) =>
        new(local, BinaryPrimitives.ReadUInt16BigEndian(ports[2..]), remote, BinaryPrimitives.ReadUInt16BigEndian(ports));

    /// <summary>The next packets from one address and port to another are for a connection.</summary>
    internal void Remember(NetworkInterface one, in FourTuple tuple, IKnownFlow end)
    {
        if (_addressChanges != stack.AddressChanges)
        {
            Array.Clear(_flows);
            ForgetAllIPv6();
            _addressChanges = stack.AddressChanges;
        }

        if (tuple.Remote.IsIPv6)
        {
            RememberIPv6(one, tuple, end);
            return;
        }

        Span<byte> bytes = stackalloc byte[12];
        tuple.Remote.Write(bytes);
        tuple.Local.Write(bytes[4..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[8..], tuple.RemotePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[10..], tuple.LocalPort);
        uint ports = MemoryMarshal.Read<uint>(bytes[8..]);
        _flows[PlaceOf(ports)] = new Flow { Addresses = MemoryMarshal.Read<ulong>(bytes), Ports = ports, One = one, End = end, Shard = end.Shard };
    }

    /// <summary>A connection ends.</summary>
    internal void Forget(in FourTuple tuple, IKnownFlow end)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, tuple.RemotePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], tuple.LocalPort);
        int place = PlaceOf(MemoryMarshal.Read<uint>(bytes));
        if (_flows[place].End == end)
        {
            _flows[place] = default;
        }

        ForgetIPv6(place, end);
        _takenBy = _takenBy == end ? null : _takenBy;
    }

    // An end that has accepted its connection follows the packets to this shard, where the gate is held.
    private bool Give(IKnownFlow end, StackShard shard, Frame frame, int start, bool hasMore, bool isShardOnly)
    {
        if (shard != own)
        {
            if (isShardOnly)
            {
                return false;
            }

            end.Follow(own);
        }

        if (hasMore)
        {
            (_takenBy, _takenStart, _takenLength) = (end, start, frame.Length);
        }

        return end.TryReceive(frame, start, hasMore, isShardOnly);
    }

    private static int PlaceOf(uint ports) => (int)((ports * 0x9E37_79B1u) >> 26);

    private static bool IsForStation(ReadOnlySpan<byte> head, MacAddress own) => MacAddress.Read(head) == own && (head[6] & 1) == 0;

    private static bool IsOf(ReadOnlySpan<byte> head, EtherType type) => BinaryPrimitives.ReadUInt16BigEndian(head[12..]) == (ushort)type;

    // IPv4 without options, no fragment, TCP, and no sign of congestion.
    private static bool IsPlain(ReadOnlySpan<byte> packet) =>
        packet[0] == 0x45 && packet[9] == IPProtocol.Tcp && (packet[1] & 3) == 0 && (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF) == 0;

    private static bool IsWhole(Frame frame, int start, int length)
    {
        ReadOnlySpan<byte> packet = frame.Head[start..];
        InternetChecksum sum = default;
        sum.AddHeader(packet[..IPv4Header.MinLength]);
        if (!sum.IsRight || frame.Checksums == ChecksumState.Partial)
        {
            return sum.IsRight;
        }

        if (frame.Length != start + length)
        {
            return false; // padded, and so short that it does not matter
        }

        sum = default;
        sum.AddPseudoHeader(
            IPAddressValue.ReadIPv4(packet[AddressesOffset..]), IPAddressValue.ReadIPv4(packet[16..]), IPProtocol.Tcp, length - IPv4Header.MinLength);
        return IsRight(ref sum, packet[IPv4Header.MinLength..], frame);
    }

    // The segment itself.
    private static bool IsRight(ref InternetChecksum sum, ReadOnlySpan<byte> head, Frame frame)
    {
        sum.Add(head);
        foreach (Slice slice in frame.Tail)
        {
            sum.Add(slice.Span);
        }

        return sum.IsRight;
    }

    private struct Flow
    {
        internal ulong Addresses;
        internal uint Ports;
        internal NetworkInterface? One;
        internal IKnownFlow? End;
        internal StackShard? Shard;
    }
}
