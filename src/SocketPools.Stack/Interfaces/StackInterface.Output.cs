using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

public sealed partial class StackInterface
{
    /// <summary>Sends an IP packet to a neighbour, a group or everybody on the link.</summary>
    internal void SendPacket(Frame frame, in IPNumber nextHop)
    {
        if (Link.Medium != LinkMedium.Ethernet)
        {
            Enqueue(frame);
        }
        else if (IsToNeighbor(nextHop))
        {
            Neighbors.Send(nextHop, frame);
        }
        else if (nextHop.IsMulticast)
        {
            SendEthernet(frame, MacAddress.ForMulticast(nextHop), TypeOf(nextHop));
        }
        else
        {
            SendEthernet(frame, MacAddress.Broadcast, EtherType.IPv4);
        }
    }

    /// <summary>Sends an IP packet by the way that its transport has found.</summary>
    internal void SendPacket(Frame frame, NetworkPath path)
    {
        if (path.Neighbor is not { IsForgotten: false } && IsToNeighbor(path.NextHop))
        {
            if (path.Neighbor is not null)
            {
                _stack.FindNextHopAgain(path);
            }

            path.Neighbor = Neighbors.GetOrAdd(path.NextHop);
        }

        if (path.Neighbor is { } neighbor)
        {
            Neighbors.Send(neighbor, frame);
        }
        else
        {
            SendPacket(frame, path.NextHop);
        }
    }

    private bool IsToNeighbor(in IPNumber nextHop) =>
        Link.Medium == LinkMedium.Ethernet && !nextHop.IsMulticast && !(nextHop.IsIPv4 && IsBroadcast(nextHop));

    internal void SendEthernet(Frame frame, MacAddress destination, EtherType type)
    {
        new EthernetHeader(destination, Hardware, type).Write(frame.Push(EthernetHeader.Length));
        Enqueue(frame);
    }

    private void Enqueue(Frame frame)
    {
        if (!HasCarrier)
        {
            _stack.Counters.Drop(DropReason.NoCarrier, 1, this);
            frame.Release();
            return;
        }

        if (Outgoing.Count >= _stack.Options.MaxOutgoingFrames)
        {
            _stack.Counters.Drop(DropReason.OutgoingQueue, 1, this);
            frame.Release();
            return;
        }

        Outgoing.Enqueue(frame);
        _stack.HasOutgoing = true;
    }

    private static EtherType TypeOf(in IPNumber address) => address.IsIPv4 ? EtherType.IPv4 : EtherType.IPv6;
}
