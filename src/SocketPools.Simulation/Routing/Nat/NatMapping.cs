using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing.Nat;

/// <summary>An end of a transport: address, and port or the identifier of an echo.</summary>
internal readonly record struct NatEnd(int Protocol, AddressValue Address, ushort Port);

/// <summary>An end inside and the port outside that stands for it.</summary>
internal sealed class NatMapping(NatEnd inside, ushort outsidePort, bool isForwarding)
{
    private const int MaxPeers = 1024;
    private readonly Dictionary<NatEnd, TcpTrack> _peers = [];

    internal NatEnd Inside => inside;

    internal ushort OutsidePort => outsidePort;

    /// <summary>Whether it was set by hand: it stays, and every host may use it.</summary>
    internal bool IsForwarding => isForwarding;

    /// <summary>When it ends.</summary>
    internal TimeSpan Expiry { get; set; } = TimeSpan.MaxValue;

    /// <summary>Whether any of its TCP connections is established.</summary>
    internal bool IsEstablished => _peers.Values.Any(p => p.IsEstablished);

    /// <summary>Notes a packet to or from a peer; false for a packet from a peer that may not send.</summary>
    internal bool Note(NatEnd peer, bool fromInside, NatFiltering filtering, int tcpFlags)
    {
        if (!_peers.TryGetValue(peer, out TcpTrack? track))
        {
            if (!fromInside && !IsForwarding && !MayEnter(peer, filtering))
            {
                return false;
            }

            if (_peers.Count == MaxPeers)
            {
                _peers.Clear();
            }

            _peers.Add(peer, track = new TcpTrack());
        }

        if (inside.Protocol == IPPacket.Tcp)
        {
            track.Note(fromInside, tcpFlags);
        }

        return true;
    }

    private bool MayEnter(NatEnd peer, NatFiltering filtering) => filtering switch
    {
        NatFiltering.EndpointIndependent => true,
        NatFiltering.AddressDependent => _peers.Keys.Any(p => p.Address == peer.Address),
        _ => false,
    };
}

/// <summary>How far a TCP connection is, as far as its flags tell (RFC 5382, section 5).</summary>
internal sealed class TcpTrack
{
    private const int Fin = 1;
    private const int Syn = 2;
    private const int Rst = 4;
    private const int Ack = 16;
    private bool _synIn;
    private bool _synOut;
    private bool _finIn;
    private bool _finOut;
    private bool _isReset;

    internal bool IsEstablished => _synIn && _synOut && !(_finIn && _finOut) && !_isReset;

    internal void Note(bool fromInside, int flags)
    {
        if ((flags & Syn) != 0 && (flags & Ack) == 0)
        {
            // A new connection of the same ends.
            (_synIn, _synOut, _finIn, _finOut, _isReset) = (false, false, false, false, false);
        }

        // A segment that opens nothing belongs to a connection that was picked up.
        bool isLater = (flags & (Syn | Rst)) == 0 && !_synIn && !_synOut;
        _synOut |= isLater || (fromInside && (flags & Syn) != 0);
        _synIn |= isLater || (!fromInside && (flags & Syn) != 0);
        _finOut |= fromInside && (flags & Fin) != 0;
        _finIn |= !fromInside && (flags & Fin) != 0;
        _isReset |= (flags & Rst) != 0;
    }
}
