using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Configuration;

// What it says (RFC 2131, section 4.4.1, table 5).
public sealed partial class DhcpClient
{
    // How many questions without an answer make it ask for broadcasts.
    private const int SilentQuestions = 2;

    private static readonly IPAddressValue s_noAddress = IPAddressValue.Any(AddressFamily.InterNetwork);

    private IPAddressValue _wanted;
    private ushort _seconds;

    private bool IsBroadcastNeeded => _settings.BroadcastFlag || _sent >= SilentQuestions;

    private ushort Seconds => (ushort)Math.Min(ushort.MaxValue, _stack.Timers.Time(_stack.Timers.Now - _begun).TotalSeconds);

    private ushort MaxMessage => (ushort)Math.Clamp(_owner.LinkMtu, DhcpMessage.MaxLength, MaxReadableMessage);

    private void Discover()
    {
        _seconds = Seconds;
        Ask(DhcpMessage.Discover(_transaction, _owner.Hardware, _wanted), Seconds);
    }

    // Section 4.4.1: the same seconds as in the question.
    private void Request() => Ask(DhcpMessage.Select(_transaction, _owner.Hardware, _offer.Address, _offer.Server), _seconds);

    private void Reboot() => Ask(DhcpMessage.Reboot(_transaction, _owner.Hardware, _held.Address), Seconds);

    /// <summary>Broadcasts a message from no address, and sets the timer for its next repetition.</summary>
    private void Ask(in DhcpMessage message, ushort seconds)
    {
        Broadcast(Complete(message, seconds, IsBroadcastNeeded), s_noAddress);
        _sent++;
        SetTimer(Backoff());
    }

    private void RequestMore()
    {
        DhcpMessage message = Complete(DhcpMessage.Renew(_transaction, _owner.Hardware, _held.Address), Seconds, isBroadcast: false);
        if (State == DhcpState.Renewing)
        {
            Unicast(message);
        }
        else
        {
            Broadcast(message, _held.Address);
        }
    }

    /// <summary>Adds what every question has.</summary>
    private DhcpMessage Complete(in DhcpMessage message, ushort seconds, bool isBroadcast) => message with
    {
        Seconds = seconds,
        IsBroadcast = isBroadcast,
        HostName = _settings.HostName,
        MaxMessageSize = MaxMessage,
    };

    private void Decline() => Broadcast(DhcpMessage.Decline(_transaction, _owner.Hardware, _offer.Address, _offer.Server), s_noAddress);

    private void Release() => Unicast(
        DhcpMessage.Release((uint)_stack.Random.NextInt64(1L << 32), _owner.Hardware, _held.Address, _held.Server));

    /// <summary>Broadcast on the link, also without an address: below the routes.</summary>
    private void Broadcast(in DhcpMessage message, in IPAddressValue source)
    {
        Frame frame = Build(message, source, IPAddressValue.Broadcast);
        new IPv4Header(source, IPAddressValue.Broadcast, IPProtocol.Udp, frame.Length).Write(frame.Push(IPv4Header.MinLength));
        _owner.SendPacket(frame, IPAddressValue.Broadcast);
    }

    private void Unicast(in DhcpMessage message)
    {
        if (_stack.FindPath(_held.Server, _held.Address, null, out NetworkPath? path) == Errno.None)
        {
            _stack.Send(path!, Build(message, path!.Local, path.Remote), IPProtocol.Udp, new PacketOptions());
        }
    }

    private static Frame Build(in DhcpMessage message, in IPAddressValue source, in IPAddressValue destination)
    {
        Span<byte> bytes = stackalloc byte[DhcpMessage.MaxLength];
        bytes = bytes[..message.Write(bytes)];
        Frame frame = Frame.Rent(bytes.Length);
        bytes.CopyTo(frame.Append(bytes.Length));
        InternetChecksum sum = default;
        sum.AddPseudoHeader(source, destination, IPProtocol.Udp, bytes.Length + UdpHeader.Length);
        sum.Add(bytes);
        new UdpHeader(DhcpView.ClientPort, DhcpView.ServerPort, bytes.Length).Write(frame.Push(UdpHeader.Length), sum);
        return frame;
    }
}
