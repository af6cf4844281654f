using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary><c>struct sockaddr_in</c> and <c>sockaddr_in6</c> (ip(7), ipv6(7)) to and from <see cref="IPSocketAddress"/>.</summary>
internal static unsafe class SockAddr
{
    /// <summary>The length of the longer one.</summary>
    internal const int MaxLength = 28;

    private const int V4Length = 16;

    /// <summary>Room for either, as a local variable: a stackalloc keeps a method that loops from being optimized.</summary>
    internal struct Storage
    {
        internal fixed byte Bytes[MaxLength];
    }

    /// <summary>Writes an address for the kernel.</summary>
    /// <returns>The bytes written.</returns>
    internal static uint Write(in IPSocketAddress address, byte* destination)
    {
        ushort port = ToNetworkOrder((ushort)address.Port);
        if (address.Family == AddressFamily.InterNetwork)
        {
            // Family, port, address, eight zeros: every byte is written.
            Unsafe.WriteUnaligned(destination, (ushort)Libc.AF_INET);
            Unsafe.WriteUnaligned(destination + 2, port);
            Unsafe.WriteUnaligned(destination + 4, ToNetworkOrder(address.IPv4Bits));
            Unsafe.WriteUnaligned(destination + 8, 0L);
            return V4Length;
        }

        Unsafe.WriteUnaligned(destination, (ushort)Libc.AF_INET6);
        Unsafe.WriteUnaligned(destination + 2, port);
        Unsafe.WriteUnaligned(destination + 4, ToNetworkOrder(address.FlowInfo));
        address.WriteAddress(new Span<byte>(destination + 8, 16));
        Unsafe.WriteUnaligned(destination + 24, address.ScopeId);
        return MaxLength;
    }

    /// <summary>Reads an address from the kernel; <c>default</c> where there is none.</summary>
    internal static IPSocketAddress Read(byte* source, uint length)
    {
        if (length < V4Length)
        {
            return default;
        }

        ushort port = ToNetworkOrder(Unsafe.ReadUnaligned<ushort>(source + 2));
        return Unsafe.ReadUnaligned<ushort>(source) switch
        {
            Libc.AF_INET => IPSocketAddress.FromIPv4(ToNetworkOrder(Unsafe.ReadUnaligned<uint>(source + 4)), port),
            Libc.AF_INET6 when length >= MaxLength => new IPSocketAddress(
                new ReadOnlySpan<byte>(source + 8, 16),
                port,
                ToNetworkOrder(Unsafe.ReadUnaligned<uint>(source + 4)) & 0xFFFFF,
                Unsafe.ReadUnaligned<uint>(source + 24)),
            _ => default,
        };
    }

    private static ushort ToNetworkOrder(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    private static uint ToNetworkOrder(uint value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
