using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

// What leaves.
internal sealed partial class NetworkInterface
{
    /// <summary>Frames that leave when the lock is free. Guarded by it.</summary>
    internal FrameQueue Outgoing;

    /// <summary>Whether a packet to a next hop is given to one neighbour, whose hardware address has to be known.</summary>
    internal bool IsToNeighbor(in IPAddressValue nextHop) =>
        Medium == LinkMedium.Ethernet && !nextHop.IsMulticast && !(nextHop.IsIPv4 && IsBroadcast(nextHop));

    /// <summary>Sends an IP packet to a neighbour, a group or everybody on the link.</summary>
    internal void SendPacket(Frame frame, in IPAddressValue nextHop)
    {
        if (Medium != LinkMedium.Ethernet)
        {
            Enqueue(frame);
        }
        else if (IsToNeighbor(nextHop))
        {
            Neighbors.Send(nextHop, frame);
        }
        else if (nextHop.IsMulticast)
        {
            SendEthernet(frame, MacAddress.ForMulticast(nextHop), nextHop.IsIPv4 ? EtherType.IPv4 : EtherType.IPv6);
        }
        else
        {
            SendEthernet(frame, MacAddress.Broadcast, EtherType.IPv4);
        }
    }

    internal void SendEthernet(Frame frame, MacAddress destination, EtherType type)
    {
        new EthernetHeader(destination, Hardware, type).Write(frame.Push(EthernetHeader.Length));
        Enqueue(frame);
    }

    /// <summary>Puts a frame in line that is complete.</summary>
    internal void Enqueue(Frame frame)
    {
        if (!HasCarrier || Outgoing.Count >= _stack.Limits.MaxOutgoingFrames)
        {
            _stack.Counters.Drop(HasCarrier ? DropReason.OutgoingQueue : DropReason.NoCarrier, 1, Counters);
            frame.Release();
            return;
        }

        Outgoing.Enqueue(frame);
        _stack.HasOutgoing = true;
    }
}
