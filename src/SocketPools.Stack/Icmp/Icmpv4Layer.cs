using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Icmp;

/// <summary>ICMP for IPv4 (RFC 792; RFC 1122, section 3.2.2): answers echoes, and reports to transports errors about their packets.</summary>
/// <remarks>Redirects are not followed: a host with one gateway loses nothing, and a host that can forge one would redirect its traffic.</remarks>
internal sealed class Icmpv4Layer(NetworkStack stack) : ITransport
{
    public void Receive(in ReceivedPacket packet, Frame frame)
    {
        if (!Icmpv4View.TryRead(frame.Head, out Icmpv4View view))
        {
            stack.Drop(frame, DropReason.Malformed);
        }
        else if (frame.Checksums != ChecksumState.NotNeeded && !IcmpChecksum.IsRight(frame, default))
        {
            stack.Drop(frame, DropReason.Checksum);
        }
        else if (view.Type == Icmpv4Type.EchoRequest && packet.IsUnicast)
        {
            Answer(packet, view, frame);
        }
        else
        {
            if (view.IsError && packet.IsUnicast)
            {
                Report(view);
            }

            frame.Release();
        }
    }

    // ICMP errors about ICMP: an echo that did not arrive. RAW sockets read the error itself.
    public void OnError(in NetworkError error, ReadOnlySpan<byte> header)
    {
    }

    private void Answer(in ReceivedPacket packet, in Icmpv4View view, Frame frame)
    {
        if (stack.FindPath(packet.Source, packet.Destination, null, out NetworkPath? path) != Errno.None)
        {
            stack.Drop(frame, DropReason.NoRoute);
            return;
        }

        Icmpv4Message reply = Icmpv4Message.EchoReply(view.Identifier, view.Sequence);
        Frame answer = IcmpChecksum.CopyBody(frame, Icmpv4Message.Length, default, out InternetChecksum sum);
        reply.Write(answer.Push(Icmpv4Message.Length), sum);
        frame.Release();
        stack.Send(path!, answer, IPProtocol.Icmp, new PacketOptions());
    }

    private void Report(in Icmpv4View view)
    {
        if (!view.TryReadQuote(out QuotedPacket quote) || !stack.IsLocal(quote.Source))
        {
            stack.Counters.Drop(DropReason.IcmpNoMatchingFlow);
            return;
        }

        (Errno errno, bool isHard, int mtu) = Meaning(view);
        if (errno == Errno.None)
        {
            return;
        }

        stack.ReportError(new NetworkError(quote.Source, quote.Destination, errno, isHard, mtu), quote);
    }

    /// <summary>What an error means to a socket, as icmp(7) and Linux's icmp_err_convert have it.</summary>
    private static (Errno Errno, bool IsHard, int Mtu) Meaning(in Icmpv4View view) => view.Type switch
    {
        Icmpv4Type.Unreachable => (Icmpv4Unreachable)view.Code switch
        {
            Icmpv4Unreachable.Network or Icmpv4Unreachable.NetworkForService => (Errno.ENETUNREACH, false, 0),
            Icmpv4Unreachable.NetworkUnknown => (Errno.ENETUNREACH, true, 0),
            Icmpv4Unreachable.Host or Icmpv4Unreachable.HostForService => (Errno.EHOSTUNREACH, false, 0),
            Icmpv4Unreachable.HostUnknown => (Errno.EHOSTDOWN, true, 0),
            Icmpv4Unreachable.Protocol => (Errno.ENOPROTOOPT, true, 0),
            Icmpv4Unreachable.Port => (Errno.ECONNREFUSED, true, 0),
            Icmpv4Unreachable.FragmentationNeeded => (Errno.EMSGSIZE, false, view.NextHopMtu),
            Icmpv4Unreachable.SourceRouteFailed => (Errno.EOPNOTSUPP, false, 0),
            Icmpv4Unreachable.NetworkProhibited => (Errno.ENETUNREACH, true, 0),
            <= Icmpv4Unreachable.PrecedenceCutoff => (Errno.EHOSTUNREACH, true, 0),
            _ => (Errno.None, false, 0),
        },
        Icmpv4Type.TimeExceeded => (Errno.EHOSTUNREACH, false, 0),
        Icmpv4Type.ParameterProblem => (Errno.EPROTO, true, 0),
        _ => (Errno.None, false, 0),
    };
}
