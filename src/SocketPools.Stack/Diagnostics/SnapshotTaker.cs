using SocketPools.Stack.Endpoints;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Diagnostics;

/// <summary>
/// Reads a stack for a <see cref="StackSnapshot"/>, a part at a time, so that the stack is held up for a moment only however many sockets
/// it has: each row is of one moment, and the whole of several. Without the gate, which it takes for each part.
/// </summary>
internal sealed partial class SnapshotTaker(SnapshotSources sources, long socketsRefused)
{
    /// <summary>Rows that are made while the gate is held once.</summary>
    internal const int RowsAtOnce = 64;

    private readonly NetworkStack _stack = sources.Transports.Network;
    private readonly List<KeyedRow> _sockets = [];
    private readonly List<NeighborInfo> _neighbors = [];
    private long _timeWait;
    private long _gaps;
    private long _receivedBytes;
    private long _groups;
    private long _waiting;

    /// <summary>Called after each part with the number of its rows, with the gate held: for tests.</summary>
    internal Action<int>? PartTaken { get; init; }

    internal StackSnapshot Take()
    {
        // Which there are: references alone, so that this is short. Connections, of which there may be many, are read place by place.
        (TcpListener Listener, HalfOpen[] HalfOpen)[] listeners;
        DatagramEndpoint[] datagrams, raw;
        (NetworkInterface Owner, Neighbor Neighbor)[] neighbors;
        (IPAddressValue Destination, int Mtu)[] paths;
        Route[] routes;
        using (_stack.Gate.EnterScope())
        {
            listeners = [.. sources.Transports.Tcp.Listeners.Select(listener => (listener, listener.HalfOpen.ToArray()))];
            datagrams = [.. sources.Transports.Udp.All];
            raw = [.. sources.Transports.Raw.All];
            neighbors = [.. _stack.Interfaces.SelectMany(one => one.Neighbors.All.Select(neighbor => (one, neighbor)))];
            paths = [.. _stack.PathMtus.All.Select(p => (p.Destination, p.Mtu))];
            routes = [.. _stack.Routes.Routes];
        }

        AddConnections();
        ForEach(listeners, one => _sockets.Add(Describe(one.Listener)));
        ForEach(datagrams, end => Add("udp", end, end.LocalPort, end.RemotePort));
        ForEach(raw, end => Add("raw", end, ((Raw.RawEndpoint)end).Protocol, 0));
        Array.Sort(neighbors, (x, y) => (x.Owner.Index, 0).CompareTo((y.Owner.Index, 0)) is var order && order != 0
            ? order : AddressSelector.Instance.Compare(x.Neighbor.Address, y.Neighbor.Address));
        ForEach(neighbors, Add);
        _sockets.AddRange(listeners.SelectMany(one => one.HalfOpen).Select(Describe));
        KeyedRow[] rows = [.. _sockets];
        Array.Sort(rows, KeyedRow.Compare);
        StackSocketInfo[] sockets = Array.ConvertAll(rows, keyed => keyed.Row);
        using (_stack.Gate.EnterScope())
        {
            return new StackSnapshot
            {
                Radio = sources.Transports.Radio.Name,
                Time = sources.Transports.Radio.TimeProvider.GetUtcNow(),
                Sockets = sockets,
                Interfaces = [.. _stack.Interfaces.Select(Describe)],
                Routes = [.. routes.Select(Describe)],
                Neighbors = [.. _neighbors],
                PathMtus = [.. paths.OrderBy(p => p.Destination, AddressSelector.Instance).Select(p => new PathMtuInfo { Destination = p.Destination.ToString(), Mtu = p.Mtu })],
                Limits = [.. Limits()],
                Counters = [.. Counters()],
                DroppedByReason = [.. Drops(_stack.Counters.Dropped), .. TcpDrops()],
            };
        }
    }

    private void ForEach<T>(T[] all, Action<T> describe)
    {
        foreach (T[] part in all.Chunk(RowsAtOnce))
        {
            using (_stack.Gate.EnterScope())
            {
                Array.ForEach(part, describe);
                PartTaken?.Invoke(part.Length);
            }
        }
    }

    private void Add(string protocol, DatagramEndpoint end, ushort localPort, ushort remotePort)
    {
        _receivedBytes = Math.Max(_receivedBytes, end.ReceivedBytes);
        _groups = Math.Max(_groups, end.GroupCount);
        _sockets.Add(Describe(protocol, end, localPort, remotePort));
    }

    private void Add((NetworkInterface Owner, Neighbor Neighbor) one)
    {
        _waiting = Math.Max(_waiting, one.Neighbor.Waiting.Count);
        _neighbors.Add(Describe(one.Owner, one.Neighbor));
    }
}
