using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using SocketPools.Radios;

namespace SocketPools.Stack.Wire;

/// <summary>
/// An IPv4 or IPv6 address by value: the family and up to 128 bits, without scope, port or object. <c>default</c> is no address.
/// What the bits mean is RFC 1122, section 3.2.1.3, and RFC 4291.
/// </summary>
internal readonly partial record struct IPAddressValue
{
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly AddressFamily _family;

    private IPAddressValue(AddressFamily family, ulong high, ulong low)
    {
        _family = family;
        _high = high;
        _low = low;
    }

    /// <summary>InterNetwork, InterNetworkV6, or Unspecified for no address.</summary>
    internal AddressFamily Family => _family;

    /// <summary>Whether there is an address at all.</summary>
    internal bool HasValue => _family != AddressFamily.Unspecified;

    internal bool IsIPv4 => _family == AddressFamily.InterNetwork;

    internal bool IsIPv6 => _family == AddressFamily.InterNetworkV6;

    /// <summary>Bytes of the address: 4, 16, or 0 for none.</summary>
    internal int Length => IsIPv4 ? 4 : IsIPv6 ? 16 : 0;

    /// <summary>The IPv4 address as a number, its first byte the highest.</summary>
    internal uint IPv4Bits => (uint)_low;

    /// <summary>The first 64 bits of an IPv6 address.</summary>
    internal ulong High => _high;

    /// <summary>The last 64 bits of an IPv6 address, the interface identifier; of IPv4 all 32.</summary>
    internal ulong Low => _low;

    internal static IPAddressValue FromIPv4(uint bits) => new(AddressFamily.InterNetwork, 0, bits);

    internal static IPAddressValue FromIPv4(byte a, byte b, byte c, byte d) => FromIPv4(((uint)a << 24) | ((uint)b << 16) | ((uint)c << 8) | d);

    internal static IPAddressValue FromIPv6(ulong high, ulong low) => new(AddressFamily.InterNetworkV6, high, low);

    /// <summary>The first 4 bytes as an IPv4 address.</summary>
    internal static IPAddressValue ReadIPv4(ReadOnlySpan<byte> bytes) => FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes));

    /// <summary>The first 16 bytes as an IPv6 address.</summary>
    internal static IPAddressValue ReadIPv6(ReadOnlySpan<byte> bytes) =>
        FromIPv6(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>The BCL's address; the scope is lost, and an IPv4 address mapped to IPv6 stays IPv6.</summary>
    internal static IPAddressValue From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bool fits = address.TryWriteBytes(bytes, out int length);
        return fits && length == 4 ? ReadIPv4(bytes) : ReadIPv6(bytes);
    }

    /// <summary>The address of a socket's; port and scope are lost.</summary>
    internal static IPAddressValue From(in IPSocketAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.WriteAddress(bytes) switch { 4 => ReadIPv4(bytes), 16 => ReadIPv6(bytes), _ => default };
    }

    /// <summary>The address in text, for tables and tests. A scope is refused.</summary>
    /// <exception cref="FormatException">It is no address.</exception>
    internal static IPAddressValue Parse(ReadOnlySpan<char> text) =>
        text.Contains('%') ? throw new FormatException("The number of an address has no scope.") : From(IPAddress.Parse(text));

    /// <summary>0.0.0.0 or ::.</summary>
    internal static IPAddressValue Any(AddressFamily family) => new(family, 0, 0);

    /// <summary>Writes the address's bytes in network order.</summary>
    /// <returns>4, 16, or 0 for no address.</returns>
    internal int Write(Span<byte> destination)
    {
        if (IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_low);
        }
        else if (IsIPv6)
        {
            BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
            BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
        }

        return Length;
    }

    /// <summary>As the BCL's object.</summary>
    /// <param name="scopeId">The number of the interface, for an IPv6 address that is link-local.</param>
    /// <exception cref="InvalidOperationException">There is no address.</exception>
    internal IPAddress ToIPAddress(uint scopeId = 0)
    {
        Span<byte> bytes = stackalloc byte[16];
        return Write(bytes) switch
        {
            4 => new IPAddress(bytes[..4]),
            16 => new IPAddress(bytes, scopeId),
            _ => throw new InvalidOperationException("There is no address."),
        };
    }

    /// <summary>With a port, as a socket's address; no address stays none.</summary>
    internal IPSocketAddress ToSocketAddress(ushort port, uint scopeId = 0)
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = Write(bytes);
        return length == 0 ? default : new IPSocketAddress(bytes[..length], port, 0, length == 16 ? scopeId : 0);
    }

    /// <summary>This address, if it is of IPv4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    internal IPAddressValue OrThrowIfNotIPv4() => IsIPv4 ? this : throw new ArgumentOutOfRangeException(null, this, "The address has to be of IPv4.");

    /// <summary>This address, if it is of IPv6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    internal IPAddressValue OrThrowIfNotIPv6() => IsIPv6 ? this : throw new ArgumentOutOfRangeException(null, this, "The address has to be of IPv6.");

    /// <summary>How many of the first bits two addresses share (RFC 6724, section 2.2); 0 where the families differ.</summary>
    internal int CommonPrefixLength(in IPAddressValue other) =>
        _family != other._family ? 0
        : IsIPv4 ? BitOperations.LeadingZeroCount((uint)(_low ^ other._low))
        : _high != other._high ? BitOperations.LeadingZeroCount(_high ^ other._high)
        : 64 + BitOperations.LeadingZeroCount(_low ^ other._low);

    /// <summary>The address with all bits behind a prefix cleared.</summary>
    /// <param name="length">Bits of the prefix, 0..32 or 0..128.</param>
    internal IPAddressValue Masked(int length) => IsIPv4
        ? FromIPv4((uint)_low & (uint)Mask(length + 32))
        : new IPAddressValue(_family, _high & Mask(length), _low & Mask(length - 64));

    /// <summary>Returns a hash that differs between processes, because peers choose addresses.</summary>
    public override int GetHashCode() => HashCode.Combine(_high, _low, (int)_family);

    /// <summary><c>192.0.2.1</c>, <c>2001:db8::1</c>, or <c>-</c> for no address.</summary>
    public override string ToString() => HasValue ? ToIPAddress().ToString() : "-";

    private static ulong Mask(int bits) => bits <= 0 ? 0 : bits >= 64 ? ulong.MaxValue : ulong.MaxValue << (64 - bits);
}
