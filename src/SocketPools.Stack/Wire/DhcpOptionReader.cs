namespace SocketPools.Stack.Wire;

/// <summary>The options of DHCP that this stack knows (RFC 2132; RFC 3442 for routes).</summary>
internal enum DhcpOption : byte
{
    Pad = 0,
    SubnetMask = 1,
    Routers = 3,
    DnsServers = 6,
    HostName = 12,
    DomainName = 15,
    InterfaceMtu = 26,
    BroadcastAddress = 28,
    RequestedAddress = 50,
    LeaseTime = 51,
    Overload = 52,
    MessageType = 53,
    ServerIdentifier = 54,
    ParameterList = 55,
    Message = 56,
    MaxMessageSize = 57,
    RenewalTime = 58,
    RebindingTime = 59,
    ClientIdentifier = 61,
    ClasslessRoutes = 121,
    End = 255,
}

/// <summary>What a DHCP message is (RFC 2132, section 9.6).</summary>
internal enum DhcpMessageType : byte
{
    /// <summary>It does not say: a message of BOOTP.</summary>
    None = 0,
    Discover = 1,
    Offer = 2,
    Request = 3,
    Decline = 4,
    Acknowledge = 5,
    Refuse = 6,
    Release = 7,
    Inform = 8,
}

/// <summary>
/// Walks the options of a DHCP message: those behind the cookie, then those in the fields for file and server name, if the message
/// says that there are some (RFC 2131, section 4.1; RFC 2132, section 9.3). An option that is cut off ends its field.
/// </summary>
internal ref struct DhcpOptionReader
{
    private readonly ReadOnlySpan<byte> _file;
    private readonly ReadOnlySpan<byte> _serverName;
    private ReadOnlySpan<byte> _left;
    private int _field;
    private int _overload;

    internal DhcpOptionReader(ReadOnlySpan<byte> options, ReadOnlySpan<byte> file, ReadOnlySpan<byte> serverName)
    {
        _left = options;
        _file = file;
        _serverName = serverName;
    }

    /// <summary>The option that the walk has come to.</summary>
    internal DhcpOption Type { get; private set; }

    /// <summary>Its bytes, without type and length.</summary>
    internal ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>Options and padding looked at.</summary>
    internal int Steps { get; private set; }

    /// <summary>Goes to the next option. False: there is none.</summary>
    internal bool MoveNext()
    {
        do
        {
            while (!_left.IsEmpty)
            {
                Steps++;
                DhcpOption type = (DhcpOption)_left[0];
                if (type == DhcpOption.Pad)
                {
                    _left = _left[1..];
                    continue;
                }

                if (type == DhcpOption.End || _left.Length < 2 || _left.Length < _left[1] + 2)
                {
                    break;
                }

                Type = type;
                Body = _left.Slice(2, _left[1]);
                _left = _left[(2 + Body.Length)..];
                if (_field == 0 && type == DhcpOption.Overload && Body.Length == 1)
                {
                    _overload = Body[0];
                }

                return true;
            }
        }
        while (MoveToNextField());
        return false;
    }

    // 1: file; 2: server name; 3: file, then server name. Neither can say it again.
    private bool MoveToNextField()
    {
        _left = default;
        while (_field < 2)
        {
            _field++;
            if ((_overload & _field) != 0)
            {
                _left = _field == 1 ? _file : _serverName;
                return true;
            }
        }

        return false;
    }
}
