using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>A hold on a local port: a bound socket's, and that of every connection that came through it. The last to let go frees it.</summary>
internal sealed class TcpPort
{
    /// <summary>The address, or "any" of its family.</summary>
    internal required IPAddressValue Address { get; init; }

    internal required ushort Number { get; set; }

    /// <summary>SO_REUSEADDR: others with it may hold the port, too, as long as none listens.</summary>
    internal bool MayShare { get; init; }

    /// <summary>Whether "any" of IPv6 means IPv4 as well.</summary>
    internal bool IsDual { get; init; }

    /// <summary>Chosen for an active open: the port may serve other peers, too.</summary>
    internal bool IsEphemeral { get; init; }

    internal TcpListener? Listener { get; set; }

    internal int Users { get; set; }

    /// <summary>The next hold on the same number.</summary>
    internal TcpPort? Next { get; set; }

    /// <summary>Whether packets to an address are for it.</summary>
    internal bool Covers(in IPAddressValue address) =>
        Address == address
        || (Address == IPAddressValue.Any(address.Family) && Address.HasValue)
        || (IsDual && address.IsIPv4 && Address == IPAddressValue.Any(AddressFamily.InterNetworkV6));

    internal bool Overlaps(TcpPort other) => Covers(other.Address) || other.Covers(Address);
}

/// <summary>The local ports, and how free ones are found: RFC 6056, algorithm 3, with a peer; algorithm 1 without.</summary>
internal sealed class TcpPorts(TcpOptions settings, KeyedHash hash, Random random)
{
    private const int MaxExhausted = 256;

    private readonly Dictionary<ushort, TcpPort> _held = [];
    private readonly PortSet _ephemeral = new(settings.FirstEphemeralPort, settings.LastEphemeralPort);

    // Peers to which no port was left, until one is let go of: so they are not looked for in vain again and again.
    private readonly HashSet<FourTuple> _exhausted = [];

    // The same for sockets that are bound to any port.
    private readonly HashSet<(IPAddressValue Address, bool MayShare, bool IsDual)> _exhaustedAddresses = [];
    private uint _next;

    /// <summary>How many held ports were looked at in search of one that may be shared.</summary>
    internal long Searched { get; private set; }

    /// <summary>All holds.</summary>
    internal IEnumerable<TcpPort> All
    {
        get
        {
            foreach (TcpPort first in _held.Values)
            {
                for (TcpPort? port = first; port is not null; port = port.Next)
                {
                    yield return port;
                }
            }
        }
    }

    /// <summary>Binds: port 0 takes a free one.</summary>
    /// <returns>EADDRINUSE: another one has it, or none is free.</returns>
    internal Errno Bind(in IPAddressValue address, int number, bool mayShare, bool isDual, out TcpPort? port)
    {
        port = new TcpPort { Address = address, Number = (ushort)number, MayShare = mayShare, IsDual = isDual };
        bool isFree = number != 0 ? !Conflicts(port, isListening: false) : TryFindFree(port);
        if (isFree)
        {
            Hold(port);
            return Errno.None;
        }

        port = null;
        return Errno.EADDRINUSE;
    }

    // A free port, or else one that is used with other peers.
    private bool TryFindFree(TcpPort port)
    {
        uint offset = settings.SequentialPorts ? NextOffset() : (uint)random.Next();
        int free = _ephemeral.FindFree(offset);
        port.Number = (ushort)Math.Max(0, free);
        (IPAddressValue, bool, bool) key = (port.Address, port.MayShare, port.IsDual);
        if (free < 0 && _exhaustedAddresses.Contains(key))
        {
            return false;
        }

        for (uint i = 0; free < 0 && i < _ephemeral.Size; i++)
        {
            Searched++;
            port.Number = Ephemeral(offset + i);
            free = Conflicts(port, isListening: false) ? -1 : port.Number;
        }

        if (free < 0)
        {
            Remember(_exhaustedAddresses, key);
        }

        return free >= 0;
    }

    /// <summary>Whether a listener may be on a port beside the others that hold it.</summary>
    internal bool MayListen(TcpPort port) => !Conflicts(port, isListening: true);

    /// <summary>A port for a connection to a peer: a free one, and when all are taken, one that serves other peers.</summary>
    /// <param name="tuple">The connection, without local port.</param>
    /// <param name="mayShare">SO_REUSEADDR of the socket.</param>
    /// <param name="isTaken">Whether there is such a connection.</param>
    /// <param name="port">The port, or null when all are taken.</param>
    internal bool TryChoose(in FourTuple tuple, bool mayShare, Predicate<FourTuple> isTaken, out TcpPort? port)
    {
        FourTuple peer = tuple with { LocalPort = 0 };
        uint offset = settings.SequentialPorts ? NextOffset() : (uint)hash.Of(peer) + _next++;
        int free = _ephemeral.FindFree(offset);
        if (free >= 0)
        {
            port = New(tuple.Local, (ushort)free, mayShare);
            return true;
        }

        port = _exhausted.Contains(peer) ? null : FindShared(tuple, offset, isTaken);
        if (port is null)
        {
            Remember(_exhausted, peer);
            return false;
        }

        port.Users++;
        return true;
    }

    private TcpPort? FindShared(in FourTuple tuple, uint offset, Predicate<FourTuple> isTaken)
    {
        for (uint i = 0; i < _ephemeral.Size; i++)
        {
            Searched++;
            ushort number = Ephemeral(offset + i);
            if (_held.GetValueOrDefault(number) is { } held && MayServeAnother(held) && !isTaken(tuple with { LocalPort = number }))
            {
                return held;
            }
        }

        return null;
    }

    /// <summary>A connection is over. While others use its port, only its peer can use it again.</summary>
    internal void Release(TcpPort port, in FourTuple tuple)
    {
        if (port.Users > 1)
        {
            port.Users--;
            _exhausted.Remove(tuple with { LocalPort = 0 });
        }
        else
        {
            Release(port);
        }
    }

    /// <summary>One user less.</summary>
    internal void Release(TcpPort port)
    {
        _exhausted.Clear();
        _exhaustedAddresses.Clear();
        if (--port.Users > 0)
        {
            return;
        }

        TcpPort first = _held[port.Number];
        if (first == port)
        {
            if (port.Next is null)
            {
                _held.Remove(port.Number);
                _ephemeral.Set(port.Number, isHeld: false);
            }
            else
            {
                _held[port.Number] = port.Next;
            }

            return;
        }

        while (first.Next != port)
        {
            first = first.Next!;
        }

        first.Next = port.Next;
    }

    /// <summary>The listener for an address: one for just this address goes before one for any.</summary>
    internal TcpListener? FindListener(in IPAddressValue address, ushort number)
    {
        TcpListener? found = null;
        for (TcpPort? port = _held.GetValueOrDefault(number); port is not null; port = port.Next)
        {
            if (port.Listener is { } listener && port.Covers(address))
            {
                if (port.Address == address)
                {
                    return listener;
                }

                // IPv4's own "any" goes before IPv6's.
                found = found is null || port.Address.Family == address.Family ? listener : found;
            }
        }

        return found;
    }

    // From a random start, then one after another.
    private uint NextOffset()
    {
        if (_next == 0)
        {
            _next = (uint)random.Next() & 0xFFFFFF;
        }

        return ++_next;
    }

    private static void Remember<T>(HashSet<T> exhausted, T one)
    {
        if (exhausted.Count == MaxExhausted)
        {
            exhausted.Clear();
        }

        exhausted.Add(one);
    }

    private static bool MayServeAnother(TcpPort held) => held is { IsEphemeral: true, Next: null };

    private TcpPort New(in IPAddressValue address, ushort number, bool mayShare)
    {
        TcpPort port = new() { Address = address, Number = number, MayShare = mayShare, IsEphemeral = true };
        Hold(port);
        return port;
    }

    private void Hold(TcpPort port)
    {
        port.Users = 1;
        port.Next = _held.GetValueOrDefault(port.Number);
        _held[port.Number] = port;
        _ephemeral.Set(port.Number, isHeld: true);
    }

    private bool Conflicts(TcpPort port, bool isListening)
    {
        for (TcpPort? other = _held.GetValueOrDefault(port.Number); other is not null; other = other.Next)
        {
            bool mayShare = port.MayShare && other.MayShare && other.Listener is null;
            if (other != port && port.Overlaps(other) && (isListening ? other.Listener is not null : !mayShare))
            {
                return true;
            }
        }

        return false;
    }

    private ushort Ephemeral(uint number) => (ushort)(settings.FirstEphemeralPort + (number % (uint)_ephemeral.Size));
}
