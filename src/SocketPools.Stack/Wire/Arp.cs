using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>What an ARP packet says.</summary>
internal enum ArpOperation : ushort
{
    /// <summary>Who has the target's protocol address?</summary>
    Request = 1,
    /// <summary>The sender has.</summary>
    Reply = 2,
}

/// <summary>The bytes of an ARP packet (RFC 826) for IPv4 on Ethernet; others are not read.</summary>
internal readonly ref struct ArpView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private ArpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    internal ArpOperation Operation => (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]);

    internal MacAddress SenderHardware => MacAddress.Read(_bytes[8..]);

    internal IPAddressValue SenderProtocol => IPAddressValue.ReadIPv4(_bytes[14..]);

    internal MacAddress TargetHardware => MacAddress.Read(_bytes[18..]);

    internal IPAddressValue TargetProtocol => IPAddressValue.ReadIPv4(_bytes[24..]);

    internal ArpPacket ToPacket() => new(Operation, SenderHardware, SenderProtocol, TargetHardware, TargetProtocol);

    /// <summary>
    /// Reads a packet. False: it is too short, of other hardware or another protocol, another operation than request and reply, or
    /// the sender's hardware address is no station's.
    /// </summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out ArpView view)
    {
        view = new ArpView(bytes);
        return bytes.Length >= ArpPacket.Length
            && BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16 == ArpPacket.EthernetIPv4
            && view.Operation is ArpOperation.Request or ArpOperation.Reply
            && view.SenderHardware.IsStation;
    }
}

/// <summary>An ARP packet for IPv4 on Ethernet.</summary>
internal readonly record struct ArpPacket(
    ArpOperation Operation, MacAddress SenderHardware, IPAddressValue SenderProtocol, MacAddress TargetHardware, IPAddressValue TargetProtocol)
{
    /// <summary>Bytes of the packet.</summary>
    internal const int Length = 28;

    /// <summary>Hardware 1 (Ethernet), protocol 0x0800, addresses of 6 and 4 bytes.</summary>
    internal const ulong EthernetIPv4 = 0x0001_0800_0604;

    internal IPAddressValue SenderProtocol { get; } = SenderProtocol.OrThrowIfNotIPv4();

    internal IPAddressValue TargetProtocol { get; } = TargetProtocol.OrThrowIfNotIPv4();

    /// <summary>Asks for an address.</summary>
    internal static ArpPacket Request(MacAddress hardware, in IPAddressValue own, in IPAddressValue wanted) =>
        new(ArpOperation.Request, hardware, own, default, wanted);

    /// <summary>The answer to a request, from the one who has the address that it asks for.</summary>
    internal ArpPacket ReplyFrom(MacAddress hardware) => new(ArpOperation.Reply, hardware, TargetProtocol, SenderHardware, SenderProtocol);

    internal void Write(Span<byte> destination)
    {
        destination = destination[..Length];
        BinaryPrimitives.WriteUInt64BigEndian(destination, EthernetIPv4 << 16 | (ushort)Operation);
        SenderHardware.Write(destination[8..]);
        SenderProtocol.Write(destination[14..]);
        TargetHardware.Write(destination[18..]);
        TargetProtocol.Write(destination[24..]);
    }
}
