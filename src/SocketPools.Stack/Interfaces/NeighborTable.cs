using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

/// <summary>
/// The neighbours of one interface: neighbour unreachability detection (RFC 4861, section 7.3) for IPv6, and the same machine
/// for ARP, whose RFC 826 leaves it open (RFC 1122, section 2.3.2.1, asks for a time-out).
/// </summary>
/// <remarks>
/// An entry is made by a packet to be sent, by a question to this stack and by nothing else, so that a flood of answers fills nothing.
/// The table has a limit; when it is reached one goes that was never used, or else the one that was not used for longest: a flood of
/// questions under invented names costs the neighbours in use nothing.
/// </remarks>
internal sealed partial class NeighborTable(StackCore stack, NetworkInterface owner, INeighborObserver observer)
{
    // RFC 4861, section 10: REACHABLE_TIME, RETRANS_TIMER, DELAY_FIRST_PROBE_TIME, MAX_UNICAST_SOLICIT and MAX_MULTICAST_SOLICIT.
    private static readonly TimeSpan s_reachable = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_retransmit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_delay = TimeSpan.FromSeconds(5);
    private const int MaxProbes = 3;

    private readonly Dictionary<IPAddressValue, Neighbor> _neighbors = [];
    private long _uses;

    internal IEnumerable<Neighbor> All => _neighbors.Values;

    internal int Count => _neighbors.Count;

    /// <summary>Solicits neighbours of IPv6; null without one.</summary>
    internal INeighborSolicitor? Solicitor { get; set; }

    /// <summary>Neighbours that were forgotten for others: the table was full.</summary>
    internal long NeighborsEvicted { get; private set; }

    /// <summary>Sends an IP packet to a neighbour, now or when it has answered.</summary>
    internal void Send(in IPAddressValue address, Frame frame) => Send(GetOrAdd(address), frame);

    /// <summary>Sends an IP packet to a neighbour of this table, now or when it has answered.</summary>
    internal void Send(Neighbor neighbor, Frame frame)
    {
        NoteUse(neighbor);
        switch (neighbor.State)
        {
            case NeighborState.Incomplete:
                Park(neighbor, frame);
                if (!neighbor.Timer.IsSet)
                {
                    Ask(neighbor);
                }

                return;
            case NeighborState.Stale:
                neighbor.SetState(NeighborState.Delay);
                SetTimer(neighbor, s_delay);
                break;
        }

        owner.SendEthernet(frame, neighbor.Hardware, frame.Head[0] >> 4 == 4 ? EtherType.IPv4 : EtherType.IPv6);
    }

    /// <summary>A packet is sent to a neighbour.</summary>
    internal void NoteUse(Neighbor neighbor)
    {
        // Written only when another one was used in between: several shards do this at once, and one cache line would go to and fro.
        if (neighbor.LastUsed != _uses || !neighbor.IsUsed)
        {
            neighbor.LastUsed = ++_uses;
            neighbor.IsUsed = true;
        }
    }

    /// <summary>Learns from a question that a neighbour asked us, or from a packet that tells its hardware address.</summary>
    internal void Learn(in IPAddressValue address, MacAddress hardware)
    {
        if (!address.IsUnicast || !hardware.IsStation)
        {
            return;
        }

        Neighbor neighbor = GetOrAdd(address);
        if (neighbor.HasHardware && neighbor.Hardware == hardware)
        {
            return;
        }

        // RFC 4861, 7.2.3: it is known where it is, and not yet whether it can be reached.
        neighbor.SetHardware(hardware, NeighborState.Stale);
        TimerQueue.Clear(neighbor.Timer);
        SendWaiting(neighbor);
        ProbeIfDead(neighbor);
    }

    /// <summary>A reply to a request of this stack. Nothing is learned from unsolicited replies.</summary>
    /// <param name="address">Who answers.</param>
    /// <param name="hardware">Its hardware address, or none when the answer left it out.</param>
    /// <param name="isSolicited">Whether it answers a question (RFC 4861: the flag S).</param>
    /// <param name="isOverride">Whether it changes what is known (the flag O).</param>
    internal void Answer(in IPAddressValue address, MacAddress hardware, bool isSolicited, bool isOverride)
    {
        if (!_neighbors.TryGetValue(address, out Neighbor? neighbor))
        {
            return;
        }

        bool isKnown = hardware.IsStation;
        if (neighbor.State == NeighborState.Incomplete)
        {
            // RFC 4861, 7.2.5.
            if (isKnown)
            {
                Confirm(neighbor, hardware, isSolicited);
                SendWaiting(neighbor);
            }

            return;
        }

        bool isOther = isKnown && hardware != neighbor.Hardware;
        if (isOther && !isOverride)
        {
            if (neighbor.State == NeighborState.Reachable)
            {
                neighbor.SetState(NeighborState.Stale);
                TimerQueue.Clear(neighbor.Timer);
            }

            return;
        }

        if (isSolicited || isOther)
        {
            Confirm(neighbor, isKnown ? hardware : neighbor.Hardware, isSolicited);
        }
    }

    internal void OnTimer(Neighbor neighbor)
    {
        switch (neighbor.State)
        {
            case NeighborState.Reachable:
                neighbor.SetState(NeighborState.Stale);
                break;
            case NeighborState.Delay:
                neighbor.SetState(NeighborState.Probe);
                Ask(neighbor);
                break;
            case NeighborState.Incomplete or NeighborState.Probe when neighbor.Probes < MaxProbes:
                Ask(neighbor);
                break;
            case NeighborState.Incomplete or NeighborState.Probe:
                Forget(neighbor, report: true);
                break;
        }
    }

    /// <summary>Forgets all: the link went down.</summary>
    internal void Clear()
    {
        ReviveAll();
        foreach (Neighbor neighbor in _neighbors.Values.ToArray())
        {
            Forget(neighbor, report: false);
        }
    }

    internal Neighbor GetOrAdd(in IPAddressValue address)
    {
        if (_neighbors.TryGetValue(address, out Neighbor? neighbor))
        {
            return neighbor;
        }

        if (_neighbors.Count >= stack.Limits.MaxNeighbors)
        {
            NeighborsEvicted++;
            stack.Counters.Drop(DropReason.NeighborLimit, 1, owner.Counters);
            Forget(LeastWorth(), report: false);
        }

        neighbor = new Neighbor(this, address) { LastUsed = ++_uses };
        _neighbors.Add(address, neighbor);
        return neighbor;
    }

    private Neighbor LeastWorth()
    {
        Neighbor? least = null;
        foreach (Neighbor neighbor in _neighbors.Values)
        {
            least = least is null || neighbor.Worth.CompareTo(least.Worth) < 0 ? neighbor : least;
        }

        return least!;
    }

    private void Ask(Neighbor neighbor)
    {
        neighbor.Probes++;
        MacAddress? known = neighbor.State == NeighborState.Probe ? neighbor.Hardware : null;
        if (neighbor.Address.IsIPv4)
        {
            owner.Arp.Ask(neighbor.Address, known);
        }
        else
        {
            Solicitor?.Solicit(neighbor.Address, known);
        }

        SetTimer(neighbor, s_retransmit);
    }

    private void Confirm(Neighbor neighbor, MacAddress hardware, bool isReachable)
    {
        neighbor.SetHardware(hardware, isReachable ? NeighborState.Reachable : NeighborState.Stale);
        if (isReachable)
        {
            Revive(neighbor.Address);
            SetTimer(neighbor, s_reachable);
        }
        else
        {
            TimerQueue.Clear(neighbor.Timer);
        }
    }

    private void Park(Neighbor neighbor, Frame frame)
    {
        if (neighbor.Waiting.Count >= stack.Limits.MaxPacketsPerNeighbor && neighbor.Waiting.TryDequeue(out Frame? oldest))
        {
            // RFC 1122, 2.3.2.2: at least the newest is kept.
            stack.Counters.Drop(DropReason.NeighborQueue, 1, owner.Counters);
            oldest.Release();
        }

        neighbor.Waiting.Enqueue(frame);
    }

    private void SendWaiting(Neighbor neighbor)
    {
        while (neighbor.Waiting.TryDequeue(out Frame? frame))
        {
            Send(neighbor.Address, frame);
        }
    }

    private void Forget(Neighbor neighbor, bool report)
    {
        _neighbors.Remove(neighbor.Address);
        neighbor.IsForgotten = true;
        stack.Timers.Remove(neighbor.Timer);
        bool isRouter = report && NoteIfRouter(neighbor.Address);
        while (neighbor.Waiting.TryDequeue(out Frame? frame))
        {
            if (isRouter && observer.TrySendByOther(frame, neighbor.Address, owner))
            {
                continue;
            }

            stack.Counters.Drop(DropReason.NeighborUnreachable, 1, owner.Counters);
            if (report)
            {
                observer.OnUnreachable(frame);
            }

            frame.Release();
        }
    }

    private void SetTimer(Neighbor neighbor, TimeSpan time) =>
        stack.Timers.Set(neighbor.Timer, stack.Timers.Now + stack.Timers.Ticks(time));
}
