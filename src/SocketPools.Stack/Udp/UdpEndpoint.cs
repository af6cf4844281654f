using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Endpoints;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Udp;

/// <summary>One end of UDP: an address and a port, perhaps a peer, and the datagrams that wait to be read. With the gate held.</summary>
internal sealed class UdpEndpoint(UdpLayer layer, AddressFamily family, Action changed) : DatagramEndpoint(layer.Stack, family, changed)
{
    // RFC 768 with RFC 791, and with RFC 8200, whose header is no part of its payload length.
    private const int LongestPayloadIPv4 = 65_507;
    private const int LongestPayloadIPv6 = 65_527;

    internal override bool HasPorts => true;

    internal bool IsBound => LocalPort != 0;

    /// <summary>IP_RECVERR of ip(7): errors that may pass are reported, too, such as an unreachable host.</summary>
    internal bool ReportsSoftErrors { get; init; }

    /// <summary>Whether "any" of IPv6 is any of IPv4, too: IPV6_V6ONLY is off.</summary>
    internal bool IsDual { get; set; } = family == AddressFamily.InterNetworkV6;

    internal void SetLocal(in IPAddressValue address, ushort port) => (LocalAddress, LocalPort) = (address, port);

    /// <summary>connect(2) of a datagram socket: the only peer from now on.</summary>
    internal override Errno Connect(in IPAddressValue remote, ushort port, NetworkInterface? scope)
    {
        Errno errno = Stack.FindPath(remote, LocalAddress, scope, out NetworkPath? path);
        if (errno == Errno.None && path!.Interface.IsBroadcast(path.Remote) && !MayBroadcast)
        {
            errno = Errno.EACCES;
        }

        if (errno == Errno.None && !IsBound)
        {
            errno = layer.Bind(this, LocalAddress, 0);
        }

        if (errno != Errno.None)
        {
            return errno;
        }

        KeepPath(path!);
        LocalAddress = path!.Local;
        layer.OnLocalAddressChanged();
        (RemoteAddress, RemotePort) = (path.Remote, port);
        return Errno.None;
    }

    internal override RadioResult Send(ReadOnlySpan<byte> data, in IPAddressValue remote, ushort port, NetworkInterface? scope)
    {
        if (data.Length > LongestPayloadIPv6)
        {
            return Errno.EMSGSIZE;
        }

        Errno errno = FindPath(remote, scope, out NetworkPath? path);
        if (errno is Errno.None && !IsBound)
        {
            errno = layer.Bind(this, LocalAddress, 0);
        }

        if (errno != Errno.None)
        {
            return errno;
        }

        bool isTooLong = path!.Remote.IsIPv4 && data.Length > LongestPayloadIPv4;
        if (isTooLong || (MayNotFragment && data.Length + UdpHeader.Length + path.HeaderLength > path.Mtu))
        {
            return Errno.EMSGSIZE;
        }

        Sent.Add(path.Remote, port);
        Stack.Send(path, Build(data, path, port), IPProtocol.Udp, OptionsFor(path));
        if (IsHeardHere(path))
        {
            NetworkPath self = PathToSelf(path);
            Stack.Send(self, Build(data, self, port), IPProtocol.Udp, new PacketOptions());
        }

        return RadioResult.FromCount(data.Length);
    }

    internal override bool TrySendTogether(ReadOnlySpan<byte> data, int segmentSize, in IPAddressValue remote, ushort port, NetworkInterface? scope, out int sent)
    {
        sent = 0;
        if (data.Length <= segmentSize || !IsBound || FindPath(remote, scope, out NetworkPath? path) != Errno.None
            || (path!.Offloads & LinkOffloads.DatagramSegmentation) == 0 || path.Remote.IsMulticast
            || path.Interface.IsBroadcast(path.Remote) || segmentSize + UdpHeader.Length + path.HeaderLength > path.Mtu)
        {
            return false;
        }

        int most = (path.Remote.IsIPv4 ? LongestPayloadIPv4 : LongestPayloadIPv4 - (IPv6Header.Length - IPv4Header.MinLength)) / segmentSize;
        sent = Math.Min(data.Length, most * segmentSize);
        Sent.Add(path.Remote, port);
        Frame frame = Frame.Rent(sent);
        data[..sent].CopyTo(frame.Append(sent));
        InternetChecksum sum = default;
        sum.AddPseudoHeader(path.Local, path.Remote, IPProtocol.Udp, sent + UdpHeader.Length);
        new UdpHeader(LocalPort, port, sent).WriteWithoutChecksum(frame.Push(UdpHeader.Length), sum.Sum);
        (frame.Checksums, frame.ChecksumStart, frame.ChecksumOffset) = (ChecksumState.Partial, 0, UdpHeader.ChecksumOffset);
        frame.SegmentSize = segmentSize;
        Stack.Send(path, frame, IPProtocol.Udp, OptionsFor(path));
        return true;
    }

    /// <summary>How well a datagram fits: 0 not at all, more for each thing that it names.</summary>
    internal int Score(in ReceivedPacket packet, ushort sourcePort)
    {
        bool isLocal = LocalAddress == packet.Destination;
        if (!Speaks(packet.Destination.Family) || (!isLocal && !LocalAddress.IsUnspecified && packet.IsUnicast)
            || (IsConnected && (RemoteAddress != packet.Source || RemotePort != sourcePort)))
        {
            return 0;
        }

        // udp(7) of Linux: a socket of the packet's own version goes before one of IPv6 that takes IPv4 as well.
        return 1 + (Family == packet.Destination.Family ? 1 : 0) + (isLocal ? 2 : 0) + (IsConnected ? 4 : 0);
    }

    /// <summary>Whether it has packets of a version: those of its address, and of both where that is a dual "any".</summary>
    internal bool Speaks(AddressFamily version) => version == LocalAddress.Family || (IsDual && LocalAddress.IsUnspecified && LocalAddress.IsIPv6);

    /// <summary>Whether an address of this endpoint and the one of another have packets in common.</summary>
    internal bool Overlaps(in IPAddressValue address, UdpEndpoint other)
    {
        IPAddressValue theirs = other.LocalAddress;
        bool ours = address.IsUnspecified && (address.Family == theirs.Family || (IsDual && address.IsIPv6));
        bool others = theirs.IsUnspecified && (address.Family == theirs.Family || (other.IsDual && theirs.IsIPv6));
        return address == theirs || ours || others;
    }

    /// <summary>ip(7), IP_MULTICAST_ALL: a group's datagrams come to who has bound it or joined any group on the way in; broadcasts to all.</summary>
    internal bool TakesGroup(in ReceivedPacket packet) =>
        !packet.Destination.IsMulticast || LocalAddress == packet.Destination || LocalAddress.IsUnspecified;

    internal void Deliver(in ReceivedPacket packet, Frame frame, ushort sourcePort) => Keep(packet, frame, sourcePort);

    /// <summary>Whether it has lately sent to the peer and from the address that an ICMP message quotes.</summary>
    internal bool MayHaveSent(in NetworkError error, ushort remotePort) =>
        (LocalAddress.IsUnspecified || LocalAddress == error.Local) && Sent.Contains(error.Remote, remotePort);

    /// <summary>An ICMP error about a datagram: reported once, to sockets with a peer (udp(7)).</summary>
    internal void OnError(in NetworkError error, ushort remotePort)
    {
        if (IsConnected && RemoteAddress == error.Remote && RemotePort == remotePort && (ReportsSoftErrors || error.IsHard || error.Errno == Errno.EMSGSIZE))
        {
            Fail(error.Errno);
        }
    }

    internal override void Close()
    {
        base.Close();
        if (IsBound)
        {
            layer.Remove(this);
        }
    }

    private Frame Build(ReadOnlySpan<byte> data, NetworkPath path, ushort port)
    {
        Frame frame = Frame.Rent(data.Length);
        data.CopyTo(frame.Append(data.Length));
        UdpHeader header = new(LocalPort, port, data.Length);
        // A datagram that is to be fragmented needs its checksum: fragments cannot carry the mark that none is needed.
        bool isWhole = data.Length + UdpHeader.Length + path.HeaderLength <= path.Mtu;
        if (isWhole && (path.Offloads & LinkOffloads.NoChecksums) != 0)
        {
            header.WriteWithoutChecksum(frame.Push(UdpHeader.Length));
            frame.Checksums = ChecksumState.NotNeeded;
            return frame;
        }

        InternetChecksum sum = default;
        sum.AddPseudoHeader(path.Local, path.Remote, IPProtocol.Udp, data.Length + UdpHeader.Length);
        sum.Add(data);
        header.Write(frame.Push(UdpHeader.Length), sum);
        return frame;
    }
}
