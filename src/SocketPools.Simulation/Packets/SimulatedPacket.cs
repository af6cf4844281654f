using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation;

/// <summary>A frame between two nodes, for the conditions of faults. Only valid during the call.</summary>
public readonly ref struct SimulatedPacket
{
    private const int EthernetHeader = 14;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly CarriedFrame? _frame;

    // A frame that is no longer on its way, or its beginning.
    internal SimulatedPacket(string from, string to, ReadOnlySpan<byte> bytes)
    {
        (From, To, Link, Origin) = (from, to, "", from);
        _bytes = bytes;
        Length = bytes.Length;
    }

    internal SimulatedPacket(string from, string to, CarriedFrame frame, string link)
    {
        (From, To, Link, Origin) = (from, to, link, frame.Origin);
        _frame = frame;
        Length = frame.Length;
    }

    /// <summary>The name of the node or router that sends the frame on this link.</summary>
    public string From { get; }

    /// <summary>The name of the node or router that the frame goes to on this link.</summary>
    public string To { get; }

    /// <summary>The name of the node or router that the packet comes from: <see cref="From"/> on its first link. Routers keep it, also where they translate addresses.</summary>
    public string Origin { get; }

    /// <summary>The name of the switch that the frame passes.</summary>
    public string Link { get; }

    /// <summary>The frame, from the Ethernet header on.</summary>
    public ReadOnlySpan<byte> Frame => _frame is null ? _bytes : _frame.Bytes;

    /// <summary>Gets the length of the frame in bytes.</summary>
    public int Length { get; }

    /// <summary>The IP version; 0 for other frames, such as ARP.</summary>
    public int IPVersion => EtherType switch
    {
        0x0800 when Length >= EthernetHeader + 20 => 4,
        0x86DD when Length >= EthernetHeader + 40 => 6,
        _ => 0,
    };

    /// <summary>The number of the transport protocol (6 for TCP, 17 for UDP); 0 for other frames. Extension headers of IPv6 are not followed.</summary>
    public int Protocol => IPVersion switch { 4 => Headers[EthernetHeader + 9], 6 => Headers[EthernetHeader + 6], _ => 0 };

    /// <summary>The source address; null for frames that are no IP packets.</summary>
    public IPAddress? Source => Address(first: true);

    /// <summary>The destination address; null for frames that are no IP packets.</summary>
    public IPAddress? Destination => Address(first: false);

    /// <summary>The source port of TCP and UDP; 0 for others, and for fragments that have none.</summary>
    public int SourcePort => Port(0);

    /// <summary>The destination port of TCP and UDP; 0 for others, and for fragments that have none.</summary>
    public int DestinationPort => Port(2);

    /// <summary>The flags of TCP (FIN 1, SYN 2, RST 4, PSH 8, ACK 16); 0 for others.</summary>
    public int TcpFlags => Protocol == 6 && TransportIn(Headers) is { Length: >= 14 } tcp ? tcp[13] : 0;

    /// <summary>The payload of TCP and UDP; empty for others.</summary>
    public ReadOnlySpan<byte> Payload => Protocol switch
    {
        6 when TransportIn(Frame) is { Length: >= 20 } tcp && (tcp[12] >> 4) * 4 <= tcp.Length => tcp[((tcp[12] >> 4) * 4)..],
        17 when TransportIn(Frame) is { Length: >= 8 } udp => udp[8..],
        _ => default,
    };

    /// <summary>The length of <see cref="Payload"/> as the headers tell it, also where only the beginning of the frame is there.</summary>
    internal int PayloadLength
    {
        get
        {
            if (Payload.IsEmpty)
            {
                return 0;
            }

            ReadOnlySpan<byte> ip = Headers[EthernetHeader..];
            int transport = IPVersion == 4
                ? BinaryPrimitives.ReadUInt16BigEndian(ip[2..]) - ((ip[0] & 15) * 4)
                : BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);
            return transport - (TransportIn(Frame).Length - Payload.Length);
        }
    }

    private int EtherType => Length < EthernetHeader ? 0 : BinaryPrimitives.ReadUInt16BigEndian(Headers[12..]);

    // The beginning, with all headers: those of a frame of a stack are in one piece.
    private ReadOnlySpan<byte> Headers => _frame is null ? _bytes : _frame.Head;

    /// <summary>Copies the beginning.</summary>
    internal byte[] CopyFirst(int most) => _frame?.CopyFirst(most) ?? _bytes[..Math.Min(Length, most)].ToArray();

    // What of the transport is in a frame, or in its beginning.
    private ReadOnlySpan<byte> TransportIn(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> ip = frame[EthernetHeader..];
        switch (IPVersion)
        {
            case 4:
                int header = (ip[0] & 15) * 4;
                int total = Math.Min(ip.Length, BinaryPrimitives.ReadUInt16BigEndian(ip[2..]));
                bool isFirst = (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x1FFF) == 0;
                return header < 20 || header > total || !isFirst ? default : ip[header..total];
            case 6:
                return ip[40..Math.Min(ip.Length, 40 + BinaryPrimitives.ReadUInt16BigEndian(ip[4..]))];
            default:
                return default;
        }
    }

    /// <summary>The packet in a few words, as "TCP 192.0.2.1:49152 -> 192.0.2.2:80 [S] 0".</summary>
    public override string ToString()
    {
        if (IPVersion == 0)
        {
            return EtherType == 0x0806 ? "ARP" : string.Create(CultureInfo.InvariantCulture, $"frame of type 0x{EtherType:x4}");
        }

        return Protocol switch
        {
            6 => string.Create(CultureInfo.InvariantCulture, $"TCP {new IPEndPoint(Source!, SourcePort)} -> {new IPEndPoint(Destination!, DestinationPort)} [{FlagNames()}] {PayloadLength}"),
            17 => string.Create(CultureInfo.InvariantCulture, $"UDP {new IPEndPoint(Source!, SourcePort)} -> {new IPEndPoint(Destination!, DestinationPort)} {PayloadLength}"),
            1 or 58 => $"ICMP {Source} -> {Destination}",
            _ => string.Create(CultureInfo.InvariantCulture, $"IP protocol {Protocol} {Source} -> {Destination}"),
        };
    }

    private string FlagNames()
    {
        int flags = TcpFlags;
        string letters = "FSRP.";
        return string.Concat(Enumerable.Range(0, 5).Where(i => (flags & (1 << i)) != 0).Select(i => letters[i]));
    }

    private IPAddress? Address(bool first) => IPVersion switch
    {
        4 => new IPAddress(Headers.Slice(EthernetHeader + (first ? 12 : 16), 4)),
        6 => new IPAddress(Headers.Slice(EthernetHeader + (first ? 8 : 24), 16)),
        _ => null,
    };

    private int Port(int offset) =>
        Protocol is 6 or 17 && TransportIn(Headers) is { Length: >= 8 } transport ? BinaryPrimitives.ReadUInt16BigEndian(transport[offset..]) : 0;
}
