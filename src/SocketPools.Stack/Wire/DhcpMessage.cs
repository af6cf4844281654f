using System.Buffers.Binary;
using System.Text;

namespace SocketPools.Stack.Wire;

/// <summary>
/// A message of a DHCPv4 client. Which fields and options each kind has is RFC 2131, section 4.4.1, table 5: the factories know it,
/// so that no other can be made.
/// </summary>
internal readonly record struct DhcpMessage
{
    /// <summary>More than any of them needs.</summary>
    internal const int MaxLength = 576;

    // What the client wants to know. RFC 3442 asks for routes to be named before routers.
    private static readonly byte[] s_parameters =
    [
        (byte)DhcpOption.SubnetMask, (byte)DhcpOption.ClasslessRoutes, (byte)DhcpOption.Routers, (byte)DhcpOption.DnsServers,
        (byte)DhcpOption.DomainName, (byte)DhcpOption.InterfaceMtu, (byte)DhcpOption.BroadcastAddress,
        (byte)DhcpOption.LeaseTime, (byte)DhcpOption.RenewalTime, (byte)DhcpOption.RebindingTime,
    ];

    internal DhcpMessageType Type { get; private init; }

    internal uint TransactionId { get; private init; }

    internal MacAddress Client { get; private init; }

    /// <summary>The address that the client has and answers for; none before it is bound.</summary>
    internal IPAddressValue ClientAddress { get; private init; }

    /// <summary>The address that the client wants, or gives back.</summary>
    internal IPAddressValue RequestedAddress { get; private init; }

    /// <summary>The server that is meant.</summary>
    internal IPAddressValue Server { get; private init; }

    /// <summary>Seconds since the client began; the same in a request as in the discover before (section 4.4.1).</summary>
    internal ushort Seconds { get; init; }

    /// <summary>Whether replies have to be broadcast, because no address is set yet that a unicast could go to.</summary>
    internal bool IsBroadcast { get; init; }

    /// <summary>The client's name, which servers may tell others: up to 63 ASCII characters, or null.</summary>
    internal string? HostName
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value?.Length ?? 0, 63, nameof(value));
            field = value;
        }
    }

    /// <summary>The longest message that the client takes, in bytes of the IP packet: 576 or more.</summary>
    internal ushort MaxMessageSize { get; init; } = 1500;

    private DhcpMessage(DhcpMessageType type, uint transactionId, MacAddress client) => (Type, TransactionId, Client) = (type, transactionId, client);

    /// <summary>Who has an address for me?</summary>
    internal static DhcpMessage Discover(uint transactionId, MacAddress client, in IPAddressValue wanted = default) =>
        new(DhcpMessageType.Discover, transactionId, client) { RequestedAddress = wanted };

    /// <summary>SELECTING: I take what this server offers.</summary>
    internal static DhcpMessage Select(uint transactionId, MacAddress client, in IPAddressValue offered, in IPAddressValue server) =>
        new(DhcpMessageType.Request, transactionId, client) { RequestedAddress = offered, Server = server };

    /// <summary>INIT-REBOOT: may I have the address that I had?</summary>
    internal static DhcpMessage Reboot(uint transactionId, MacAddress client, in IPAddressValue address) =>
        new(DhcpMessageType.Request, transactionId, client) { RequestedAddress = address };

    /// <summary>RENEWING, to the server, and REBINDING, to all: may I keep my address?</summary>
    internal static DhcpMessage Renew(uint transactionId, MacAddress client, in IPAddressValue address) =>
        new(DhcpMessageType.Request, transactionId, client) { ClientAddress = address };

    /// <summary>Another host uses the address that this server gave.</summary>
    internal static DhcpMessage Decline(uint transactionId, MacAddress client, in IPAddressValue address, in IPAddressValue server) =>
        new(DhcpMessageType.Decline, transactionId, client) { RequestedAddress = address, Server = server };

    /// <summary>I need my address no longer.</summary>
    internal static DhcpMessage Release(uint transactionId, MacAddress client, in IPAddressValue address, in IPAddressValue server) =>
        new(DhcpMessageType.Release, transactionId, client) { ClientAddress = address, Server = server };

    /// <summary>Writes the message.</summary>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    internal int Write(Span<byte> destination)
    {
        DhcpWriter writer = new(destination, isReply: false, Type, TransactionId, Client)
        {
            Seconds = Seconds,
            IsBroadcast = IsBroadcast,
            ClientAddress = ClientAddress,
        };
        Span<byte> text = stackalloc byte[64];
        text[0] = 1;
        Client.Write(text[1..]);
        writer.Add(DhcpOption.ClientIdentifier, text[..(1 + MacAddress.Length)]);
        writer.AddIfAny(DhcpOption.RequestedAddress, RequestedAddress);
        writer.AddIfAny(DhcpOption.ServerIdentifier, Server);
        if (Type is DhcpMessageType.Discover or DhcpMessageType.Request)
        {
            BinaryPrimitives.WriteUInt16BigEndian(text, MaxMessageSize);
            writer.Add(DhcpOption.MaxMessageSize, text[..2]);
            writer.Add(DhcpOption.ParameterList, s_parameters);
            if (HostName is not null)
            {
                writer.Add(DhcpOption.HostName, text[..Encoding.ASCII.GetBytes(HostName, text)]);
            }
        }

        return writer.Finish();
    }
}
