using System.Buffers.Binary;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing.Dhcp;

/// <summary>The kinds of messages (RFC 2132, section 9.6).</summary>
internal enum DhcpKind
{
    None = 0,
    Discover = 1,
    Offer = 2,
    Request = 3,
    Decline = 4,
    Ack = 5,
    Nak = 6,
    Release = 7,
    Inform = 8,
}

/// <summary>A client's message (RFC 2131, section 2).</summary>
internal readonly ref struct DhcpRequest
{
    internal const int OptionsAt = 240;
    internal const uint Cookie = 0x6382_5363;

    private readonly ReadOnlySpan<byte> _bytes;

    private DhcpRequest(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    internal DhcpKind Kind => Find(53) is { Length: 1 } kind ? (DhcpKind)kind[0] : DhcpKind.None;

    internal ulong Hardware => Ethernet.ReadAddress(_bytes[28..]);

    internal bool WantsBroadcast => (_bytes[10] & 0x80) != 0;

    /// <summary>ciaddr: the address that the client has; null for none.</summary>
    internal AddressValue? ClientAddress => NotZero(_bytes.Slice(12, 4));

    /// <summary>Option 50: the address that it would like; null for none.</summary>
    internal AddressValue? RequestedAddress => Find(50) is { Length: 4 } address ? NotZero(address) : null;

    /// <summary>Option 54: the server that it has chosen; null for none.</summary>
    internal AddressValue? Server => Find(54) is { Length: 4 } address ? NotZero(address) : null;

    internal static bool TryRead(ReadOnlySpan<byte> bytes, out DhcpRequest request)
    {
        request = new DhcpRequest(bytes);
        return bytes.Length >= OptionsAt && bytes[0] == 1 && bytes[1] == 1 && bytes[2] == 6 && BinaryPrimitives.ReadUInt32BigEndian(bytes[236..]) == Cookie;
    }

    private static AddressValue? NotZero(ReadOnlySpan<byte> bytes) => AddressValue.Read(bytes) is { IsUnspecified: false } address ? address : null;

    private ReadOnlySpan<byte> Find(byte option)
    {
        ReadOnlySpan<byte> rest = _bytes[OptionsAt..];
        while (!rest.IsEmpty && rest[0] != 255)
        {
            if (rest[0] == 0)
            {
                rest = rest[1..];
                continue;
            }

            if (rest.Length < 2 || rest.Length < 2 + rest[1])
            {
                break;
            }

            if (rest[0] == option)
            {
                return rest.Slice(2, rest[1]);
            }

            rest = rest[(2 + rest[1])..];
        }

        return default;
    }
}
