using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>The options of neighbour discovery that this stack knows (RFC 4861, section 4.6; RFC 8106, section 5.1).</summary>
internal enum NdOptionType : byte
{
    SourceLinkLayer = 1,
    TargetLinkLayer = 2,
    Prefix = 3,
    Mtu = 5,
    /// <summary>RFC 3971, section 5.3.2; for duplicate address detection RFC 7527.</summary>
    Nonce = 14,
    DnsServers = 25,
}

/// <summary>A network that a router announces (RFC 4861, section 4.6.2). Lifetimes are seconds, <see cref="uint.MaxValue"/> without end.</summary>
/// <param name="Prefix">The network.</param>
/// <param name="IsOnLink">Whether its addresses are neighbours.</param>
/// <param name="IsAutonomous">Whether hosts make addresses in it (RFC 4862, section 5.5.3).</param>
/// <param name="ValidLifetime">How long it is valid.</param>
/// <param name="PreferredLifetime">How long its addresses are preferred.</param>
internal readonly record struct NdPrefix(IPPrefix Prefix, bool IsOnLink, bool IsAutonomous, uint ValidLifetime, uint PreferredLifetime)
{
    /// <summary>Bytes of the option.</summary>
    internal const int Length = 32;

    internal void Write(Span<byte> destination)
    {
        destination = destination[..Length];
        destination.Clear();
        destination[0] = (byte)NdOptionType.Prefix;
        destination[1] = Length / 8;
        destination[2] = (byte)Prefix.Length;
        destination[3] = (byte)((IsOnLink ? 0x80 : 0) | (IsAutonomous ? 0x40 : 0));
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], ValidLifetime);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], PreferredLifetime);
        Prefix.Address.Write(destination[16..]);
    }
}

/// <summary>
/// Walks the options of a neighbour discovery message. The message was read only if each of them has a length, and ends in it
/// (RFC 4861, sections 6.1 and 7.1); at 8 bytes each there are few.
/// </summary>
internal ref struct NdOptions
{
    /// <summary>The bits of a nonce.</summary>
    internal const ulong NonceMask = 0xFFFF_FFFF_FFFF;

    private ReadOnlySpan<byte> _left;
    private ReadOnlySpan<byte> _option;

    internal NdOptions(ReadOnlySpan<byte> bytes) => _left = bytes;

    /// <summary>The option that the walk has come to.</summary>
    internal readonly NdOptionType Type => (NdOptionType)_option[0];

    /// <summary>Whether bytes are options from the first to the last.</summary>
    internal static bool AreWhole(ReadOnlySpan<byte> bytes)
    {
        NdOptions options = new(bytes);
        while (options.MoveNext())
        {
        }

        return options._left.IsEmpty;
    }

    /// <summary>Goes to the next option. False: there is none, or none that is whole.</summary>
    internal bool MoveNext()
    {
        int length = _left.Length >= 8 ? _left[1] * 8 : 0;
        if (length == 0 || length > _left.Length)
        {
            return false;
        }

        _option = _left[..length];
        _left = _left[length..];
        return true;
    }

    /// <summary>The hardware address in the first option of a type (section 4.6.1), if it is an Ethernet station's.</summary>
    internal bool TryFindLinkLayer(NdOptionType type, out MacAddress address)
    {
        address = default;
        while (MoveNext())
        {
            if (Type == type)
            {
                address = MacAddress.Read(_option[2..]);
                return _option.Length == 8 && address.IsStation;
            }
        }

        return false;
    }

    /// <summary>The number in a nonce option of 8 bytes (RFC 7527, section 4.1): 48 bits. False: there is none.</summary>
    internal bool TryFindNonce(out ulong nonce)
    {
        nonce = 0;
        while (MoveNext())
        {
            if (Type == NdOptionType.Nonce && _option.Length == 8)
            {
                nonce = BinaryPrimitives.ReadUInt64BigEndian(_option) & NonceMask;
                return true;
            }
        }

        return false;
    }

    /// <summary>This option as a prefix (section 4.6.2).</summary>
    internal readonly bool TryReadPrefix(out NdPrefix prefix)
    {
        prefix = default;
        if (Type != NdOptionType.Prefix || _option.Length != NdPrefix.Length || _option[2] > 128)
        {
            return false;
        }

        prefix = new NdPrefix(
            new IPPrefix(IPAddressValue.ReadIPv6(_option[16..]), _option[2]),
            (_option[3] & 0x80) != 0,
            (_option[3] & 0x40) != 0,
            BinaryPrimitives.ReadUInt32BigEndian(_option[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(_option[8..]));
        return true;
    }

    /// <summary>This option as the link's MTU in bytes (section 4.6.4).</summary>
    internal readonly bool TryReadMtu(out uint mtu)
    {
        mtu = BinaryPrimitives.ReadUInt32BigEndian(_option[4..]);
        return Type == NdOptionType.Mtu && _option.Length == 8;
    }

    /// <summary>This option as name servers (RFC 8106, section 5.1).</summary>
    /// <param name="servers">Where their addresses go; those that do not fit are left out.</param>
    /// <param name="count">How many there are in it.</param>
    /// <param name="lifetime">For how many seconds they may be used; 0: no longer.</param>
    internal readonly bool TryReadDnsServers(Span<IPAddressValue> servers, out int count, out uint lifetime)
    {
        lifetime = BinaryPrimitives.ReadUInt32BigEndian(_option[4..]);
        count = Math.Min((_option.Length - 8) / 16, servers.Length);
        if (Type != NdOptionType.DnsServers || _option.Length < 24 || _option.Length % 16 != 8)
        {
            count = 0;
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            servers[i] = IPAddressValue.ReadIPv6(_option[(8 + (i * 16))..]);
        }

        return true;
    }

    /// <summary>Writes a nonce as an option of 8 bytes.</summary>
    internal static void WriteNonce(Span<byte> destination, ulong nonce)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, nonce);
        destination[0] = (byte)NdOptionType.Nonce;
        destination[1] = 1;
    }

    /// <summary>Writes a hardware address as an option of 8 bytes.</summary>
    internal static void WriteLinkLayer(Span<byte> destination, NdOptionType type, MacAddress address)
    {
        destination[0] = (byte)type;
        destination[1] = 1;
        address.Write(destination[2..]);
    }
}
