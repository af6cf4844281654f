using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack;

// The way out: where to, an IP header, fragments where they are allowed.
internal sealed partial class NetworkStack
{
    private FragmentIdentification? _identifications;

    /// <summary>What is known of paths that are narrower than their links.</summary>
    internal PathMtuTable PathMtus { get; }

    /// <inheritdoc/>
    public Errno FindPath(in IPNumber remote, in IPNumber local, out NetworkPath? path) => FindPath(remote, local, null, out path);

    /// <summary>Finds the way to an address, by one interface if that is asked for.</summary>
    internal Errno FindPath(in IPNumber remote, in IPNumber local, StackInterface? only, out NetworkPath? path)
    {
        path = null;
        if (local.HasValue && local.Family != remote.Family && !(local.IsIPv6 && local.IsUnspecified))
        {
            return local.IsIPv4 ? Errno.EAFNOSUPPORT : Errno.ENETUNREACH; // as Linux tells an IPv6 socket that is bound to the other version
        }

        IPNumber destination = remote.IsUnspecified ? IPNumber.Loopback(remote.Family) : remote; // connect(2) to "any" means this host
        bool isOwn = !destination.IsMulticast && !destination.IsLimitedBroadcast && IsLocal(destination);
        StackInterface? way = isOwn ? Loopback : only;
        IPNumber nextHop = destination;
        if (!isOwn && !(way is not null && (destination.IsMulticast || destination.IsLimitedBroadcast || destination.IsLinkLocal)))
        {
            if (Routes.Find(destination, only) is not { } route)
            {
                // Groups and the limited broadcast need no route where there is one interface to take.
                way = destination.IsMulticast || destination.IsLimitedBroadcast ? FirstInterface(destination) : null;
                if (way is null)
                {
                    return Errno.ENETUNREACH;
                }
            }
            else
            {
                way = route.Interface;
                nextHop = route.Gateway.HasValue ? route.Gateway : destination;
            }
        }

        IPNumber source = local;
        if (!local.HasValue || local.IsUnspecified)
        {
            source = isOwn ? destination : way!.SourceFor(destination, nextHop);
            if (!source.HasValue)
            {
                return Errno.ENETUNREACH;
            }
        }
        else if (!IsLocal(local))
        {
            return Errno.EADDRNOTAVAIL;
        }

        int mtu = way!.MtuFor(destination);
        bool isNarrow = PathMtus.TryGet(destination, out PathMtu known);
        path = new NetworkPath
        {
            Local = source,
            Remote = destination,
            Interface = way,
            NextHop = nextHop,
            Mtu = isNarrow ? Math.Min(known.Mtu, mtu) : mtu,
            MayFragment = isNarrow && known.MayFragment,
            Offloads = way.Link.Offloads,
        };
        return Errno.None;
    }

    /// <inheritdoc/>
    public void Send(NetworkPath path, Frame frame, byte protocol, int congestionBits = 0)
    {
        // TCP fits its segments to the path. What does not fit all the same, options on a path of 68 bytes, is cut here.
        bool fits = frame.SegmentSize > 0 || frame.Length + path.HeaderLength <= path.Mtu;
        bool mayNotFragment = protocol == IPProtocol.Tcp && fits && !path.MayFragment;
        Send(path, frame, protocol, new PacketOptions { TrafficClass = (byte)congestionBits, MayNotFragment = mayNotFragment });
    }

    /// <summary>Sends a packet with more to say about its header.</summary>
    internal void Send(NetworkPath path, Frame frame, byte protocol, in PacketOptions options)
    {
        bool isTooLong = frame.Length + path.HeaderLength > path.Mtu && frame.SegmentSize == 0;
        if (path.Local.IsIPv4)
        {
            if (isTooLong)
            {
                SendIPv4Fragments(path, frame, protocol, options);
                return;
            }

            PushIPv4(path, frame, protocol, options, NextIdentification(path, protocol, options.MayNotFragment), 0, hasMore: false);
        }
        else
        {
            if (isTooLong)
            {
                SendIPv6Fragments(path, frame, protocol, options);
                return;
            }

            PushIPv6(path, frame, protocol, options);
        }

        path.Interface.SendPacket(frame, path);
    }

    /// <summary>
    /// Tells the fragments of one packet from those of others. Of a packet that may not be cut it says nothing (RFC 6864, 4.1), and is a
    /// counter of the path's, which begins anywhere.
    /// </summary>
    internal ushort NextIdentification(NetworkPath path, byte protocol, bool mayNotFragment)
    {
        if (mayNotFragment)
        {
            return path.NextIdentification(Random);
        }

        _identifications ??= new FragmentIdentification(Random, Timers);
        if (path.IdentifiedProtocol != protocol)
        {
            path.IdentifiedProtocol = protocol;
            path.IdentificationCounter = (short)_identifications.Choose(path.Local, path.Remote, protocol);
        }

        return _identifications.Next(path.IdentificationCounter);
    }

    /// <summary>
    /// An ICMP error has come about a packet that may be ours: its transport hears of it, and the path's MTU is learned if the
    /// transport knows of such a packet (RFC 5927, section 7: whoever only guesses does not shorten our packets).
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
            Counters.Drop(DropReason.UnknownQuote);
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
    internal void OnPathMtuChanged(in IPNumber remote)
    {
        Routes.Invalidate();
        foreach (ITransport transport in _batched)
        {
            transport.OnPathMtuChanged(remote);
        }
    }

    /// <summary>The neighbour that a packet of ours was to go to does not answer: its transport hears of it, as from a router.</summary>
    internal void ReportUnreachable(Frame frame)
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
    internal bool TrySendByOther(Frame frame, in IPNumber router, StackInterface one)
    {
        bool isIPv4 = frame.Head[0] >> 4 == 4;
        IPNumber source = isIPv4 ? IPNumber.ReadIPv4(frame.Head[12..]) : IPNumber.ReadIPv6(frame.Head[8..]);
        IPNumber destination = isIPv4 ? IPNumber.ReadIPv4(frame.Head[16..]) : IPNumber.ReadIPv6(frame.Head[24..]);
        if (FindPath(destination, source, out NetworkPath? path) != Errno.None || path!.Interface != one || path.NextHop == router
            || one.Neighbors.DiedAt(path.NextHop) != long.MinValue)
        {
            return false;
        }

        one.SendPacket(frame, path.NextHop);
        return true;
    }

    /// <summary>The neighbour of a path was forgotten: perhaps another router takes its packets now.</summary>
    internal void FindNextHopAgain(NetworkPath path)
    {
        if (FindPath(path.Remote, path.Local, out NetworkPath? found) == Errno.None && found!.Interface == path.Interface)
        {
            path.NextHop = found.NextHop;
        }
    }

    private StackInterface? FirstInterface(in IPNumber destination)
    {
        foreach (StackInterface one in _interfaces)
        {
            if (!one.IsLoopback && one.SourceFor(destination).HasValue)
            {
                return one;
            }
        }

        return null;
    }

    private static void PushIPv4(
        NetworkPath path, Frame frame, byte protocol, in PacketOptions options, ushort identification, int offset, bool hasMore)
    {
        IPv4Header header = new(path.Local, path.Remote, protocol, frame.SegmentSize > 0 ? Math.Min(frame.Length, IPv4Header.MaxLength - IPv4Header.MinLength) : frame.Length)
        {
            TimeToLive = options.HopLimit,
            TrafficClass = options.TrafficClass,
            Identification = identification,
            MayNotFragment = options.MayNotFragment,
            FragmentOffset = offset,
            HasMoreFragments = hasMore,
            HasRouterAlert = options.HasRouterAlert,
        };
        header.Write(frame.Push(header.Length));
    }

    private static void PushIPv6(NetworkPath path, Frame frame, byte protocol, in PacketOptions options)
    {
        IPv6Header header = new(path.Local, path.Remote, protocol, frame.Length)
        {
            HopLimit = options.HopLimit,
            TrafficClass = options.TrafficClass,
        };
        header.Write(frame.Push(IPv6Header.Length));
    }

    /// <summary>RFC 791, section 3.2: pieces of a multiple of 8 bytes.</summary>
    private void SendIPv4Fragments(NetworkPath path, Frame frame, byte protocol, in PacketOptions options)
    {
        if (options.MayNotFragment)
        {
            Drop(frame, DropReason.TooLong);
            return;
        }

        Counters.PacketsFragmented++;
        ushort identification = NextIdentification(path, protocol, mayNotFragment: false);
        int most = (path.Mtu - IPv4Header.MinLength) & ~7;
        for (int offset = 0; offset < frame.Length; offset += most)
        {
            int length = Math.Min(most, frame.Length - offset);
            Frame piece = Frame.Rent(length);
            frame.CopyTo(piece.Append(length), offset);
            PushIPv4(path, piece, protocol, options, identification, offset, offset + length < frame.Length);
            path.Interface.SendPacket(piece, path.NextHop);
        }

        frame.Release();
    }

    /// <summary>RFC 8200, section 4.5: only the source cuts.</summary>
    private void SendIPv6Fragments(NetworkPath path, Frame frame, byte protocol, in PacketOptions options)
    {
        if (options.MayNotFragment)
        {
            Drop(frame, DropReason.TooLong);
            return;
        }

        Counters.PacketsFragmented++;
        uint identification = (uint)Random.NextInt64(1L << 32);
        int most = (path.Mtu - IPv6Header.Length - IPv6FragmentHeader.Length) & ~7;
        for (int offset = 0; offset < frame.Length; offset += most)
        {
            int length = Math.Min(most, frame.Length - offset);
            Frame piece = Frame.Rent(length);
            frame.CopyTo(piece.Append(length), offset);
            new IPv6FragmentHeader(protocol, offset, offset + length < frame.Length, identification).Write(piece.Push(IPv6FragmentHeader.Length));
            PushIPv6(path, piece, IPProtocol.Fragment, options);
            path.Interface.SendPacket(piece, path.NextHop);
        }

        frame.Release();
    }
}

/// <summary>What a transport says about the IP header of a packet.</summary>
internal readonly record struct PacketOptions()
{
    /// <summary>TTL or hop limit, 1..255.</summary>
    internal byte HopLimit { get; init; } = 64;

    /// <summary>Type of service, or traffic class.</summary>
    internal byte TrafficClass { get; init; }

    /// <summary>Whether it is dropped rather than cut.</summary>
    internal bool MayNotFragment { get; init; }

    /// <summary>Whether routers look at it (RFC 2113): IGMP.</summary>
    internal bool HasRouterAlert { get; init; }
}
