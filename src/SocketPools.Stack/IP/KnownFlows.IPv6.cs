using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

// The same for IPv6.
internal sealed partial class KnownFlows
{
    private const int AddressesOffsetIPv6 = 8;

    // Once there was one.
    private FlowIPv6[]? _flowsIPv6;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReceiveIPv6(NetworkInterface one, Frame frame, int start, bool hasMore, bool isShardOnly)
    {
        ReadOnlySpan<byte> packet = frame.Head[start..];
        if (packet.Length < IPv6Header.Length + TcpHeader.MinLength || !IsPlainIPv6(packet))
        {
            return false;
        }

        AddressPair addresses = MemoryMarshal.Read<AddressPair>(packet[AddressesOffsetIPv6..]);
        uint ports = MemoryMarshal.Read<uint>(packet[IPv6Header.Length..]);
        _flowsIPv6 ??= new FlowIPv6[Places];
        ref FlowIPv6 flow = ref _flowsIPv6[PlaceOf(ports)];
        bool isHere = flow.Ports == ports && flow.One == one && flow.Addresses == addresses && _addressChanges == stack.AddressChanges;
        if (!isHere && !TryFindIPv6(one, packet, isShardOnly))
        {
            return false;
        }

        int length = IPv6Header.Length + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        if (length < IPv6Header.Length + TcpHeader.MinLength || start + length > frame.Length
            || (frame.Checksums == ChecksumState.Complete && !IsWholeIPv6(frame, start, length)))
        {
            return false;
        }

        if (frame.Length != start + length)
        {
            frame.Trim(start + length);
        }

        return Give(flow.End!, flow.Shard!, frame, start + IPv6Header.Length, hasMore, isShardOnly);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFindIPv6(NetworkInterface one, ReadOnlySpan<byte> packet, bool isShardOnly) =>
        MayBeExpected(packet[IPv6Header.Length..]) && TryFind(one, TupleOf(
            IPAddressValue.ReadIPv6(packet[AddressesOffsetIPv6..]), IPAddressValue.ReadIPv6(packet[24..]), packet[IPv6Header.Length..]), isShardOnly);

    private void RememberIPv6(NetworkInterface one, in FourTuple tuple, IKnownFlow end)
    {
        Span<byte> bytes = stackalloc byte[36];
        tuple.Remote.Write(bytes);
        tuple.Local.Write(bytes[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[32..], tuple.RemotePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[34..], tuple.LocalPort);
        uint ports = MemoryMarshal.Read<uint>(bytes[32..]);
        _flowsIPv6 ??= new FlowIPv6[Places];
        _flowsIPv6[PlaceOf(ports)] = new FlowIPv6 { Addresses = MemoryMarshal.Read<AddressPair>(bytes), Ports = ports, One = one, End = end, Shard = end.Shard };
    }

    private void ForgetIPv6(int place, IKnownFlow end)
    {
        if (_flowsIPv6 is { } flows && flows[place].End == end)
        {
            flows[place] = default;
        }
    }

    private void ForgetAllIPv6()
    {
        if (_flowsIPv6 is { } flows)
        {
            Array.Clear(flows);
        }
    }

    // TCP without extension headers, and no sign of congestion.
    private static bool IsPlainIPv6(ReadOnlySpan<byte> packet) => packet[6] == IPProtocol.Tcp && (packet[1] & 0x30) == 0;

    private static bool IsWholeIPv6(Frame frame, int start, int length)
    {
        if (frame.Length != start + length)
        {
            return false; // padded, and so short that it does not matter
        }

        ReadOnlySpan<byte> packet = frame.Head[start..];
        InternetChecksum sum = default;
        sum.AddPseudoHeader(
            IPAddressValue.ReadIPv6(packet[AddressesOffsetIPv6..]), IPAddressValue.ReadIPv6(packet[24..]), IPProtocol.Tcp, length - IPv6Header.Length);
        return IsRight(ref sum, packet[IPv6Header.Length..], frame);
    }

    /// <summary>As they stand in a packet: where it comes from, and where it goes.</summary>
    private readonly record struct AddressPair(UInt128 Source, UInt128 Destination);

    private struct FlowIPv6
    {
        internal AddressPair Addresses;
        internal uint Ports;
        internal NetworkInterface? One;
        internal IKnownFlow? End;
        internal StackShard? Shard;
    }
}
