using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Icmp;

/// <summary>
/// Neighbour discovery on one interface (RFC 4861): who has which hardware address. Duplicate address detection (RFC 4862, section
/// 5.4) is in the other part of this class, routers are in <c>Autoconfiguration</c>.
/// </summary>
/// <remarks>Redirects are not followed: a host with one router loses nothing, and a host that can forge one would redirect its traffic.</remarks>
internal sealed partial class NeighborDiscovery(StackCore stack, NetworkInterface owner) : INeighborSolicitor
{
    /// <summary>Who decides what becomes of addresses and routers; null without one.</summary>
    internal IDiscoveryObserver? Observer { get; set; }

    /// <summary>A message of neighbour discovery has come; its checksum is right. The frame's head begins with it.</summary>
    internal void Receive(in ReceivedPacket packet, Frame frame)
    {
        // The rules look at the IP header, which is still in front.
        frame.Push(packet.HeaderLength);
        if (IPv6View.TryRead(frame.Head, frame.Length, out IPv6View header) && Icmpv6View.TryRead(frame.Head[packet.HeaderLength..], out Icmpv6View message))
        {
            if (NeighborView.TryRead(message, header, out NeighborView neighbor))
            {
                if (neighbor.IsAdvertisement)
                {
                    ReceiveAdvertisement(neighbor);
                }
                else
                {
                    ReceiveSolicitation(packet, neighbor);
                }
            }
            else if (RouterAdvertisementView.TryRead(message, header, out RouterAdvertisementView router))
            {
                Observer?.OnRouterAdvertisement(packet.Source, router);
            }
        }

        frame.Pull(packet.HeaderLength);
    }

    /// <summary>Asks for a hardware address: the group of those whose addresses end alike (RFC 4861, 7.2.2), or the one that had it.</summary>
    public void Solicit(in IPAddressValue wanted, MacAddress? known)
    {
        IPAddressValue source = owner.SourceFor(wanted);
        if (source.HasValue)
        {
            SendSolicitation(new NeighborSolicitation(wanted, owner.Hardware), source, known is null ? wanted.SolicitedNode : wanted, known);
        }
    }

    /// <summary>RFC 4861, section 7.2.3 and 7.2.4; for addresses that are being checked RFC 4862, section 5.4.3.</summary>
    private void ReceiveSolicitation(in ReceivedPacket packet, in NeighborView view)
    {
        IPAddressValue target = view.Target;
        if (owner.Find(target) is not { } own)
        {
            return;
        }

        if (packet.Source.IsUnspecified && IsOwnQuestion(own, view))
        {
            return;
        }

        if (own.IsTentative)
        {
            if (packet.Source.IsUnspecified)
            {
                FailDetection(own); // another station checks the same address
            }

            return;
        }

        NeighborAdvertisement answer = new(target, owner.Hardware) { IsOverride = true, IsSolicited = !packet.Source.IsUnspecified };
        if (packet.Source.IsUnspecified)
        {
            SendAdvertisement(answer, target, IPAddressValue.AllNodes, null);
            return;
        }

        MacAddress? asker = null;
        if (view.TryGetLinkLayer(out MacAddress hardware) && hardware.IsStation)
        {
            owner.Neighbors.Learn(packet.Source, hardware);
            asker = hardware; // answered there: the answer alone does not make the asker a neighbour in use
        }

        SendAdvertisement(answer, target, packet.Source, asker);
    }

    private void ReceiveAdvertisement(in NeighborView view)
    {
        if (owner.Find(view.Target) is { } own)
        {
            if (own.IsTentative)
            {
                FailDetection(own);
            }

            return; // another host has our address; it is not defended
        }

        view.TryGetLinkLayer(out MacAddress hardware);
        owner.Neighbors.Answer(view.Target, hardware, view.IsSolicited, view.IsOverride);
    }

    private void SendSolicitation(in NeighborSolicitation message, in IPAddressValue source, in IPAddressValue destination, MacAddress? hardware)
    {
        Frame frame = Frame.Rent();
        message.Write(frame.Append(message.Length), source, destination);
        Send(frame, source, destination, hardware);
    }

    private void SendAdvertisement(in NeighborAdvertisement message, in IPAddressValue source, in IPAddressValue destination, MacAddress? hardware)
    {
        Frame frame = Frame.Rent();
        message.Write(frame.Append(message.Length), source, destination);
        Send(frame, source, destination, hardware);
    }

    internal void Send(Frame frame, in IPAddressValue source, in IPAddressValue destination, MacAddress? hardware)
    {
        IPv6Header header = new(source, destination, IPProtocol.Icmpv6, frame.Length) { HopLimit = NdRules.HopLimit };
        header.Write(frame.Push(IPv6Header.Length));
        if (hardware is { } known)
        {
            owner.SendEthernet(frame, known, EtherType.IPv6);
        }
        else
        {
            owner.SendPacket(frame, destination);
        }
    }
}
