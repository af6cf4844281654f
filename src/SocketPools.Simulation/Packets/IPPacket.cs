using System.Buffers.Binary;

namespace SocketPools.Simulation.Packets;

/// <summary>An IP packet of either version, in bytes that may be changed. Valid after <see cref="TryRead"/> alone.</summary>
internal readonly ref struct IPPacket
{
    internal const int Icmp = 1;
    internal const int Tcp = 6;
    internal const int Udp = 17;
    internal const int FragmentHeader = 44;
    internal const int Icmpv6 = 58;

    private IPPacket(Span<byte> bytes, int headerLength, int protocol, int fragmentOffset, bool hasMoreFragments)
    {
        Bytes = bytes;
        HeaderLength = headerLength;
        Protocol = protocol;
        FragmentOffset = fragmentOffset;
        HasMoreFragments = hasMoreFragments;
    }

    /// <summary>The packet, without what an Ethernet frame has behind it.</summary>
    internal Span<byte> Bytes { get; }

    /// <summary>Bytes before the transport's: of IPv6 with the extension headers.</summary>
    internal int HeaderLength { get; }

    /// <summary>The transport's number.</summary>
    internal int Protocol { get; }

    /// <summary>Where the fragment begins in bytes; 0 for a packet that is whole.</summary>
    internal int FragmentOffset { get; }

    internal bool HasMoreFragments { get; }

    internal bool IsIPv6 => Bytes[0] >> 4 == 6;

    internal bool IsFragment => FragmentOffset > 0 || HasMoreFragments;

    internal AddressValue Source => AddressValue.Read(IsIPv6 ? Bytes.Slice(8, 16) : Bytes.Slice(12, 4));

    internal AddressValue Destination => AddressValue.Read(IsIPv6 ? Bytes.Slice(24, 16) : Bytes.Slice(16, 4));

    /// <summary>Time to live, or hop limit.</summary>
    internal int TimeToLive => IsIPv6 ? Bytes[7] : Bytes[8];

    /// <summary>IPv4: whether routers must not fragment it. IPv6 packets never are.</summary>
    internal bool DontFragment => IsIPv6 || (Bytes[6] & 0x40) != 0;

    internal ushort Identification => BinaryPrimitives.ReadUInt16BigEndian(Bytes[4..]);

    internal Span<byte> Transport => Bytes[HeaderLength..];

    /// <summary>Checks the header (RFC 1812, section 5.2.2) and finds the transport.</summary>
    internal static bool TryRead(Span<byte> bytes, out IPPacket packet)
    {
        packet = default;
        return !bytes.IsEmpty && (bytes[0] >> 4) switch
        {
            4 => TryReadIPv4(bytes, out packet),
            6 => TryReadIPv6(bytes, out packet),
            _ => false,
        };
    }

    /// <summary>Reads an IPv4 packet in an ICMP error, which may end anywhere behind its header.</summary>
    internal static bool TryReadQuote(Span<byte> bytes, out IPPacket packet)
    {
        packet = default;
        int header = bytes.IsEmpty ? 0 : (bytes[0] & 15) * 4;
        if (header < 20 || bytes.Length < header || bytes[0] >> 4 != 4)
        {
            return false;
        }

        int fragment = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        packet = new IPPacket(bytes, header, bytes[9], (fragment & 0x1FFF) * 8, (fragment & 0x2000) != 0);
        return true;
    }

    /// <summary>Takes one from the time to live.</summary>
    internal void DecrementTimeToLive()
    {
        if (IsIPv6)
        {
            Bytes[7]--;
            return;
        }

        Span<byte> before = stackalloc byte[2];
        Bytes.Slice(8, 2).CopyTo(before);
        Bytes[8]--;
        Checksum.Update(Bytes.Slice(10, 2), before, Bytes.Slice(8, 2));
    }

    /// <summary>Replaces an address of an IPv4 packet, with all checksums that it is in.</summary>
    internal void Replace(bool source, AddressValue address)
    {
        Span<byte> before = stackalloc byte[4];
        Span<byte> field = Bytes.Slice(source ? 12 : 16, 4);
        field.CopyTo(before);
        address.Write(field);
        Checksum.Update(Bytes.Slice(10, 2), before, field);
        UpdateTransport(before, field);
    }

    /// <summary>Replaces a port of TCP or UDP, or the identifier of an ICMP echo, with the checksum. Not for later fragments.</summary>
    internal void ReplacePort(int offset, ushort port)
    {
        Span<byte> before = stackalloc byte[2];
        Span<byte> field = Transport.Slice(offset, 2);
        field.CopyTo(before);
        BinaryPrimitives.WriteUInt16BigEndian(field, port);
        if (Protocol == Icmp)
        {
            if (Transport.Length >= 4)
            {
                Checksum.Update(Transport.Slice(2, 2), before, field);
            }
        }
        else
        {
            UpdateTransport(before, field);
        }
    }

    // A quoted packet may end before its checksum. UDP without one has zero (RFC 768), and never becomes zero.
    private void UpdateTransport(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        int at = Protocol switch { Tcp => 16, Udp => 6, _ => -1 };
        if (at < 0 || FragmentOffset > 0 || Transport.Length < at + 2)
        {
            return;
        }

        Span<byte> checksum = Transport.Slice(at, 2);
        if (Protocol == Udp && checksum[0] == 0 && checksum[1] == 0)
        {
            return;
        }

        Checksum.Update(checksum, before, after);
        if (Protocol == Udp && checksum[0] == 0 && checksum[1] == 0)
        {
            checksum.Fill(0xFF);
        }
    }

    private static bool TryReadIPv4(Span<byte> bytes, out IPPacket packet)
    {
        packet = default;
        int header = (bytes[0] & 15) * 4;
        if (bytes.Length < 20 || header < 20 || bytes.Length < header || Checksum.Of(bytes[..header]) != 0)
        {
            return false;
        }

        int total = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        int fragment = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        if (total < header || total > bytes.Length)
        {
            return false;
        }

        packet = new IPPacket(bytes[..total], header, bytes[9], (fragment & 0x1FFF) * 8, (fragment & 0x2000) != 0);
        return true;
    }

    // Extension headers are walked to the transport; one that is cut off ends the walk with its own number.
    private static bool TryReadIPv6(Span<byte> bytes, out IPPacket packet)
    {
        packet = default;
        if (bytes.Length < 40 || 40 + BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) > bytes.Length)
        {
            return false;
        }

        bytes = bytes[..(40 + BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]))];
        (int next, int at, int offset, bool more) = (bytes[6], 40, 0, false);
        while (next is 0 or 43 or 60 or FragmentHeader && at + 8 <= bytes.Length)
        {
            int length = next == FragmentHeader ? 8 : (bytes[at + 1] + 1) * 8;
            if (at + length > bytes.Length)
            {
                break;
            }

            if (next == FragmentHeader)
            {
                int field = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
                (offset, more) = (field & 0xFFF8, (field & 1) != 0);
            }

            (next, at) = (bytes[at], at + length);
        }

        packet = new IPPacket(bytes, at, next, offset, more);
        return true;
    }
}
