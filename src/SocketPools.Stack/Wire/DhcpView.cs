using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>
/// The bytes of a DHCPv4 message (RFC 2131, section 2). Of an option that comes twice the first counts: longer ones than 255 bytes
/// (RFC 3396) are none that this stack knows.
/// </summary>
internal readonly ref struct DhcpView
{
    /// <summary>Bytes before the options, the cookie included.</summary>
    internal const int MinLength = 240;

    /// <summary>The port of servers.</summary>
    internal const ushort ServerPort = 67;

    /// <summary>The port of clients.</summary>
    internal const ushort ClientPort = 68;

    internal const uint Cookie = 0x6382_5363;

    private readonly ReadOnlySpan<byte> _bytes;

    private DhcpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>A copy of the bytes, to be read again.</summary>
    internal byte[] ToArray() => _bytes.ToArray();

    /// <summary>Whether it comes from a server.</summary>
    internal bool IsReply => _bytes[0] == 2;

    /// <summary>Chosen by the client; the reply has the same.</summary>
    internal uint TransactionId => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>Seconds since the client began.</summary>
    internal ushort Seconds => BinaryPrimitives.ReadUInt16BigEndian(_bytes[8..]);

    /// <summary>Whether the client cannot take a unicast before it has the address.</summary>
    internal bool IsBroadcast => (_bytes[10] & 0x80) != 0;

    /// <summary>ciaddr: the address that the client has and answers for.</summary>
    internal IPAddressValue ClientAddress => IPAddressValue.ReadIPv4(_bytes[12..]);

    /// <summary>yiaddr: the address that is given.</summary>
    internal IPAddressValue YourAddress => IPAddressValue.ReadIPv4(_bytes[16..]);

    /// <summary>chaddr: whose message it is.</summary>
    internal MacAddress ClientHardware => MacAddress.Read(_bytes[28..]);

    internal DhcpOptionReader Options => new(_bytes[MinLength..], _bytes.Slice(108, 128), _bytes.Slice(44, 64));

    internal DhcpMessageType MessageType =>
        TryGet(DhcpOption.MessageType, out ReadOnlySpan<byte> body) && body.Length == 1 ? (DhcpMessageType)body[0] : DhcpMessageType.None;

    /// <summary>Finds an option.</summary>
    internal bool TryGet(DhcpOption option, out ReadOnlySpan<byte> body)
    {
        DhcpOptionReader options = Options;
        while (options.MoveNext())
        {
            if (options.Type == option)
            {
                body = options.Body;
                return true;
            }
        }

        body = default;
        return false;
    }

    /// <summary>Finds an option that is an address, or the first of its addresses.</summary>
    internal bool TryGetAddress(DhcpOption option, out IPAddressValue address)
    {
        address = default;
        bool found = TryGet(option, out ReadOnlySpan<byte> body) && body.Length >= 4 && body.Length % 4 == 0;
        if (found)
        {
            address = IPAddressValue.ReadIPv4(body);
        }

        return found;
    }

    /// <summary>Finds an option that is a list of addresses.</summary>
    /// <param name="option">Which.</param>
    /// <param name="addresses">Where they go; those that do not fit are left out.</param>
    /// <returns>How many there are in it.</returns>
    internal int CopyAddresses(DhcpOption option, Span<IPAddressValue> addresses)
    {
        int count = TryGet(option, out ReadOnlySpan<byte> body) && body.Length % 4 == 0 ? Math.Min(body.Length / 4, addresses.Length) : 0;
        for (int i = 0; i < count; i++)
        {
            addresses[i] = IPAddressValue.ReadIPv4(body[(i * 4)..]);
        }

        return count;
    }

    /// <summary>Finds an option that is a number of 32 bits: a time in seconds, <see cref="uint.MaxValue"/> without end.</summary>
    internal bool TryGetNumber(DhcpOption option, out uint number)
    {
        bool found = TryGet(option, out ReadOnlySpan<byte> body) && body.Length == 4;
        number = found ? BinaryPrimitives.ReadUInt32BigEndian(body) : 0;
        return found;
    }

    /// <summary>Finds an option that is a number of 16 bits.</summary>
    internal bool TryGetShort(DhcpOption option, out ushort number)
    {
        bool found = TryGet(option, out ReadOnlySpan<byte> body) && body.Length == 2;
        number = found ? BinaryPrimitives.ReadUInt16BigEndian(body) : (ushort)0;
        return found;
    }

    /// <summary>The routes of option 121 (RFC 3442), which stand instead of the routers of option 3.</summary>
    internal DhcpRoutes Routes => new(TryGet(DhcpOption.ClasslessRoutes, out ReadOnlySpan<byte> body) ? body : default);

    /// <summary>Reads a message. False: it is cut off, neither request nor reply, of other hardware than Ethernet, or of BOOTP without cookie.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out DhcpView view)
    {
        view = new DhcpView(bytes);
        return bytes.Length >= MinLength && bytes[0] is 1 or 2 && bytes[1] == 1 && bytes[2] == MacAddress.Length
            && BinaryPrimitives.ReadUInt32BigEndian(bytes[236..]) == Cookie;
    }
}

/// <summary>Walks the routes of option 121 (RFC 3442): a prefix with as many bytes as it needs, and a router; 0.0.0.0 for the link itself.</summary>
internal ref struct DhcpRoutes(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    internal IPPrefix Prefix { get; private set; }

    internal IPAddressValue Router { get; private set; }

    /// <summary>Goes to the next route. False: there is none, or none that is whole.</summary>
    internal bool MoveNext()
    {
        int significant = _left.IsEmpty ? 0 : (_left[0] + 7) / 8;
        if (_left.IsEmpty || _left[0] > 32 || _left.Length < 5 + significant)
        {
            return false;
        }

        Span<byte> address = stackalloc byte[4];
        address.Clear();
        _left.Slice(1, significant).CopyTo(address);
        Prefix = new IPPrefix(IPAddressValue.ReadIPv4(address), _left[0]);
        Router = IPAddressValue.ReadIPv4(_left[(1 + significant)..]);
        _left = _left[(5 + significant)..];
        return true;
    }
}
