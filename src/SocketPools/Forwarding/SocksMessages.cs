using System.Buffers.Binary;
using System.Text;
using SocketPools.Radios;

namespace SocketPools.Forwarding;

/// <summary>The answers of RFC 1928, section 6.</summary>
internal enum SocksReply : byte
{
    Succeeded = 0,
    GeneralFailure = 1,
    NotAllowed = 2,
    NetworkUnreachable = 3,
    HostUnreachable = 4,
    ConnectionRefused = 5,
    CommandNotSupported = 7,
    AddressTypeNotSupported = 8,
}

/// <summary>The bytes of RFC 1928 that requests, answers and datagrams have in common: an address type, an address, a port.</summary>
internal static class SocksMessages
{
    internal const byte Version = 5;

    /// <summary>The longest head of a datagram with an IP address: RSV, FRAG, ATYP, an IPv6 address, a port.</summary>
    internal const int MaxDatagramHead = 22;

    internal const byte IPv4 = 1;
    internal const byte Name = 3;
    internal const byte IPv6 = 4;

    /// <summary>How many bytes the address and the port have, from what begins with the type; -1 for a type that is none, 0 if that takes more bytes.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> address) => address switch
    {
        [IPv4, ..] => 1 + 4 + 2,
        [IPv6, ..] => 1 + 16 + 2,
        [Name, byte length, ..] => 2 + length + 2,
        [Name] or [] => 0,
        _ => -1,
    };

    /// <summary>Reads an address and a port; all of their bytes are there. Null for a name that is none.</summary>
    internal static ForwardTarget? ReadTarget(ReadOnlySpan<byte> address)
    {
        int port = BinaryPrimitives.ReadUInt16BigEndian(address[^2..]);
        if (address[0] != Name)
        {
            return new ForwardTarget(new IPSocketAddress(address[1..^2], port).ToIPAddress().ToString(), port);
        }

        ReadOnlySpan<byte> name = address[2..^2];
        if (name.IsEmpty || name.ContainsAnyInRange<byte>(0, 0x20) || name.ContainsAnyInRange<byte>(0x7F, 0xFF))
        {
            return null;
        }

        return new ForwardTarget(Encoding.ASCII.GetString(name), port);
    }

    /// <summary>Reads an address that is no name.</summary>
    internal static IPSocketAddress ReadAddress(ReadOnlySpan<byte> address) =>
        new(address[1..^2], BinaryPrimitives.ReadUInt16BigEndian(address[^2..]));

    /// <summary>Writes type, address and port.</summary>
    /// <returns>The bytes written: 7 or 19.</returns>
    internal static int WriteAddress(in IPSocketAddress address, Span<byte> destination)
    {
        int length = address.WriteAddress(destination[1..]);
        destination[0] = length == 16 ? IPv6 : IPv4;
        BinaryPrimitives.WriteUInt16BigEndian(destination[(1 + length)..], (ushort)address.Port);
        return 1 + length + 2;
    }

    /// <summary>An answer; without an address 0.0.0.0:0.</summary>
    internal static byte[] Reply(SocksReply reply, IPSocketAddress bound = default)
    {
        Span<byte> bytes = stackalloc byte[MaxDatagramHead];
        (bytes[0], bytes[1], bytes[2]) = (Version, (byte)reply, 0);
        int length = WriteAddress(bound.HasValue ? bound : new IPSocketAddress(stackalloc byte[4], 0), bytes[3..]);
        return bytes[..(3 + length)].ToArray();
    }

    /// <summary>What an exception of a connect is to a client.</summary>
    internal static SocksReply ReplyFor(Exception e) => e switch
    {
        AddressInfoException => SocksReply.HostUnreachable,
        PoolSocketException failure => failure.Errno switch
        {
            Errno.ECONNREFUSED => SocksReply.ConnectionRefused,
            Errno.ENETUNREACH or Errno.ENETDOWN => SocksReply.NetworkUnreachable,
            Errno.EHOSTUNREACH or Errno.EHOSTDOWN or Errno.ETIMEDOUT => SocksReply.HostUnreachable,
            Errno.EACCES or Errno.EPERM => SocksReply.NotAllowed,
            Errno.EAFNOSUPPORT => SocksReply.AddressTypeNotSupported,
            _ => SocksReply.GeneralFailure,
        },
        _ => SocksReply.GeneralFailure,
    };
}
