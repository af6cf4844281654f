using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

/// <summary>
/// The address resolution protocol (RFC 826) on one interface: questions of others are answered for this stack's own addresses,
/// and its own are asked; an address that was added is announced (RFC 5227, section 2.3).
/// </summary>
internal sealed class ArpProtocol(StackCore stack, NetworkInterface owner)
{
    /// <summary>Called for every packet of another station: conflict detection uses it. Null without.</summary>
    internal Action<ArpPacket>? Heard { get; set; }

    internal void Receive(Frame frame)
    {
        if (!ArpView.TryRead(frame.Head, out ArpView view))
        {
            stack.Drop(frame, DropReason.Malformed);
            return;
        }

        ArpPacket packet = view.ToPacket();
        frame.Release();
        if (packet.SenderHardware == owner.Hardware)
        {
            return; // our own, which the medium has brought back: no other station (RFC 5227, section 2.1.1)
        }

        Heard?.Invoke(packet);
        if (packet.SenderProtocol.IsUnspecified)
        {
            // A probe (RFC 5227): another host wants an address. If it is ours it receives a reply, and nothing is learned.
            if (packet.Operation == ArpOperation.Request && owner.Owns(packet.TargetProtocol))
            {
                Send(packet.ReplyFrom(owner.Hardware), packet.SenderHardware);
            }

            return;
        }

        if (owner.Owns(packet.SenderProtocol))
        {
            return; // another host has our address; it is not defended (RFC 5227, 2.4 is left out)
        }

        bool isForUs = owner.Owns(packet.TargetProtocol);
        if (packet.Operation == ArpOperation.Reply || packet.SenderProtocol == packet.TargetProtocol)
        {
            // An announcement changes existing entries, and creates none.
            owner.Neighbors.Answer(packet.SenderProtocol, packet.SenderHardware, packet.Operation == ArpOperation.Reply && isForUs, isOverride: true);
        }
        else if (isForUs && packet.Operation == ArpOperation.Request && packet.SenderProtocol.IsUnicast && !packet.SenderProtocol.IsLoopback)
        {
            // RFC 826: who asks for us is told, and will be talked to.
            owner.Neighbors.Learn(packet.SenderProtocol, packet.SenderHardware);
            Send(packet.ReplyFrom(owner.Hardware), packet.SenderHardware);
        }
    }

    /// <summary>Asks for a hardware address: by broadcast, or the last known station (RFC 1122, section 2.3.2.1, unicast poll).</summary>
    internal void Ask(in IPAddressValue wanted, MacAddress? known)
    {
        if (owner.SourceFor(wanted) is { HasValue: true } own)
        {
            Send(ArpPacket.Request(owner.Hardware, own, wanted), known ?? MacAddress.Broadcast);
        }
    }

    /// <summary>Asks whether another host has an address that is to be this stack's (RFC 5227, section 2.1.1).</summary>
    internal void Probe(in IPAddressValue wanted) =>
        Send(ArpPacket.Request(owner.Hardware, IPAddressValue.Any(wanted.Family), wanted), MacAddress.Broadcast);

    /// <summary>Announces an address to all hosts on the link, which update their entries.</summary>
    internal void Announce(in IPAddressValue own) => Send(ArpPacket.Request(owner.Hardware, own, own), MacAddress.Broadcast);

    private void Send(in ArpPacket packet, MacAddress destination)
    {
        Frame frame = Frame.Rent();
        packet.Write(frame.Append(ArpPacket.Length));
        owner.SendEthernet(frame, destination, EtherType.Arp);
    }
}
