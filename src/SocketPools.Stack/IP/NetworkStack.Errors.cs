using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

// What becomes of packets that did not arrive: transports hear of it.
internal sealed partial class NetworkStack
{
    /// <summary>
    /// An ICMP error has come about a packet that may be ours: its transport hears of it, and the path's MTU is learned if the
    /// transport knows of such a packet (RFC 5927, section 7: a guess does not shorten our packets).
    /// </summary>
    internal void ReportError(in NetworkError error, in QuotedPacket quote)
    {
        ITransport? transport = _transports[quote.Protocol];
        if (error.Errno != Errno.EMSGSIZE)
        {
            Raw?.OnError(error, quote.Protocol);
            transport?.OnError(error, quote.Transport);
            return;
        }

        bool isOurs = transport?.MayHaveSent(error, quote.Transport) is true || Raw?.MayHaveSent(error, quote.Protocol, quote.Transport) is true;
        if (!isOurs || FindPath(error.Remote, default, out NetworkPath? path) != Errno.None)
        {
            Counters.Drop(DropReason.IcmpNoMatchingFlow);
            return;
        }

        if (PathMtus.Note(error.Remote, error.Mtu, path!.Mtu, out PathMtu known))
        {
            Routes.Invalidate();
            NetworkError learned = error with { Mtu = known.Mtu, MayFragment = known.MayFragment };
            Raw?.OnError(learned, quote.Protocol);
            transport?.OnError(learned, quote.Transport);
            OnPathMtuChanged(error.Remote);
        }
    }

    /// <summary>Paths that were found before are out of date, and the transports fit their packets to the new MTU.</summary>
    /// <param name="remote">The destination; no address where a link's MTU has changed.</param>
    internal void OnPathMtuChanged(in IPAddressValue remote)
    {
        Routes.Invalidate();
        foreach (ITransport transport in _batched)
        {
            transport.OnPathMtuChanged(remote);
        }
    }

    /// <summary>The neighbour that a packet of ours was to go to does not answer: its transport hears of it, as from a router.</summary>
    public void OnUnreachable(Frame frame)
    {
        bool isQuote = frame.Head[0] >> 4 == 4
            ? QuotedPacket.TryReadIPv4(frame.Head, out QuotedPacket quote)
            : QuotedPacket.TryReadIPv6(frame.Head, out quote);
        if (isQuote && IsLocal(quote.Source))
        {
            ReportError(new NetworkError(quote.Source, quote.Destination, Errno.EHOSTUNREACH, IsHard: true, 0), quote);
        }
    }

    /// <summary>A router does not answer: a packet that waited for it goes to another one by the same interface, if one is not known to be as dead.</summary>
    public bool TrySendByOther(Frame frame, in IPAddressValue router, NetworkInterface one)
    {
        bool isIPv4 = frame.Head[0] >> 4 == 4;
        IPAddressValue source = isIPv4 ? IPAddressValue.ReadIPv4(frame.Head[12..]) : IPAddressValue.ReadIPv6(frame.Head[8..]);
        IPAddressValue destination = isIPv4 ? IPAddressValue.ReadIPv4(frame.Head[16..]) : IPAddressValue.ReadIPv6(frame.Head[24..]);
        if (FindPath(destination, source, out NetworkPath? path) != Errno.None || path!.Interface != one || path.NextHop == router
            || one.Neighbors.DiedAt(path.NextHop) != long.MinValue)
        {
            return false;
        }

        one.SendPacket(frame, path.NextHop);
        return true;
    }
}
