using System.Buffers.Binary;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Links;

/// <summary>Marks packets as a router does that is congested: CE instead of ECT (RFC 3168, section 5), with the IPv4 checksum as it has to be.</summary>
internal static class CongestionMark
{
    private const int Experienced = 3;

    /// <summary>Whether a frame is an IP packet that may be marked: with ECT, or marked already.</summary>
    internal static bool IsCapable(ReadOnlySpan<byte> frame, LinkMedium medium) =>
        TryFindIP(frame, medium, out ReadOnlySpan<byte> ip) && BitsOf(ip) != 0;

    /// <summary>Marks a frame for which <see cref="IsCapable"/> was true.</summary>
    internal static void Write(Span<byte> frame, LinkMedium medium)
    {
        TryFindIP(frame, medium, out ReadOnlySpan<byte> found);
        Span<byte> ip = frame[^found.Length..];
        ushort before = BinaryPrimitives.ReadUInt16BigEndian(ip);
        if (ip[0] >> 4 == 6)
        {
            ip[1] |= Experienced << 4;
            return;
        }

        ip[1] |= Experienced;
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(ip[10..]);
        ushort after = BinaryPrimitives.ReadUInt16BigEndian(ip);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Update(checksum, before, after));
    }

    private static int BitsOf(ReadOnlySpan<byte> ip) => ip[0] >> 4 == 4 ? ip[1] & 3 : (ip[1] >> 4) & 3;

    private static bool TryFindIP(ReadOnlySpan<byte> frame, LinkMedium medium, out ReadOnlySpan<byte> ip)
    {
        ip = frame;
        if (medium == LinkMedium.Ethernet)
        {
            if (!EthernetView.TryRead(frame, out EthernetView view) || view.Type is not (EtherType.IPv4 or EtherType.IPv6))
            {
                return false;
            }

            ip = frame[EthernetHeader.Length..];
        }

        return ip.Length > 0 && (ip[0] >> 4 == 4 ? ip.Length >= IPv4Header.MinLength : ip[0] >> 4 == 6 && ip.Length >= IPv6Header.Length);
    }
}
