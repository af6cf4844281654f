using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing.Nat;

/// <summary>The mappings of a NAT, found from inside and from outside. It is bounded, and counts what it refuses.</summary>
internal sealed class NatTable(NatOptions options, SimulatedClock clock)
{
    private const int FirstPort = 1024;
    private const int LastPort = 65535;

    private readonly Dictionary<NatEnd, NatMapping> _byInside = [];
    private readonly Dictionary<(int Protocol, ushort Port), NatMapping> _byOutside = [];
    private readonly List<NatMapping> _forwardings = [];
    private ushort _lastPort = FirstPort;

    internal IEnumerable<NatMapping> Mappings => _byOutside.Values.Where(IsAlive);

    internal NatMapping? FindOutside(int protocol, ushort port) =>
        _byOutside.TryGetValue((protocol, port), out NatMapping? mapping) && IsAlive(mapping) ? mapping : null;

    internal NatMapping? FindInside(NatEnd inside) => _byInside.TryGetValue(inside, out NatMapping? mapping) && IsAlive(mapping) ? mapping : null;

    /// <summary>Makes a mapping; the port outside is the same as inside where that is free (RFC 4787, section 4.2.1). Null: there is no room.</summary>
    internal NatMapping? Add(NatEnd inside)
    {
        if (_byOutside.Count >= options.MaxMappings)
        {
            Sweep();
        }

        if (_byOutside.Count >= options.MaxMappings || ChoosePort(inside) is not { } port)
        {
            return null;
        }

        NatMapping mapping = new(inside, port, isForwarding: false);
        Put(mapping);
        return mapping;
    }

    internal void AddForwarding(NatEnd inside, ushort port)
    {
        RemoveForwarding(inside.Protocol, port);
        NatMapping mapping = new(inside, port, isForwarding: true);
        _forwardings.Add(mapping);
        Put(mapping);
    }

    internal bool RemoveForwarding(int protocol, ushort port)
    {
        if (_forwardings.Find(m => m.Inside.Protocol == protocol && m.OutsidePort == port) is not { } found)
        {
            return false;
        }

        _forwardings.Remove(found);
        Remove(found);
        return true;
    }

    /// <summary>Forgets all mappings but those that were set by hand.</summary>
    internal void Clear()
    {
        _byInside.Clear();
        _byOutside.Clear();
        foreach (NatMapping mapping in _forwardings)
        {
            Put(mapping);
        }
    }

    /// <summary>A packet has used it: its time begins again.</summary>
    internal void Touch(NatMapping mapping) => mapping.Expiry = mapping.IsForwarding ? TimeSpan.MaxValue : clock.Elapsed + mapping.Inside.Protocol switch
    {
        IPPacket.Udp => options.UdpTimeout,
        IPPacket.Tcp => mapping.IsEstablished ? options.TcpEstablishedTimeout : options.TcpTransitoryTimeout,
        _ => options.IcmpTimeout,
    };

    private bool IsAlive(NatMapping mapping) => mapping.Expiry > clock.Elapsed;

    private void Put(NatMapping mapping)
    {
        if (_byInside.TryGetValue(mapping.Inside, out NatMapping? before) && !before.IsForwarding)
        {
            Remove(before);
        }

        if (_byOutside.TryGetValue((mapping.Inside.Protocol, mapping.OutsidePort), out before))
        {
            Remove(before);
        }

        _byInside[mapping.Inside] = mapping;
        _byOutside[(mapping.Inside.Protocol, mapping.OutsidePort)] = mapping;
    }

    private void Remove(NatMapping mapping)
    {
        _byOutside.Remove((mapping.Inside.Protocol, mapping.OutsidePort));
        if (_byInside.TryGetValue(mapping.Inside, out NatMapping? found) && found == mapping)
        {
            _byInside.Remove(mapping.Inside);
        }
    }

    private void Sweep()
    {
        foreach (NatMapping mapping in _byOutside.Values.Where(m => !IsAlive(m)).ToArray())
        {
            Remove(mapping);
        }
    }

    // The identifiers of echoes have all numbers, ports only those from 1024 on.
    private ushort? ChoosePort(NatEnd inside)
    {
        int first = inside.Protocol == IPPacket.Icmp ? 0 : FirstPort;
        if (inside.Port >= first && FindOutside(inside.Protocol, inside.Port) is null)
        {
            return inside.Port;
        }

        for (int tries = 0; tries <= LastPort - first; tries++)
        {
            _lastPort = (ushort)(_lastPort >= LastPort ? first : Math.Max(first, _lastPort + 1));
            if (FindOutside(inside.Protocol, _lastPort) is null)
            {
                return _lastPort;
            }
        }

        return null;
    }
}
