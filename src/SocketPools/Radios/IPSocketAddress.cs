using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace SocketPools.Radios;

/// <summary>
/// An IPv4 or IPv6 socket address by value: what <see cref="IPEndPoint"/> says, without an object, so that receiving a
/// datagram allocates nothing. Converts from <see cref="IPEndPoint"/> by itself and back by <see cref="ToIPEndPoint"/>.
/// </summary>
public readonly struct IPSocketAddress : IEquatable<IPSocketAddress>
{
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly ushort _port;
    private readonly AddressFamily _family;

    /// <summary>Makes an address from its bytes.</summary>
    /// <param name="address">4 bytes (IPv4) or 16 bytes (IPv6) in network order.</param>
    /// <param name="port">0..65535.</param>
    /// <param name="flowInfo">IPv6 flow information, 0..1048575 (RFC 8200, section 6); 0 for IPv4.</param>
    /// <param name="scopeId">IPv6 scope: the number of the interface (RFC 4007); 0 for IPv4.</param>
    /// <exception cref="ArgumentException"><paramref name="address"/> has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> or <paramref name="flowInfo"/> is out of range.</exception>
    public IPSocketAddress(ReadOnlySpan<byte> address, int port, uint flowInfo = 0, uint scopeId = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(flowInfo, 0xFFFFFu);
        switch (address.Length)
        {
            case 4:
                _family = AddressFamily.InterNetwork;
                _low = BinaryPrimitives.ReadUInt32BigEndian(address);
                break;
            case 16:
                _family = AddressFamily.InterNetworkV6;
                _high = BinaryPrimitives.ReadUInt64BigEndian(address);
                _low = BinaryPrimitives.ReadUInt64BigEndian(address[8..]);
                FlowInfo = flowInfo;
                ScopeId = scopeId;
                break;
            default:
                throw new ArgumentException($"An IP address has 4 or 16 bytes, not {address.Length}.", nameof(address));
        }

        _port = (ushort)port;
    }

    private IPSocketAddress(uint address, ushort port)
    {
        _family = AddressFamily.InterNetwork;
        _low = address;
        _port = port;
    }

    /// <summary>Makes an address from the BCL's.</summary>
    /// <param name="address">An IPv4 or IPv6 address; an IPv6 scope is kept.</param>
    /// <param name="port">0..65535.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is out of range.</exception>
    public IPSocketAddress(IPAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        uint scope = address.AddressFamily == AddressFamily.InterNetworkV6 ? (uint)address.ScopeId : 0;
        this = new IPSocketAddress(bytes[..length], port, 0, scope);
    }

    /// <summary>InterNetwork or InterNetworkV6; Unspecified for <c>default</c>, which is no address.</summary>
    public AddressFamily Family => _family;

    /// <summary>Gets the port number, 0 to 65535.</summary>
    public int Port => _port;

    /// <summary>IPv6 flow information, 0..1048575; 0 for IPv4.</summary>
    public uint FlowInfo { get; }

    /// <summary>IPv6 scope: the number of the interface; 0 for none.</summary>
    public uint ScopeId { get; }

    /// <summary>Whether there is an address at all.</summary>
    public bool HasValue => _family != AddressFamily.Unspecified;

    /// <summary>Whether it is 0.0.0.0 or ::, "any address".</summary>
    public bool IsAny => HasValue && (_high | _low) == 0;

    /// <summary>The IPv4 address as a number, its first byte the highest.</summary>
    internal uint IPv4Bits => (uint)_low;

    /// <summary>An IPv4 address from its number.</summary>
    internal static IPSocketAddress FromIPv4(uint address, ushort port) => new(address, port);

    /// <summary>Writes the address's bytes in network order.</summary>
    /// <param name="destination">At least 4 (IPv4) or 16 (IPv6) bytes.</param>
    /// <returns>The bytes written: 4, 16, or 0 for no address.</returns>
    public int WriteAddress(Span<byte> destination)
    {
        switch (_family)
        {
            case AddressFamily.InterNetwork:
                BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_low);
                return 4;
            case AddressFamily.InterNetworkV6:
                BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
                BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
                return 16;
            default:
                return 0;
        }
    }

    /// <summary>The same address with another port; no address stays none.</summary>
    /// <param name="port">0..65535.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is out of range.</exception>
    public IPSocketAddress WithPort(int port)
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = WriteAddress(bytes);
        return length == 0 ? default : new IPSocketAddress(bytes[..length], port, FlowInfo, ScopeId);
    }

    /// <summary>The address without the port, as the BCL's object.</summary>
    /// <exception cref="InvalidOperationException">There is no address.</exception>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = WriteAddress(bytes);
        return length switch
        {
            4 => new IPAddress(bytes[..4]),
            16 => new IPAddress(bytes, ScopeId),
            _ => throw new InvalidOperationException("There is no address."),
        };
    }

    /// <summary>As the BCL's object. Flow information is lost: <see cref="IPEndPoint"/> has no place for it.</summary>
    /// <exception cref="InvalidOperationException">There is no address.</exception>
    public IPEndPoint ToIPEndPoint() => new(ToIPAddress(), Port);

    /// <summary>Takes the address of the BCL's object.</summary>
    /// <param name="endPoint">Not null.</param>
    public static implicit operator IPSocketAddress(IPEndPoint endPoint) => FromIPEndPoint(endPoint);

    /// <summary>Takes the address of the BCL's object.</summary>
    /// <param name="endPoint">Not null.</param>
    public static IPSocketAddress FromIPEndPoint(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return new IPSocketAddress(endPoint.Address, endPoint.Port);
    }

    /// <inheritdoc/>
    public bool Equals(IPSocketAddress other) =>
        _high == other._high && _low == other._low && _port == other._port && _family == other._family
        && FlowInfo == other.FlowInfo && ScopeId == other.ScopeId;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IPSocketAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _low, _port, _family, FlowInfo, ScopeId);

    /// <summary><c>192.0.2.1:80</c>, <c>[2001:db8::1]:80</c>, or <c>-</c> for no address.</summary>
    public override string ToString() => HasValue ? ToIPEndPoint().ToString() : "-";

    /// <summary>Whether both are the same address.</summary>
    /// <param name="left">One address.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(IPSocketAddress left, IPSocketAddress right) => left.Equals(right);

    /// <summary>Returns whether two addresses differ in any part.</summary>
    /// <param name="left">One address.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(IPSocketAddress left, IPSocketAddress right) => !left.Equals(right);
}
