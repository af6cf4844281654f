using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Contract;

/// <summary>
/// A radio with a stack of its own and a simulated clock: one station on a <see cref="MemoryWire"/>. Left out, because
/// nobody above can tell: segments, sequence numbers and retransmission (the wire loses nothing), TIME-WAIT (no old
/// segment is ever late). Left out and to be noticed: a connect that met a full backlog is never tried again.
/// </summary>
internal sealed class MemoryRadio : Radio
{
    private const int FirstEphemeralPort = 49152;

    private readonly Dictionary<(SocketType Type, int Port), MemorySocket> _ports = [];
    private int _nextPort = FirstEphemeralPort;

    internal MemoryRadio(MemoryWire wire, string name, IPAddress address)
        : base(64)
    {
        Wire = wire;
        Name = name;
        Address = address;
        wire.Attach(this, name);
    }

    public override string Name { get; }

    public override TimeProvider TimeProvider => Wire.Clock;

    internal MemoryWire Wire { get; }

    internal IPAddress Address { get; }

    public override RadioResult OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket)
    {
        socket = null;
        switch (type, protocol)
        {
            case var _ when family != Address.AddressFamily:
                return Errno.EAFNOSUPPORT;
            case (SocketType.Stream, ProtocolType.Unspecified or ProtocolType.Tcp):
                socket = new MemoryStreamSocket(this);
                return RadioResult.Ok;
            case (SocketType.Dgram, ProtocolType.Unspecified or ProtocolType.Udp):
                socket = new MemoryDatagramSocket(this);
                return RadioResult.Ok;
            case (SocketType.Stream or SocketType.Dgram or SocketType.Raw, _):
                return Errno.EPROTONOSUPPORT;
            default:
                return Errno.EINVAL;
        }
    }

    public override AddressLookup Resolve(AddressQuery query, in Deadline deadline)
    {
        // A lookup cannot be left half done, so an immediate deadline waits like an infinite one.
        bool limited = !deadline.IsInfinite && !deadline.IsImmediate;
        using CancellationTokenSource end = limited ? new(deadline.Remaining, Wire.Clock) : new();
        try
        {
            return ResolveAsync(query, end.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return new AddressLookup(AddressInfoError.System, Errno.ETIMEDOUT);
        }
    }

    public override async ValueTask<AddressLookup> ResolveAsync(AddressQuery query, CancellationToken cancellationToken)
    {
        if (query.Host is null)
        {
            bool passive = (query.Flags & AddressInfoFlags.Passive) != 0;
            return Rows(query, Address.AddressFamily == AddressFamily.InterNetwork
                ? passive ? IPAddress.Any : IPAddress.Loopback
                : passive ? IPAddress.IPv6Any : IPAddress.IPv6Loopback);
        }

        if (IPAddress.TryParse(query.Host, out IPAddress? digits))
        {
            return Rows(query, digits);
        }

        if ((query.Flags & AddressInfoFlags.NumericHost) != 0)
        {
            return new AddressLookup(AddressInfoError.NoName);
        }

        // As if a server were asked over the wire: there and back.
        await Task.Delay(2 * Wire.Delay, Wire.Clock, cancellationToken);
        return Wire.Find(query.Host) is { } found ? Rows(query, found) : new AddressLookup(AddressInfoError.NoName);
    }

    internal bool Owns(IPSocketAddress address) => address.IsAny || address.ToIPAddress().Equals(Address);

    internal MemorySocket? FindUnsynchronized(SocketType type, int port) => _ports.GetValueOrDefault((type, port));

    /// <summary>Gives a port to a socket: the one that it wants, or with 0 a free one. 0 when there is none.</summary>
    internal int TakePortUnsynchronized(MemorySocket socket, int wanted)
    {
        int port = wanted;
        while (wanted == 0 && _ports.ContainsKey((socket.Type, port = _nextPort)))
        {
            Advance();
        }

        if (wanted == 0)
        {
            Advance();
        }

        return _ports.TryAdd((socket.Type, port), socket) ? port : 0;

        void Advance() => _nextPort = _nextPort == IPEndPoint.MaxPort ? FirstEphemeralPort : _nextPort + 1;
    }

    internal void FreePortUnsynchronized(MemorySocket socket, int port)
    {
        if (FindUnsynchronized(socket.Type, port) == socket)
        {
            _ports.Remove((socket.Type, port));
        }
    }

    private static AddressLookup Rows(AddressQuery query, IPAddress address)
    {
        if (query.Family != AddressFamily.Unspecified && query.Family != address.AddressFamily)
        {
            return new AddressLookup(AddressInfoError.AddressFamily);
        }

        if (!ushort.TryParse(query.Service ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return new AddressLookup(AddressInfoError.Service);
        }

        (SocketType, ProtocolType)[] types = [(SocketType.Stream, ProtocolType.Tcp), (SocketType.Dgram, ProtocolType.Udp)];
        return new AddressLookup([.. from t in types
                                     where query.Type == 0 || query.Type == t.Item1
                                     select new AddressInfo(address.AddressFamily, t.Item1, t.Item2, "", new IPSocketAddress(address, port))]);
    }
}
