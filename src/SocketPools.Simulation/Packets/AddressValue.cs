using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SocketPools.Simulation.Packets;

/// <summary>An IP address as a number. An IPv4 address has its 32 bits at the low end.</summary>
/// <param name="Bits">The bits.</param>
/// <param name="IsIPv6">Whether it is an IPv6 address.</param>
internal readonly record struct AddressValue(UInt128 Bits, bool IsIPv6)
{
    internal int Length => IsIPv6 ? 16 : 4;

    internal bool IsUnspecified => Bits == 0;

    internal bool IsMulticast => IsIPv6 ? (byte)(Bits >> 120) == 0xFF : (uint)Bits >> 28 == 0xE;

    /// <summary>127.0.0.0/8, or ::1.</summary>
    internal bool IsLoopback => IsIPv6 ? Bits == 1 : (uint)Bits >> 24 == 127;

    internal bool IsLinkLocal => IsIPv6 ? (ushort)(Bits >> 118) == 0xFE80 >> 6 : (uint)Bits >> 16 == 0xA9FE;

    /// <summary>Whether one host can have it: RFC 1122, section 3.2.1.3, and RFC 4291, section 2.</summary>
    internal bool IsUnicast => !IsMulticast && !IsUnspecified && (IsIPv6 || (uint)Bits >> 28 != 0xF);

    internal static AddressValue From(IPAddress address) =>
        Read(address.AddressFamily == AddressFamily.InterNetworkV6 && address.IsIPv4MappedToIPv6 ? address.MapToIPv4().GetAddressBytes() : address.GetAddressBytes());

    /// <summary>Reads 4 or 16 bytes.</summary>
    internal static AddressValue Read(ReadOnlySpan<byte> bytes) => bytes.Length == 4
        ? new AddressValue(BinaryPrimitives.ReadUInt32BigEndian(bytes), IsIPv6: false)
        : new AddressValue(BinaryPrimitives.ReadUInt128BigEndian(bytes), IsIPv6: true);

    /// <summary>Writes 4 or 16 bytes.</summary>
    internal void Write(Span<byte> bytes)
    {
        if (IsIPv6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)Bits);
        }
    }

    internal IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        Write(bytes);
        return new IPAddress(bytes[..Length]);
    }

    public override string ToString() => ToIPAddress().ToString();
}

/// <summary>An address with the length of its network's prefix.</summary>
/// <param name="Address">The address, of a host or of the network.</param>
/// <param name="Length">The prefix's length in bits.</param>
internal sealed record AddressPrefix(AddressValue Address, int Length)
{
    internal int HostBits => (Address.Length * 8) - Length;

    /// <summary>The network's first address.</summary>
    internal AddressValue Network => Address with { Bits = Address.Bits & Mask };

    /// <summary>The broadcast address of an IPv4 network that has one (RFC 919; RFC 3021 for 31 bits).</summary>
    internal AddressValue? Broadcast => Address.IsIPv6 || HostBits < 2 ? null : Address with { Bits = Network.Bits | ((UInt128.One << HostBits) - 1) };

    private UInt128 Mask => HostBits >= 128 ? 0 : ~((UInt128.One << HostBits) - 1);

    internal bool Contains(AddressValue address) => address.IsIPv6 == Address.IsIPv6 && ((address.Bits ^ Address.Bits) & Mask) == 0;

    /// <summary>The address of the network with this number of its host.</summary>
    internal AddressValue Host(UInt128 number) => Address with { Bits = Network.Bits | number };

    /// <summary>Reads <c>192.0.2.1/24</c>; without a length 24 bits, or 64 of IPv6.</summary>
    /// <exception cref="FormatException">It is no address, or has no such length.</exception>
    internal static AddressPrefix Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('/');
        if (parts.Length > 2 || !IPAddress.TryParse(parts[0], out IPAddress? address))
        {
            throw new FormatException($"\"{text}\" is no IP address with the length of a prefix, as 192.0.2.1/24.");
        }

        AddressValue value = AddressValue.From(address);
        int length = value.IsIPv6 ? 64 : 24;
        if (parts.Length == 2 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > value.Length * 8))
        {
            throw new FormatException($"\"{text}\" has a prefix that is no number from 0 to {value.Length * 8}.");
        }

        return new AddressPrefix(value, length);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{Length}");
}
