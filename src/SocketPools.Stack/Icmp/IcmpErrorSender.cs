using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Icmp;

/// <summary>
/// Sends ICMP errors about packets that have come: never about an error, a group, a broadcast or a fragment that is not the first
/// (RFC 1122, section 3.2.2; RFC 4443, section 2.4 e), and only so many a second (section 2.4 f: a token bucket).
/// </summary>
internal sealed class IcmpErrorSender : IErrorSender
{
    private readonly NetworkStack _stack;
    private double _tokens;
    private long _lastRefill;

    internal IcmpErrorSender(NetworkStack stack)
    {
        _stack = stack;
        _tokens = stack.Limits.MaxErrorsPerSecond;
        _lastRefill = stack.Timers.Now;
    }

    /// <summary>No socket listens on the port. The frame begins with the transport's header, and stays the caller's.</summary>
    internal void RefusePort(in ReceivedPacket packet, Frame frame)
    {
        frame.Push(packet.HeaderLength); // the IP header is still there
        if (packet.Source.IsIPv4)
        {
            SendIPv4(packet, frame, Icmpv4Message.Unreachable(Icmpv4Unreachable.Port));
        }
        else
        {
            SendIPv6(packet, frame, Icmpv6Message.Unreachable(Icmpv6Unreachable.Port));
        }

        frame.Pull(packet.HeaderLength);
    }

    /// <summary>
    /// Reports to the sender that the packet's protocol has no handler. The frame begins with the IP header, and stays the caller's.
    /// </summary>
    public void RefuseProtocol(in ReceivedPacket packet, Frame frame)
    {
        if (packet.Source.IsIPv4)
        {
            SendIPv4(packet, frame, Icmpv4Message.Unreachable(Icmpv4Unreachable.Protocol));
        }
        else if (IPv6View.TryRead(frame.Head, frame.Length, out IPv6View view))
        {
            IPv6Extensions extensions = IPv6ExtensionWalker.Walk(view);
            SendIPv6(packet, frame, Icmpv6Message.ParameterProblem(Icmpv6Problem.UnknownNextHeader, extensions.ProtocolPointer));
        }
    }

    /// <summary>Messages that the last second has used up.</summary>
    internal int SpentUnsynchronized()
    {
        Refill();
        return _stack.Limits.MaxErrorsPerSecond - (int)_tokens;
    }

    private void SendIPv4(in ReceivedPacket packet, Frame about, in Icmpv4Message message)
    {
        bool isError = about.Head.Length > packet.HeaderLength && about.Head[9] == IPProtocol.Icmp
            && Icmpv4View.TryRead(about.Head[packet.HeaderLength..], out Icmpv4View view) && view.IsError;
        if (isError || !MaySend(packet, out NetworkPath? path))
        {
            return;
        }

        Frame frame = Quote(about, Icmpv4Message.MaxErrorPacket - IPv4Header.MinLength - Icmpv4Message.Length);
        InternetChecksum sum = default;
        sum.Add(frame.Head);
        message.Write(frame.Push(Icmpv4Message.Length), sum);
        _stack.Send(path!, frame, IPProtocol.Icmp, new PacketOptions());
    }

    /// <param name="packet">What has come.</param>
    /// <param name="about">The packet, from its IP header on.</param>
    /// <param name="message">What is said about it.</param>
    /// <param name="isForGroups">Whether it is said about packets to groups, too (RFC 4443, section 2.4, e.3).</param>
    public void SendIPv6(in ReceivedPacket packet, Frame about, in Icmpv6Message message, bool isForGroups = false)
    {
        bool isError = about.Head.Length > packet.HeaderLength && about.Head[6] == IPProtocol.Icmpv6
            && Icmpv6View.TryRead(about.Head[packet.HeaderLength..], out Icmpv6View view) && view.IsError;
        if (isError || !MaySend(packet, out NetworkPath? path, isForGroups))
        {
            return;
        }

        Frame frame = Quote(about, Icmpv6Message.MaxErrorPacket - IPv6Header.Length - Icmpv6Message.Length);
        InternetChecksum sum = default;
        sum.AddPseudoHeader(path!.Local, path.Remote, IPProtocol.Icmpv6, frame.Length + Icmpv6Message.Length);
        sum.Add(frame.Head);
        message.Write(frame.Push(Icmpv6Message.Length), sum);
        _stack.Send(path, frame, IPProtocol.Icmpv6, new PacketOptions());
    }

    /// <summary>The rest of a packet in pieces has not come in time. The frame has the first fragment, as far as it goes.</summary>
    public void RefuseReassembly(Frame frame)
    {
        if (IPv4View.TryRead(frame.Head, int.MaxValue, out IPv4View view))
        {
            ReceivedPacket packet = new(view.Source, view.Destination, _stack.IsLocal(view.Destination), 0, 0, InterfaceOf(view.Destination), view.HeaderLength);
            SendIPv4(packet, frame, Icmpv4Message.TimeExceeded(inReassembly: true));
        }
        else if (IPv6View.TryRead(frame.Head, int.MaxValue, out IPv6View header))
        {
            ReceivedPacket packet = new(header.Source, header.Destination, _stack.IsLocal(header.Destination), 0, 0, InterfaceOf(header.Destination), IPv6Header.Length);
            SendIPv6(packet, frame, Icmpv6Message.TimeExceeded(inReassembly: true));
        }
    }

    private int InterfaceOf(IPAddressValue address) => _stack.Interfaces.FirstOrDefault(one => one.Owns(address))?.Index ?? _stack.Loopback.Index;

    private bool MaySend(in ReceivedPacket packet, out NetworkPath? path, bool isForGroups = false)
    {
        path = null;
        if (!(packet.IsUnicast || isForGroups) || !packet.Source.IsUnicast || _stack.InterfaceOf(packet.InterfaceIndex)!.IsBroadcast(packet.Source))
        {
            return false;
        }

        if (!TakeToken())
        {
            _stack.Counters.Drop(DropReason.IcmpRateLimit);
            return false;
        }

        bool found = _stack.FindPath(packet.Source, packet.IsUnicast ? packet.Destination : default, _stack.InterfaceOf(packet.InterfaceIndex), out path) == Radios.Errno.None;
        _stack.Counters.IcmpErrorsSent += found ? 1 : 0;
        return found;
    }

    private void Refill()
    {
        long now = _stack.Timers.Now;
        int most = _stack.Limits.MaxErrorsPerSecond;
        _tokens = Math.Min(most, _tokens + (_stack.Timers.Time(now - _lastRefill).TotalSeconds * most));
        _lastRefill = now;
    }

    private bool TakeToken()
    {
        Refill();
        if (_tokens < 1)
        {
            return false;
        }

        // One on average, and never known: an exact count would show an off-path attacker whether others were answered (CVE-2020-25705; as Linux).
        _tokens = Math.Max(0, _tokens - _stack.Random.Next(3));
        return true;
    }

    private static Frame Quote(Frame about, int most)
    {
        int length = Math.Min(about.Length, most);
        Frame frame = Frame.Rent(length);
        about.CopyTo(frame.Append(length));
        return frame;
    }
}
