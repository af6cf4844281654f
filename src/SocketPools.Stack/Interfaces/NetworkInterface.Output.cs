using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

// What leaves.
internal sealed partial class NetworkInterface
{
    /// <summary>The frames of all that is no connection, and of connections of the first shard.</summary>
    internal InterfaceLine Main { get; }

    /// <summary>What leaves, by shards. One for each only where the link carries the frames of several threads at once.</summary>
    internal InterfaceLine[] Lines => Volatile.Read(ref _lines);

    /// <summary>Frames that wait for the link, of all shards.</summary>
    internal int OutgoingCount => Array.ConvertAll(Lines, static line => line.Outgoing.Count).Sum();

    /// <summary>Adds a line for one more shard, if the link can carry the frames of several threads at once. With the gate held.</summary>
    internal void AddLine(StackShard shard)
    {
        if (_pair is { IsSynchronous: true } || _loopback is not null)
        {
            Volatile.Write(ref _lines, [.. _lines, new InterfaceLine(shard, Counters.Add())]);
        }
    }

    /// <summary>Whether a packet to a next hop is given to one neighbour, whose hardware address has to be known.</summary>
    internal bool IsToNeighbor(in IPAddressValue nextHop) =>
        Medium == LinkMedium.Ethernet && !nextHop.IsMulticast && !(nextHop.IsIPv4 && IsBroadcast(nextHop));

    /// <summary>Sends an IP packet to a neighbour, a group, or as a broadcast on the link.</summary>
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

    /// <summary>Puts a frame in line that is complete. With the gate held.</summary>
    internal void Enqueue(Frame frame) => Enqueue(frame, Main);

    /// <summary>Puts a frame of a connection's in line. With its shard's lock held; with the gate held where the shard has no line here.</summary>
    internal void Enqueue(Frame frame, StackShard shard) => Enqueue(frame, LineOf(shard));

    /// <summary>Puts frames in line, with the same locks held. Of more than there is room for the last ones are dropped.</summary>
    internal void Enqueue(ref FrameQueue frames, StackShard shard)
    {
        InterfaceLine line = LineOf(shard);
        if (HasCarrier && line.Outgoing.Count + frames.Count <= _stack.Limits.MaxOutgoingFrames)
        {
            line.Outgoing.EnqueueAll(ref frames);
            line.Shard.HasOutgoing = true;
            return;
        }

        while (frames.TryDequeue(out Frame? frame))
        {
            Enqueue(frame, line);
        }
    }

    private InterfaceLine LineOf(StackShard shard) => (uint)(shard.Index - 1) < (uint)(_lines.Length - 1) ? _lines[shard.Index] : Main;

    private void Enqueue(Frame frame, InterfaceLine line)
    {
        if (!HasCarrier || line.Outgoing.Count >= _stack.Limits.MaxOutgoingFrames)
        {
            _stack.Counters.Drop(HasCarrier ? DropReason.OutgoingQueue : DropReason.NoCarrier, 1, Counters);
            frame.Release();
            return;
        }

        line.Outgoing.Enqueue(frame);
        line.Shard.HasOutgoing = true;
    }
}
