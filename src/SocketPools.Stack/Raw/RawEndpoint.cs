using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Endpoints;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Raw;

/// <summary>A RAW socket's end of the network: raw(7) for IPv4, RFC 3542 for IPv6. With the gate held.</summary>
internal sealed partial class RawEndpoint : DatagramEndpoint
{
    private readonly RawLayer _layer;

    internal RawEndpoint(RawLayer layer, AddressFamily family, byte protocol, Action changed)
        : base(layer.Stack, family, changed)
    {
        _layer = layer;
        Protocol = protocol;
        IncludesHeader = protocol == RawLayer.SendsOnly;
        layer.Add(this);
    }

    internal byte Protocol { get; }

    /// <summary>Whether what is sent begins with an IP header (IP_HDRINCL). Always with IPPROTO_RAW.</summary>
    internal bool IncludesHeader { get; set; }

    /// <summary>The types of ICMP that it does not want.</summary>
    internal IcmpFilter Filter;

    internal void Bind(in IPAddressValue address) => LocalAddress = address;

    /// <summary>connect(2): sends go there, and only what comes from there is received.</summary>
    internal override Errno Connect(in IPAddressValue remote, ushort port, NetworkInterface? scope)
    {
        Errno errno = FindPath(remote, scope, out NetworkPath? path);
        if (errno == Errno.None)
        {
            RemoteAddress = path!.Remote;
            LocalAddress = LocalAddress.IsUnspecified ? path.Local : LocalAddress;
        }

        return errno;
    }

    /// <summary>Whether a packet is for it: of its family, to its address and from its peer, where it has them.</summary>
    internal bool Takes(in ReceivedPacket packet) =>
        packet.Destination.Family == Family
        && (LocalAddress.IsUnspecified || LocalAddress == packet.Destination)
        && (!IsConnected || RemoteAddress == packet.Source);

    /// <summary>A copy of a packet, which begins with the IP header; IPv6's is taken off (RFC 3542, section 3).</summary>
    internal void Deliver(in ReceivedPacket packet, Frame frame, int headerLength)
    {
        int start = Family == AddressFamily.InterNetwork ? 0 : headerLength;
        int length = frame.Length - start;
        Frame copy = Frame.Rent(length);
        frame.CopyTo(copy.Append(length), start);
        Keep(packet, copy, 0);
    }

    /// <summary>Whether it has lately sent such a packet as an ICMP message quotes.</summary>
    internal bool HasSent(in NetworkError error, byte protocol, ReadOnlySpan<byte> header) =>
        error.Remote.Family == Family && Sent.Contains(error.Remote, KeyOf(protocol, header));

    /// <summary>An ICMP error about a packet of the protocol: reported once, to sockets with a peer (raw(7)).</summary>
    internal void OnError(in NetworkError error)
    {
        if (IsConnected && RemoteAddress == error.Remote && (error.IsHard || error.Errno == Errno.EMSGSIZE))
        {
            Fail(error.Errno);
        }
    }

    internal override void Close()
    {
        base.Close();
        _layer.Remove(this);
    }
}
