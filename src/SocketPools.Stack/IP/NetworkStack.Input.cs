using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

// The input: Ethernet, IPv4 and IPv6, and delivery to transports. All with the gate held; every frame is handed on or dropped.
internal sealed partial class NetworkStack
{
    /// <summary>Packets that came together have one time, and one answer where one is enough. With the gate held.</summary>
    internal void ReceiveBatch(NetworkInterface one, InterfaceLine line, ref FrameQueue batch)
    {
        StackShard shard = line.Shard;
        shard.FramesReceived += batch.Count;
        line.Counts.FramesReceived += batch.Count;
        shard.Timers.FreezeAtCall();
        _isInBatch = batch.Count > 1;
        KnownFlows? known = KnownOf(shard);
        ThreadBuffers own = ThreadBuffers.Own;
        try
        {
            while (batch.TryDequeue(out Frame? frame))
            {
                line.Counts.BytesReceived += frame.Length;
                if (known is not null && known.TryReceive(one, frame, _isInBatch, isShardOnly: false))
                {
                    shard.PacketsDelivered++;
                    if (_isInBatch)
                    {
                        int more = known.ReceiveSeries(frame, ref batch, isShardOnly: false, own, out int length);
                        shard.PacketsDelivered += more;
                        line.Counts.BytesReceived += (long)more * length;
                    }

                    frame.Release(own);
                }
                else
                {
                    ReceiveFrame(one, frame);
                }
            }
        }
        finally
        {
            if (_isInBatch)
            {
                _isInBatch = false;
                foreach (StackShard each in Shards.All)
                {
                    EndBatch(each);
                }
            }

            shard.Timers.Thaw();
        }
    }

    /// <summary>
    /// The same for packets that the connections of one shard expect, with its lock alone. The first one that needs more, and those behind it,
    /// stay in the batch.
    /// </summary>
    internal void ReceiveKnown(NetworkInterface one, InterfaceLine line, ref FrameQueue batch)
    {
        StackShard shard = line.Shard;
        if (KnownOf(shard) is not { } known)
        {
            return;
        }

        shard.Timers.FreezeAtCall();
        bool isInBatch = batch.Count > 1;
        int taken = 0;
        ThreadBuffers own = ThreadBuffers.Own;
        try
        {
            while (batch.TryDequeue(out Frame? frame))
            {
                int length = frame.Length;
                if (!known.TryReceive(one, frame, isInBatch, isShardOnly: true))
                {
                    batch.PutFirst(frame);
                    break;
                }

                taken++;
                line.Counts.BytesReceived += length;
                if (isInBatch)
                {
                    int more = known.ReceiveSeries(frame, ref batch, isShardOnly: true, own, out length);
                    taken += more;
                    line.Counts.BytesReceived += (long)more * length;
                }

                frame.Release(own);
            }
        }
        finally
        {
            shard.FramesReceived += taken;
            shard.PacketsDelivered += taken;
            line.Counts.FramesReceived += taken;
            if (isInBatch)
            {
                EndBatch(shard);
            }

            shard.Timers.Thaw();
        }
    }

    private void EndBatch(StackShard shard)
    {
        foreach (ITransport transport in _batched)
        {
            transport.EndBatch(shard);
        }
    }

    /// <inheritdoc/>
    public void Remember(in FourTuple tuple, int interfaceIndex, IKnownFlow end)
    {
        if (InterfaceOf(interfaceIndex) is { } one)
        {
            _known ??= Array.ConvertAll(Shards.All, shard => new KnownFlows(Core, this, shard));
            _known[end.Shard.Index].Remember(one, tuple, end);
            end.CheckedAt = one == end.Interface ? Core.AddressChanges : end.CheckedAt;
        }
    }

    /// <inheritdoc/>
    public void Forget(in FourTuple tuple, IKnownFlow end)
    {
        if (_known is { } known)
        {
            foreach (KnownFlows each in known)
            {
                each.Forget(tuple, end);
            }
        }
    }

    /// <summary>The connection that a packet is for, whose packets from this interface need not be checked again; null where there is none.</summary>
    internal IKnownFlow? FindChecked(NetworkInterface one, in FourTuple tuple) =>
        _transports[IPProtocol.Tcp]?.FindFlow(tuple) is { } end && end.CheckedAt == Core.AddressChanges && end.Interface == one ? end : null;

    // Where a RAW socket listens to TCP every packet goes through all layers.
    private KnownFlows? KnownOf(StackShard shard) => Raw is null || Raw.IsIdle(IPProtocol.Tcp) ? _known?[shard.Index] : null;

    private void ReceiveFrame(NetworkInterface one, Frame frame)
    {
        if (one.Medium != LinkMedium.Ethernet)
        {
            ReceivePacket(one, frame, frame.Head.Length > 0 ? frame.Head[0] >> 4 : 0);
            return;
        }

        if (!EthernetView.TryRead(frame.Head, out EthernetView view))
        {
            Drop(frame, DropReason.Malformed);
            return;
        }

        MacAddress destination = view.Destination;
        if (destination != one.Hardware && !destination.IsGroup)
        {
            Drop(frame, DropReason.OtherHost);
            return;
        }

        EtherType type = view.Type;
        frame.Pull(EthernetHeader.Length);
        if (!EthernetView.TrySkipPriorityTags(frame.Head, ref type, out int tags))
        {
            Drop(frame, DropReason.UnknownEtherType);
            return;
        }

        frame.Pull(tags);
        switch (type)
        {
            case EtherType.Arp:
                one.Arp.Receive(frame);
                break;
            case EtherType.IPv4:
                ReceiveIPv4(one, frame, destination.IsGroup);
                break;
            case EtherType.IPv6:
                ReceiveIPv6(one, frame, destination.IsGroup);
                break;
            default:
                Drop(frame, DropReason.UnknownEtherType);
                break;
        }
    }

    private void ReceivePacket(NetworkInterface one, Frame frame, int version)
    {
        switch (version)
        {
            case 4:
                ReceiveIPv4(one, frame, isGroup: false);
                break;
            case 6:
                ReceiveIPv6(one, frame, isGroup: false);
                break;
            default:
                Drop(frame, DropReason.Malformed);
                break;
        }
    }

    /// <summary>RFC 1122, section 3.2.1: what a host does with a datagram.</summary>
    private void ReceiveIPv4(NetworkInterface one, Frame frame, bool isGroup)
    {
        if (!IPv4View.TryRead(frame.Head, frame.Length, out IPv4View view))
        {
            Drop(frame, DropReason.Malformed);
            return;
        }

        bool isChecked = frame.Checksums == ChecksumState.NotNeeded || view.IsChecksumRight;
        bool isUnicast = IsForThisHost(one, view.Destination) || (one.IsAwaitingAddress && !isGroup && IsForDhcpClient(view));
        DropReason? refusal = isChecked ? RefusalOf(one, view.Source, view.Destination, isUnicast) : DropReason.Checksum;
        if (refusal is { } reason)
        {
            Drop(frame, reason);
            return;
        }

        frame.Trim(view.TotalLength);
        ReceivedPacket packet = new(
            view.Source, view.Destination, isUnicast && !isGroup, view.CongestionBits, view.TimeToLive, one.Index, view.HeaderLength, _isInBatch);
        DeliverOrReassemble(packet, frame, view);
    }

    private void DeliverOrReassemble(in ReceivedPacket packet, Frame frame, in IPv4View view)
    {
        byte protocol = view.Protocol;
        if (!view.IsFragment)
        {
            Deliver(packet, protocol, frame);
        }
        else if (Reassembly.AddIPv4(view, frame) is { } whole)
        {
            Deliver(packet with { WasInPieces = true, CongestionBits = whole.Head[1] & 3 }, protocol, whole);
        }
    }

    /// <summary>RFC 8200, section 4: the header, its extensions, and what they say is to be done.</summary>
    private void ReceiveIPv6(NetworkInterface one, Frame frame, bool isGroup)
    {
        if (!IPv6View.TryRead(frame.Head, frame.Length, out IPv6View view))
        {
            Drop(frame, DropReason.Malformed);
            return;
        }

        // An address that is still being checked is not used, but hears who else claims it (RFC 4862, section 5.4.3).
        bool isUnicast = IsForThisHost(one, view.Destination);
        if (RefusalOf(one, view.Source, view.Destination, isUnicast) is { } reason)
        {
            Drop(frame, reason);
            return;
        }

        frame.Trim(view.TotalLength);
        ReceivedPacket packet = new(
            view.Source, view.Destination, isUnicast && !isGroup, view.CongestionBits, view.HopLimit, one.Index, IPv6Header.Length, _isInBatch);
        WalkIPv6(packet, frame, view);
    }

    /// <summary>Whether an address is one of this host's own; link-local ones of IPv6 count at their interface alone.</summary>
    private bool IsForThisHost(NetworkInterface one, in IPAddressValue destination) => one.Owns(destination)
        || (!destination.IsMulticast && (destination.IsIPv4 || !destination.IsLinkLocal) && IsLocal(destination) && (one.IsLoopback || !destination.IsLoopback));

    /// <summary>RFC 2131, section 4.1: an answer to the address that a DHCP client does not have yet.</summary>
    private static bool IsForDhcpClient(in IPv4View view) => view.Protocol == IPProtocol.Udp && view.Destination.IsUnicast
        && UdpView.TryRead(view.Payload, view.PayloadLength, out UdpView udp) && udp.DestinationPort == DhcpView.ClientPort;

    /// <summary>Why a packet with such addresses is not taken; null when it is.</summary>
    private DropReason? RefusalOf(NetworkInterface one, in IPAddressValue source, in IPAddressValue destination, bool isUnicast)
    {
        // ::ffff:a.b.c.d stands for IPv4 at a socket and has no place on a wire (RFC 4942, section 2.2); Linux drops it, too.
        bool isNobodys = source.IsMulticast || (source.IsIPv4 ? one.IsBroadcast(source) : source.IsIPv4Mapped);
        if (isNobodys || (!one.IsLoopback && IsOwnOrLoopback(source)))
        {
            return DropReason.MartianSource;
        }

        if (destination.IsUnspecified)
        {
            return DropReason.NotLocal; // RFC 1122, section 3.2.1.3 (a); RFC 4291, section 2.5.2: the unspecified address
        }

        bool isForGroup = destination.IsMulticast ? one.Accepts(destination) : destination.IsIPv4 && one.IsBroadcast(destination);
        if (!isUnicast && !isForGroup)
        {
            return DropReason.NotLocal;
        }

        // RFC 1122, section 3.2.1.3 (a): only from who asks for an address, and that goes to all.
        return source.IsUnspecified && isUnicast ? DropReason.MartianSource : null;
    }

    private void WalkIPv6(ReceivedPacket packet, Frame frame, in IPv6View view)
    {
        IPv6Extensions extensions = IPv6ExtensionWalker.Walk(view);
        packet = packet with { HeaderLength = extensions.Offset };
        switch (extensions.Verdict)
        {
            case IPv6Verdict.Deliver:
                Deliver(packet with { WasInPieces = packet.WasInPieces | extensions.IsAtomicFragment }, extensions.Protocol, frame);
                break;
            case IPv6Verdict.Reassemble when packet.WasInPieces:
                Drop(frame, DropReason.Fragment); // pieces of a piece
                break;
            case IPv6Verdict.Reassemble when extensions.Fragment.Offset == 0 && !IPv6ExtensionWalker.HasWholeChain(view, extensions):
                Counters.Drop(DropReason.ExtensionHeader);
                Errors?.SendIPv6(packet, frame, Icmpv6Message.ParameterProblem(Icmpv6Problem.IncompleteHeaderChain, 0));
                frame.Release();
                break;
            case IPv6Verdict.Reassemble when Reassembly.AddIPv6(view, extensions, frame) is { } whole:
                // What was cut may begin with extension headers, too.
                IPv6View.TryRead(whole.Head, whole.Length, out IPv6View again);
                WalkIPv6(packet with { WasInPieces = true, CongestionBits = again.CongestionBits }, whole, again);
                break;
            case IPv6Verdict.Refuse:
                Counters.Drop(DropReason.ExtensionHeader);
                Errors?.SendIPv6(packet, frame, Icmpv6Message.ParameterProblem(extensions.Problem, extensions.Pointer), extensions.IsReportedToGroups);
                frame.Release();
                break;
            case IPv6Verdict.Drop:
                Drop(frame, DropReason.ExtensionHeader);
                break;
        }
    }

    /// <summary>A source that no neighbour can have. 0.0.0.0 and :: are others' to say.</summary>
    private bool IsOwnOrLoopback(in IPAddressValue source) => source.IsLoopback || (!source.IsUnspecified && IsLocal(source));

    /// <summary>To the RAW sockets, which get a copy, and to the transport. The frame's head begins with the IP header.</summary>
    private void Deliver(in ReceivedPacket packet, byte protocol, Frame frame)
    {
        Shards.Main.PacketsDelivered++;
        bool isTaken = Raw is not null && Raw.Offer(packet, protocol, frame, packet.HeaderLength);
        if (TransportOf(packet, protocol) is { } transport)
        {
            if (frame.Head.Length < packet.HeaderLength)
            {
                Drop(frame, DropReason.Malformed);
                return;
            }

            frame.Pull(packet.HeaderLength);
            transport.Receive(packet, frame);
            return;
        }

        if (!isTaken)
        {
            Counters.Drop(DropReason.NoListener);
            bool isNothing = protocol == IPProtocol.NoNextHeader && packet.Destination.IsIPv6; // RFC 8200, section 4.7: what is behind is ignored
            if (!isNothing)
            {
                Errors?.RefuseProtocol(packet, frame);
            }
        }

        frame.Release();
    }

    // ICMP and IGMP are IPv4's, ICMPv6 is IPv6's; in the other family their numbers are of no known protocol, as on Linux.
    private ITransport? TransportOf(in ReceivedPacket packet, byte protocol)
    {
        bool isOfOther = packet.Destination.IsIPv4 ? protocol == IPProtocol.Icmpv6 : protocol is IPProtocol.Icmp or IPProtocol.Igmp;
        return isOfOther ? null : _transports[protocol];
    }
}
