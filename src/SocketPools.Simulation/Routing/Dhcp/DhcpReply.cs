using System.Buffers.Binary;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing.Dhcp;

/// <summary>Makes a server's message for a client's.</summary>
internal sealed class DhcpReply
{
    // RFC 1542, section 2.1: BOOTP relays expect as much.
    private const int MinLength = 300;

    private readonly byte[] _bytes = new byte[576];
    private int _at = DhcpRequest.OptionsAt;

    internal DhcpReply(in DhcpRequest request, DhcpKind kind, AddressValue address, AddressValue server)
    {
        _bytes[0] = 2;
        request.Bytes[1..12].CopyTo(_bytes.AsSpan(1)); // hardware type and length, hops, transaction, seconds, flags
        _bytes[3] = 0;
        request.Bytes.Slice(28, 16).CopyTo(_bytes.AsSpan(28));
        address.Write(_bytes.AsSpan(16));
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(236), DhcpRequest.Cookie);
        Add(53, [(byte)kind]);
        Add(54, server);
    }

    internal void Add(byte option, scoped ReadOnlySpan<byte> value)
    {
        _bytes[_at++] = option;
        _bytes[_at++] = (byte)value.Length;
        value.CopyTo(_bytes.AsSpan(_at));
        _at += value.Length;
    }

    internal void Add(byte option, AddressValue address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.Write(bytes);
        Add(option, bytes);
    }

    internal void Add(byte option, uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        Add(option, bytes);
    }

    internal ReadOnlySpan<byte> End()
    {
        _bytes[_at] = 255;
        return _bytes.AsSpan(0, Math.Max(MinLength, _at + 1));
    }
}
