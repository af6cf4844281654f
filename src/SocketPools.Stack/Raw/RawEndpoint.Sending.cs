using System.Buffers.Binary;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Raw;

// What leaves: a payload behind an IP header of the stack's, or a packet whose header the program wrote.
internal sealed partial class RawEndpoint
{
    /// <summary>Where in the payload the checksum is that is computed on sending (IPV6_CHECKSUM); -1: nowhere. ICMPv6's is at 2.</summary>
    internal int ChecksumOffset { get; set; } = -1;

    internal override RadioResult Send(ReadOnlySpan<byte> data, in IPAddressValue remote, ushort port, NetworkInterface? scope)
    {
        Errno errno = FindPath(remote, scope, out NetworkPath? path);
        if (errno == Errno.None)
        {
            errno = IncludesHeader ? SendPacket(data, path!) : SendPayload(data, path!);
        }

        return errno != Errno.None ? errno : RadioResult.FromCount(data.Length);
    }

    private Errno SendPayload(ReadOnlySpan<byte> data, NetworkPath path)
    {
        int longest = Family == AddressFamily.InterNetwork ? IPv4Header.MaxLength - IPv4Header.MinLength : IPv4Header.MaxLength;
        if (data.Length > longest || (MayNotFragment && data.Length + path.HeaderLength > path.Mtu))
        {
            return Errno.EMSGSIZE;
        }

        int checksumAt = Protocol == IPProtocol.Icmpv6 && Family == AddressFamily.InterNetworkV6 ? 2 : ChecksumOffset;
        if (checksumAt >= 0 && checksumAt + 2 > data.Length)
        {
            return Errno.EINVAL; // RFC 3542, section 3.1: there is no room for it
        }

        Sent.Add(path.Remote, KeyOf(Protocol, data));
        Stack.Send(path, Build(data, path, checksumAt), Protocol, OptionsFor(path));
        if (IsHeardHere(path))
        {
            Stack.Send(PathToSelf(path), Build(data, path, checksumAt), Protocol, new PacketOptions());
        }

        return Errno.None;
    }

    private Frame Build(ReadOnlySpan<byte> data, NetworkPath path, int checksumAt)
    {
        Frame frame = Frame.Rent(data.Length);
        Span<byte> bytes = frame.Append(data.Length);
        data.CopyTo(bytes);
        if (checksumAt >= 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes[checksumAt..], 0);
            InternetChecksum sum = default;
            sum.AddPseudoHeader(path.Local, path.Remote, Protocol, data.Length);
            sum.Add(bytes);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[checksumAt..], sum.Value);
        }

        return frame;
    }

    /// <summary>
    /// raw(7), IP_HDRINCL: the total length and the checksum are always filled in, the source and the identification where they are
    /// zero. Such a packet is not cut, and goes where the call says, whatever its header has.
    /// </summary>
    private Errno SendPacket(ReadOnlySpan<byte> data, NetworkPath path)
    {
        if (data.Length > path.Mtu)
        {
            return Errno.EMSGSIZE;
        }

        bool isIPv4 = Family == AddressFamily.InterNetwork;
        int headerLength = isIPv4 && data.Length > 0 ? (data[0] & 0xF) * 4 : IPv6Header.Length;
        if (data.Length < headerLength || data[0] >> 4 != (isIPv4 ? 4 : 6) || headerLength < IPv4Header.MinLength)
        {
            return Errno.EINVAL;
        }

        Frame frame = Frame.Rent(data.Length);
        Span<byte> packet = frame.Append(data.Length);
        data.CopyTo(packet);
        if (isIPv4)
        {
            FillIn(packet, headerLength, path);
        }

        NoteSentPacket(packet, isIPv4, headerLength);
        path.Interface.SendPacket(frame, path.NextHop);
        return Errno.None;
    }

    /// <summary>What a quote of a packet can be told by: the identifier of ICMP, which lies behind the checksum, or the first bytes, which are ports.</summary>
    private static ulong KeyOf(byte protocol, ReadOnlySpan<byte> payload)
    {
        bool isIcmp = protocol is IPProtocol.Icmp or IPProtocol.Icmpv6;
        int at = isIcmp ? 4 : 0;
        int length = isIcmp ? 2 : 4;
        ulong key = protocol;
        for (int i = at; i < at + length; i++)
        {
            key = (key << 8) | (i < payload.Length ? payload[i] : (byte)0);
        }

        return key;
    }

    // The header names the receiver, whatever the call says.
    private void NoteSentPacket(ReadOnlySpan<byte> packet, bool isIPv4, int headerLength)
    {
        IPAddressValue remote = isIPv4 ? IPAddressValue.ReadIPv4(packet[16..]) : IPAddressValue.ReadIPv6(packet[24..]);
        byte protocol = packet[isIPv4 ? 9 : 6];
        Sent.Add(remote, KeyOf(protocol, packet[headerLength..]));
    }

    private void FillIn(Span<byte> packet, int headerLength, NetworkPath path)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        if (packet[4] == 0 && packet[5] == 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], Stack.NextIdentification(path, packet[9], mayNotFragment: (packet[6] & 0x40) != 0));
        }

        if (IPAddressValue.ReadIPv4(packet[12..]).IsUnspecified)
        {
            path.Local.Write(packet[12..]);
        }

        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], InternetChecksum.Of(packet[..headerLength]));
    }
}
