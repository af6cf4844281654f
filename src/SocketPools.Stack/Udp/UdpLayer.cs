using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Icmp;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Udp;

/// <summary>UDP (RFC 768; RFC 1122, section 4.1; RFC 8200, section 8.1): who has which port, and which datagram is whose.</summary>
internal sealed class UdpLayer(NetworkStack stack, IcmpErrorSender errors) : ITransport
{
    // RFC 6335, section 6: the dynamic ports.
    private const int FirstDynamic = 49152;
    private const int MaxExhausted = 256;

    private readonly Dictionary<ushort, List<UdpEndpoint>> _ports = [];
    private readonly PortSet _dynamic = new(FirstDynamic, ushort.MaxValue);

    // Addresses for which no port is left, until a socket lets go of one: so they are not looked for in vain again and again.
    private readonly HashSet<(IPAddressValue Address, bool IsDual)> _exhausted = [];

    // By the numbers of their interfaces: they have no sockets, because they have no address yet.
    private readonly Dictionary<int, Action<Frame>> _dhcpClients = [];

    internal NetworkStack Stack => stack;

    /// <summary>How many held ports were looked at in search of one that may be shared.</summary>
    internal long Searched { get; private set; }

    internal IEnumerable<UdpEndpoint> All => _ports.Values.SelectMany(list => list);

    /// <summary>Gives an endpoint a port of an address; 0 takes a free one (RFC 6056, section 3.3.1: from a random place on).</summary>
    internal Errno Bind(UdpEndpoint endpoint, in IPAddressValue address, ushort port)
    {
        if (port == 0 && !TryFindFree(endpoint, address, out port))
        {
            return Errno.EADDRINUSE;
        }

        if (_ports.TryGetValue(port, out List<UdpEndpoint>? list))
        {
            foreach (UdpEndpoint other in list)
            {
                if (Clashes(endpoint, other, address))
                {
                    return Errno.EADDRINUSE;
                }
            }
        }
        else
        {
            _ports.Add(port, list = []);
            _dynamic.Set(port, isHeld: true);
        }

        list.Add(endpoint);
        endpoint.SetLocal(address, port);
        return Errno.None;
    }

    /// <summary>A socket that was bound to any address has one: another socket may have the same port of others.</summary>
    internal void OnLocalAddressChanged() => _exhausted.Clear();

    internal void Remove(UdpEndpoint endpoint)
    {
        _exhausted.Clear();
        if (_ports.TryGetValue(endpoint.LocalPort, out List<UdpEndpoint>? list) && list.Remove(endpoint) && list.Count == 0)
        {
            _ports.Remove(endpoint.LocalPort);
            _dynamic.Set(endpoint.LocalPort, isHeld: false);
        }
    }

    /// <summary>Gives what comes from DHCP servers by an interface to its client, which owns the frames; null gives it to sockets.</summary>
    internal void SetDhcpClient(NetworkInterface one, Action<Frame>? receive)
    {
        _dhcpClients.Remove(one.Index);
        if (receive is not null)
        {
            _dhcpClients.Add(one.Index, receive);
        }
    }

    public void Receive(in ReceivedPacket packet, Frame frame)
    {
        if (!UdpView.TryRead(frame.Head, frame.Length, out UdpView view))
        {
            stack.Drop(frame, DropReason.Malformed);
            return;
        }

        // RFC 768: a sum of zero is none, which IPv6 does not allow (RFC 8200, section 8.1).
        bool hasNoSum = view.Checksum == 0;
        if (frame.Checksums == ChecksumState.Complete && (hasNoSum ? packet.Source.IsIPv6 : !IsRight(packet, frame, view.Length)))
        {
            stack.Drop(frame, DropReason.Checksum);
            return;
        }

        ushort sourcePort = view.SourcePort;
        ushort destinationPort = view.DestinationPort;
        frame.Trim(view.Length);
        if (destinationPort == DhcpView.ClientPort && sourcePort == DhcpView.ServerPort && _dhcpClients.TryGetValue(packet.InterfaceIndex, out Action<Frame>? client))
        {
            frame.Pull(UdpHeader.Length);
            client(frame);
            return;
        }

        if (!_ports.TryGetValue(destinationPort, out List<UdpEndpoint>? list))
        {
            Refuse(packet, frame);
            return;
        }

        if (packet.IsUnicast)
        {
            DeliverToBest(packet, frame, destinationPort, sourcePort);
        }
        else
        {
            DeliverToAll(packet, frame, list, sourcePort);
        }
    }

    /// <summary>The endpoint that a unicast datagram is for, or comes from; null when there is none.</summary>
    internal UdpEndpoint? Find(in ReceivedPacket packet, ushort localPort, ushort remotePort)
    {
        UdpEndpoint? best = null;
        int bestScore = 0;
        if (!_ports.TryGetValue(localPort, out List<UdpEndpoint>? list))
        {
            return null;
        }

        foreach (UdpEndpoint endpoint in list)
        {
            int score = endpoint.Score(packet, remotePort);
            if (score > bestScore)
            {
                (best, bestScore) = (endpoint, score);
            }
        }

        return best;
    }

    /// <summary>Whether a socket of the quoted port has lately sent to the quoted peer.</summary>
    public bool MayHaveSent(in NetworkError error, ReadOnlySpan<byte> header)
    {
        (ushort local, ushort remote) = ((ushort)((header[0] << 8) | header[1]), (ushort)((header[2] << 8) | header[3]));
        if (_ports.TryGetValue(local, out List<UdpEndpoint>? list))
        {
            foreach (UdpEndpoint endpoint in list)
            {
                if (endpoint.MayHaveSent(error, remote))
                {
                    return true;
                }
            }
        }

        return false;
    }

    public void OnError(in NetworkError error, ReadOnlySpan<byte> header)
    {
        // Source port, destination port: ours and the peer's.
        ushort local = (ushort)((header[0] << 8) | header[1]);
        ushort remote = (ushort)((header[2] << 8) | header[3]);
        if (_ports.TryGetValue(local, out List<UdpEndpoint>? list))
        {
            foreach (UdpEndpoint endpoint in list)
            {
                endpoint.OnError(error, remote);
            }
        }
    }

    private void Refuse(in ReceivedPacket packet, Frame frame)
    {
        stack.Counters.Drop(DropReason.NoListener);
        if (packet.IsUnicast)
        {
            errors.RefusePort(packet, frame);
        }

        frame.Release();
    }

    private void DeliverToBest(in ReceivedPacket packet, Frame frame, ushort destinationPort, ushort sourcePort)
    {
        if (Find(packet, destinationPort, sourcePort) is not { } best)
        {
            Refuse(packet, frame);
            return;
        }

        frame.Pull(UdpHeader.Length);
        best.Deliver(packet, frame, sourcePort);
    }

    private void DeliverToAll(in ReceivedPacket packet, Frame frame, List<UdpEndpoint> list, ushort sourcePort)
    {
        frame.Pull(UdpHeader.Length);
        bool any = false;
        foreach (UdpEndpoint endpoint in list)
        {
            if (endpoint.Score(packet, sourcePort) > 0 && endpoint.TakesGroup(packet))
            {
                Frame copy = Frame.Rent(frame.Length);
                frame.CopyTo(copy.Append(frame.Length));
                endpoint.Deliver(packet, copy, sourcePort);
                any = true;
            }
        }

        if (!any)
        {
            stack.Counters.Drop(DropReason.NoListener);
        }

        frame.Release();
    }

    private static bool IsRight(in ReceivedPacket packet, Frame frame, int length)
    {
        InternetChecksum sum = default;
        sum.AddPseudoHeader(packet.Source, packet.Destination, IPProtocol.Udp, length);
        frame.Trim(length);
        return IcmpChecksum.IsRight(frame, sum);
    }

    private bool TryFindFree(UdpEndpoint endpoint, in IPAddressValue address, out ushort port)
    {
        uint start = (uint)stack.Random.Next();
        int free = _dynamic.FindFree(start);
        if (free >= 0)
        {
            port = (ushort)free;
            return true;
        }

        // Each number is held: one that is held elsewhere, or by the other family.
        port = 0;
        if (_exhausted.Contains((address, endpoint.IsDual)))
        {
            return false;
        }

        for (uint i = 0; i < _dynamic.Size; i++)
        {
            Searched++;
            port = (ushort)(FirstDynamic + ((start + i) % (uint)_dynamic.Size));
            IPAddressValue wanted = address;
            if (!_ports[port].Exists(other => endpoint.Overlaps(wanted, other)))
            {
                return true;
            }
        }

        if (_exhausted.Count == MaxExhausted)
        {
            _exhausted.Clear();
        }

        _exhausted.Add((address, endpoint.IsDual));
        port = 0;
        return false;
    }

    /// <summary>socket(7), SO_REUSEADDR: datagram sockets that all have it may share a port.</summary>
    private static bool Clashes(UdpEndpoint one, UdpEndpoint other, in IPAddressValue address) =>
        one.Overlaps(address, other) && !(one.ReuseAddress && other.ReuseAddress);
}
