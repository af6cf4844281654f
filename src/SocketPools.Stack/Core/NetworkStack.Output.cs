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
    private readonly Dictionary<IPNumber, int> _pathMtus = [];
    private ushort _identification;

    /// <summary>What is known of ways that are narrower than their links.</summary>
    internal IReadOnlyDictionary<IPNumber, int> PathMtus => _pathMtus;

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
            source = isOwn ? destination : way!.SourceFor(destination);
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
        path = new NetworkPath
        {
            Local = source,
            Remote = destination,
            Interface = way,
            NextHop = nextHop,
            Mtu = _pathMtus.TryGetValue(destination, out int known) ? Math.Min(known, mtu) : mtu,
            Offloads = way.Link.Offloads,
        };
        return Errno.None;
    }

    /// <inheritdoc/>
    public void Send(NetworkPath path, Frame frame, byte protocol, int congestionBits = 0) =>
        Send(path, frame, protocol, new PacketOptions { TrafficClass = (byte)congestionBits, MayNotFragment = protocol == IPProtocol.Tcp });

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

            PushIPv4(path, frame, protocol, options, ++_identification, 0, hasMore: false);
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

    /// <summary>Tells the fragments of one packet from those of others.</summary>
    internal ushort NextIdentification() => ++_identification;

    /// <summary>
    /// An ICMP error has come about a packet that may be ours: its transport hears of it, and the path's MTU is learned if the
    /// transport knows of such a packet (RFC 5927, section 7: whoever only guesses does not shorten our packets).
    /// </summary>
    internal void ReportError(in NetworkError error, in QuotedPacket quote)
    {
        ITransport? transport = _transports[quote.Protocol];
        if (error.Errno == Errno.EMSGSIZE)
        {
            if (transport?.MayHaveSent(error, quote.Transport) is not true && Raw?.MayHaveSent(quote.Protocol) is not true)
            {
                Counters.Drop(DropReason.UnknownQuote);
                return;
            }

            NotePathMtu(error.Remote, error.Mtu);
        }

        Raw?.OnError(error, quote.Protocol);
        transport?.OnError(error, quote.Transport);
    }

    /// <summary>A packet needs to be shorter on its way to an address (RFC 1191, RFC 8201).</summary>
    internal void NotePathMtu(in IPNumber remote, int mtu)
    {
        int least = remote.IsIPv4 ? 68 : 1280;
        mtu = Math.Max(mtu, least);
        if (_pathMtus.Count >= Options.MaxPaths && !_pathMtus.ContainsKey(remote))
        {
            Counters.PathsForgotten += _pathMtus.Count;
            _pathMtus.Clear(); // what is forgotten is learned again from the next packet that is too long
        }

        _pathMtus[remote] = _pathMtus.TryGetValue(remote, out int known) ? Math.Min(known, mtu) : mtu;
        Routes.Invalidate();
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
        ushort identification = ++_identification;
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
