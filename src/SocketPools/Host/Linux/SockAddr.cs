using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary><c>struct sockaddr_in</c> and <c>sockaddr_in6</c> (ip(7), ipv6(7)) to and from <see cref="IPSocketAddress"/>.</summary>
internal static class SockAddr
{
    /// <summary>The length of the longer one.</summary>
    internal const int MaxLength = 28;

    private const int V4Length = 16;

    /// <summary>Writes an address for the kernel.</summary>
    /// <returns>The bytes written.</returns>
    internal static uint Write(in IPSocketAddress address, Span<byte> destination)
    {
        destination[..MaxLength].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)address.Port);
        if (address.Family == AddressFamily.InterNetwork)
        {
            MemoryMarshal.Write(destination, (ushort)Libc.AF_INET);
            address.WriteAddress(destination[4..]);
            return V4Length;
        }

        MemoryMarshal.Write(destination, (ushort)Libc.AF_INET6);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], address.FlowInfo);
        address.WriteAddress(destination[8..]);
        MemoryMarshal.Write(destination[24..], address.ScopeId);
        return MaxLength;
    }

    /// <summary>Reads an address from the kernel; <c>default</c> where there is none.</summary>
    internal static IPSocketAddress Read(ReadOnlySpan<byte> source)
    {
        if (source.Length < V4Length)
        {
            return default;
        }

        int port = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        return MemoryMarshal.Read<ushort>(source) switch
        {
            Libc.AF_INET => new IPSocketAddress(source.Slice(4, 4), port),
            Libc.AF_INET6 when source.Length >= MaxLength => new IPSocketAddress(
                source.Slice(8, 16),
                port,
                BinaryPrimitives.ReadUInt32BigEndian(source[4..]) & 0xFFFFF,
                MemoryMarshal.Read<uint>(source[24..])),
            _ => default,
        };
    }
}
