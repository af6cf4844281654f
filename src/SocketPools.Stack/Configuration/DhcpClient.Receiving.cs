using SocketPools.Stack.Buffers;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Configuration;

// What it hears: offers, acknowledgments and refusals of its own transaction, and ARP while it looks whether an address is free.
public sealed partial class DhcpClient
{
    // What is asked for at most (option 57); a longer message is none of a server that read the question.
    private const int MaxReadableMessage = 1500;

    private DhcpOffer _offer;

    /// <summary>A datagram from a server's port to a client's has come to the interface: takes it. With the gate held.</summary>
    internal void Receive(Frame frame)
    {
        Span<byte> bytes = stackalloc byte[MaxReadableMessage];
        int length = frame.Length;
        bytes = bytes[..frame.CopyTo(bytes)];
        frame.Release();
        if (length > MaxReadableMessage || !DhcpView.TryRead(bytes, out DhcpView view) || !IsOurs(view) || !TryTake(view))
        {
            ResponsesIgnored++;
        }
    }

    /// <summary>An ARP packet has come: while an address is probed, a host that has or wants it makes it another's.</summary>
    internal void SeeArp(in ArpPacket packet)
    {
        if (State != DhcpState.Probing || packet.SenderHardware == _owner.Hardware)
        {
            return;
        }

        bool isProbe = packet.SenderProtocol.IsUnspecified && packet.TargetProtocol == _offer.Address;
        if (packet.SenderProtocol == _offer.Address || isProbe)
        {
            DeclinesSent++;
            Decline();
            _wanted = default;
            Pause();
        }
    }

    private bool IsOurs(DhcpView view) => view.IsReply && view.TransactionId == _transaction && view.ClientHardware == _owner.Hardware;

    private bool TryTake(DhcpView view)
    {
        DhcpMessageType type = view.MessageType;
        switch (State)
        {
            case DhcpState.Selecting when type == DhcpMessageType.Offer && DhcpOffer.TryRead(view, isFinal: false, out DhcpOffer offer):
                _offer = offer;
                State = DhcpState.Requesting;
                _sent = 0;
                Request();
                return true;
            case DhcpState.Requesting when type == DhcpMessageType.Acknowledge && DhcpOffer.TryRead(view, isFinal: true, out DhcpOffer given)
                && given.Server == _offer.Server && given.Address == _offer.Address:
                _offer = given;
                _given = view.ToArray();
                State = DhcpState.Probing;
                _probes = 0;
                Probe();
                return true;
            case DhcpState.Renewing or DhcpState.Rebinding or DhcpState.Rebooting when type == DhcpMessageType.Acknowledge
                && DhcpOffer.TryRead(view, isFinal: true, out DhcpOffer more) && more.Address == _held.Address
                && (State != DhcpState.Renewing || more.Server == _held.Server):
                _offer = more;
                _given = view.ToArray();
                Bind();
                return true;
            case DhcpState.Requesting or DhcpState.Renewing or DhcpState.Rebinding or DhcpState.Rebooting when type == DhcpMessageType.Refuse && IsFromServer(view):
                NaksReceived++;
                bool hadLease = HasLease;
                DropLease();
                _wanted = default;
                if (hadLease)
                {
                    BeginUnsynchronized();
                }
                else
                {
                    Pause();
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>Whether a refusal comes from the server that was asked; rebinding and rebooting ask all.</summary>
    private bool IsFromServer(DhcpView view) => view.TryGetAddress(DhcpOption.ServerIdentifier, out IPAddressValue server)
        && (State is DhcpState.Rebinding or DhcpState.Rebooting || server == (State == DhcpState.Requesting ? _offer.Server : _held.Server));
}

/// <summary>What a server offers or gives, as far as it decides whether it can be used.</summary>
/// <param name="Address">The address.</param>
/// <param name="Server">The server of the lease (option 54, which every answer has).</param>
/// <param name="Seconds">For how long; 0 in an offer that does not say.</param>
internal readonly record struct DhcpOffer(IPAddressValue Address, IPAddressValue Server, uint Seconds)
{
    /// <summary>Reads an offer, or an acknowledgment, which has to say for how long (RFC 2131, table 3).</summary>
    internal static bool TryRead(DhcpView view, bool isFinal, out DhcpOffer offer)
    {
        IPAddressValue address = view.YourAddress;
        bool hasServer = view.TryGetAddress(DhcpOption.ServerIdentifier, out IPAddressValue server) && server.IsUnicast && !server.IsLoopback;
        bool hasTime = view.TryGetNumber(DhcpOption.LeaseTime, out uint seconds) && seconds > 0;
        offer = new DhcpOffer(address, server, seconds);
        return hasServer && (hasTime || !isFinal) && address.IsUnicast && !address.IsLoopback && address.IPv4Bits >> 28 != 0xF && address != server;
    }
}
