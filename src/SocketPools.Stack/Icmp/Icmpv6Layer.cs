using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Icmp;

/// <summary>
/// ICMPv6 (RFC 4443): answers echoes, reports to transports errors about their packets, and hands neighbour discovery and group
/// membership to their interface.
/// </summary>
internal sealed class Icmpv6Layer(NetworkStack stack, IcmpInterfaces interfaces) : ITransport
{
    public void Receive(in ReceivedPacket packet, Frame frame)
    {
        InternetChecksum sum = default;
        sum.AddPseudoHeader(packet.Source, packet.Destination, IPProtocol.Icmpv6, frame.Length);
        if (!Icmpv6View.TryRead(frame.Head, out Icmpv6View view))
        {
            stack.Drop(frame, DropReason.Malformed);
            return;
        }

        if (frame.Checksums != ChecksumState.NotNeeded && !IcmpChecksum.IsRight(frame, sum))
        {
            stack.Drop(frame, DropReason.Checksum);
            return;
        }

        switch (view.Type)
        {
            case Icmpv6Type.EchoRequest when packet.Source.IsUnicast:
                Answer(packet, view, frame);
                return;
            case >= Icmpv6Type.RouterSolicitation and <= Icmpv6Type.Redirect when packet.WasInPieces:
                stack.Drop(frame, DropReason.Fragment); // RFC 6980: who sends them in pieces hides from guards
                return;
            case >= Icmpv6Type.RouterSolicitation and <= Icmpv6Type.Redirect:
                interfaces[packet.InterfaceIndex].Discovery.Receive(packet, frame);
                break;
            case >= Icmpv6Type.ListenerQuery and <= Icmpv6Type.ListenerDone:
                interfaces[packet.InterfaceIndex].Groups.Receive(packet, frame);
                break;
            case var _ when view.IsError && packet.IsUnicast:
                Report(view);
                break;
        }

        frame.Release();
    }

    public void OnError(in NetworkError error, ReadOnlySpan<byte> header)
    {
    }

    /// <summary>RFC 4443, section 4.2: an echo to a group is answered too, from an address of the interface.</summary>
    private void Answer(in ReceivedPacket packet, in Icmpv6View view, Frame frame)
    {
        IPAddressValue local = packet.IsUnicast ? packet.Destination : default;
        if (stack.FindPath(packet.Source, local, stack.InterfaceOf(packet.InterfaceIndex), out NetworkPath? path) != Errno.None)
        {
            stack.Drop(frame, DropReason.NoRoute);
            return;
        }

        InternetChecksum start = default;
        start.AddPseudoHeader(path!.Local, path.Remote, IPProtocol.Icmpv6, frame.Length);
        Icmpv6Message reply = Icmpv6Message.EchoReply(view.Identifier, view.Sequence);
        Frame answer = IcmpChecksum.CopyBody(frame, Icmpv6Message.Length, start, out InternetChecksum sum);
        reply.Write(answer.Push(Icmpv6Message.Length), sum);
        frame.Release();
        stack.Send(path, answer, IPProtocol.Icmpv6, new PacketOptions());
    }

    private void Report(in Icmpv6View view)
    {
        if (!view.TryReadQuote(out QuotedPacket quote) || !stack.IsLocal(quote.Source))
        {
            stack.Counters.Drop(DropReason.IcmpNoMatchingFlow);
            return;
        }

        (Errno errno, bool isHard) = Meaning(view);
        int mtu = 0;
        if (errno == Errno.EMSGSIZE)
        {
            if (view.NextHopMtu < IPv6Header.MinMtu)
            {
                stack.Counters.Drop(DropReason.IcmpNoMatchingFlow); // RFC 8201, section 4: no link is so narrow
                return;
            }

            mtu = (int)Math.Min(view.NextHopMtu, ushort.MaxValue);
        }

        stack.ReportError(new NetworkError(quote.Source, quote.Destination, errno, isHard, mtu), quote);
    }

    /// <summary>What an error means to a socket, as Linux's icmpv6_err_convert has it.</summary>
    private static (Errno Errno, bool IsHard) Meaning(in Icmpv6View view) => view.Type switch
    {
        Icmpv6Type.Unreachable => (Icmpv6Unreachable)view.Code switch
        {
            Icmpv6Unreachable.NoRoute => (Errno.ENETUNREACH, false),
            Icmpv6Unreachable.Prohibited => (Errno.EACCES, true),
            Icmpv6Unreachable.Port => (Errno.ECONNREFUSED, true),
            Icmpv6Unreachable.SourcePolicy or Icmpv6Unreachable.RejectRoute => (Errno.EACCES, true),
            Icmpv6Unreachable.BeyondScope or Icmpv6Unreachable.Address => (Errno.EHOSTUNREACH, false),
            _ => (Errno.EPROTO, true),
        },
        Icmpv6Type.PacketTooBig => (Errno.EMSGSIZE, false),
        Icmpv6Type.TimeExceeded => (Errno.EHOSTUNREACH, false),
        Icmpv6Type.ParameterProblem => (Errno.EPROTO, true),
        _ => (Errno.EPROTO, false), // RFC 4443, section 2.4, a: unknown errors are passed on, too
    };
}
