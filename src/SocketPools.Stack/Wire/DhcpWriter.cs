using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>Writes a DHCPv4 message option by option (RFC 2131, section 2; RFC 2132).</summary>
internal ref struct DhcpWriter
{
    /// <summary>The least that a message has, for old relays (RFC 1542, section 2.1).</summary>
    internal const int MinMessage = 300;

    private readonly Span<byte> _bytes;
    private int _at = DhcpView.MinLength;

    /// <summary>Begins a message.</summary>
    /// <param name="bytes">Where it goes: 576 bytes hold all that a client may be sent unasked (RFC 2131, section 2).</param>
    /// <param name="isReply">Whether a server sends it.</param>
    /// <param name="type">What it is.</param>
    /// <param name="transactionId">The client's choice.</param>
    /// <param name="client">Whose message it is.</param>
    internal DhcpWriter(Span<byte> bytes, bool isReply, DhcpMessageType type, uint transactionId, MacAddress client)
    {
        _bytes = bytes;
        bytes[..DhcpView.MinLength].Clear();
        bytes[0] = isReply ? (byte)2 : (byte)1;
        bytes[1] = 1;
        bytes[2] = MacAddress.Length;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], transactionId);
        client.Write(bytes[28..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[236..], DhcpView.Cookie);
        Add(DhcpOption.MessageType, [(byte)type]);
    }

    /// <summary>Seconds since the client began.</summary>
    internal readonly ushort Seconds
    {
        init => BinaryPrimitives.WriteUInt16BigEndian(_bytes[8..], value);
    }

    /// <summary>Whether the client cannot take a unicast before it has the address.</summary>
    internal readonly bool IsBroadcast
    {
        init => _bytes[10] = value ? (byte)0x80 : (byte)0;
    }

    /// <summary>ciaddr: the address that the client has and answers for; no address leaves it empty.</summary>
    internal readonly IPAddressValue ClientAddress
    {
        init => BinaryPrimitives.WriteUInt32BigEndian(_bytes[12..], value.IPv4Bits);
    }

    /// <summary>yiaddr: the address that is given; no address leaves it empty.</summary>
    internal readonly IPAddressValue YourAddress
    {
        init => BinaryPrimitives.WriteUInt32BigEndian(_bytes[16..], value.IPv4Bits);
    }

    /// <summary>Adds an option.</summary>
    /// <param name="option">Which.</param>
    /// <param name="body">At most 255 bytes.</param>
    /// <exception cref="ArgumentException">There is no room left for it and the end.</exception>
    internal void Add(DhcpOption option, scoped ReadOnlySpan<byte> body)
    {
        if (body.Length > byte.MaxValue || _at + 2 + body.Length >= _bytes.Length)
        {
            throw new ArgumentException($"{body.Length} bytes do not fit into a DHCP message.", nameof(body));
        }

        _bytes[_at] = (byte)option;
        _bytes[_at + 1] = (byte)body.Length;
        body.CopyTo(_bytes[(_at + 2)..]);
        _at += 2 + body.Length;
    }

    internal void Add(DhcpOption option, uint number)
    {
        Span<byte> body = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(body, number);
        Add(option, body);
    }

    /// <summary>Adds an address, if there is one.</summary>
    internal void AddIfAny(DhcpOption option, in IPAddressValue address)
    {
        if (address.HasValue)
        {
            Add(option, address.IPv4Bits);
        }
    }

    /// <summary>Ends the message.</summary>
    /// <returns>Its bytes.</returns>
    internal int Finish()
    {
        _bytes[_at++] = (byte)DhcpOption.End;
        int length = Math.Min(Math.Max(_at, MinMessage), _bytes.Length);
        _bytes[_at..length].Clear();
        return length;
    }
}
