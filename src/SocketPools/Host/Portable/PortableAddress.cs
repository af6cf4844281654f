using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools.Host.Portable;

/// <summary>
/// Socket addresses in the system's layout. The family's bytes differ between systems and are left to the BCL; the rest is
/// the same everywhere: port at 2, IPv4 address at 4; IPv6 flow information at 4, address at 8, scope at 24.
/// </summary>
internal static class PortableAddress
{
    private const int V4Size = 16;
    private const int V6Size = 28;

    // One address a thread and family: sending and receiving datagrams allocates nothing.
    [ThreadStatic]
    private static SocketAddress? s_v4;

    [ThreadStatic]
    private static SocketAddress? s_v6;

    internal static IPSocketAddress Any(AddressFamily family) =>
        new(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);

    /// <summary>This thread's address of a family, to be filled by the next receive.</summary>
    internal static SocketAddress Rent(AddressFamily family)
    {
        SocketAddress address = family == AddressFamily.InterNetwork
            ? s_v4 ??= new SocketAddress(family, V4Size)
            : s_v6 ??= new SocketAddress(family, V6Size);
        address.Size = family == AddressFamily.InterNetwork ? V4Size : V6Size;
        return address;
    }

    /// <summary>This thread's address, with a value.</summary>
    internal static SocketAddress Write(in IPSocketAddress value)
    {
        SocketAddress address = Rent(value.Family);
        Span<byte> bytes = address.Buffer.Span[..address.Size];
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)value.Port);
        if (value.Family == AddressFamily.InterNetwork)
        {
            bytes[4..].Clear();
            value.WriteAddress(bytes[4..]);
            return address;
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], value.FlowInfo);
        value.WriteAddress(bytes[8..]);
        uint scope = value.ScopeId;
        MemoryMarshal.Write(bytes[24..], in scope);
        return address;
    }

    internal static IPSocketAddress Read(SocketAddress address)
    {
        ReadOnlySpan<byte> bytes = address.Buffer.Span;
        int port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return address.Family switch
        {
            AddressFamily.InterNetwork => new IPSocketAddress(bytes.Slice(4, 4), port),
            AddressFamily.InterNetworkV6 => new IPSocketAddress(
                bytes.Slice(8, 16), port, BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) & 0xFFFFF, MemoryMarshal.Read<uint>(bytes[24..])),
            _ => default,
        };
    }
}
