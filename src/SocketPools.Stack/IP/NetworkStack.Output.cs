using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

// The way out: where to, an IP header, fragments where they are allowed.
internal sealed partial class NetworkStack
{
    private FragmentIdentification? _identifications;

    /// <inheritdoc/>
    public void Send(NetworkPath path, Frame frame, byte protocol, int congestionBits = 0)
    {
        if (protocol == IPProtocol.Tcp && TrySendKnown(path, frame, congestionBits))
        {
            return;
        }

        // TCP fits its segments to the path. What does not fit all the same, options on a path of 68 bytes, is cut here.
        bool fits = frame.SegmentSize > 0 || frame.Length + path.HeaderLength <= path.Mtu;
        bool mayNotFragment = protocol == IPProtocol.Tcp && fits && !path.MayFragment;
        Send(path, frame, protocol, new PacketOptions { TrafficClass = (byte)congestionBits, MayNotFragment = mayNotFragment });
    }

    // A segment whose neighbour is known: the header was made before.
    private bool TrySendKnown(NetworkPath path, Frame frame, int congestionBits)
    {
        if (path.MayFragment || (frame.SegmentSize == 0 && frame.Length + path.HeaderLength > path.Mtu))
        {
            return false;
        }

        if (KnownHeader(path) is not { } header)
        {
            return false;
        }

        if (path.Local.IsIPv4)
        {
            header.PushIPv4(frame, path.NextIdentification(Random, PacketsOf(frame, IPProtocol.Tcp)), congestionBits);
        }
        else
        {
            header.PushIPv6(frame, congestionBits);
        }

        NoteUse(path);
        path.Interface.Enqueue(frame, path.Shard ?? Shards.Main);
        return true;
    }

    /// <inheritdoc/>
    public bool TrySendSeries(NetworkPath path, ref FrameQueue texts, ReadOnlySpan<byte> header)
    {
        if (path.MayFragment || KnownHeader(path) is not { } known)
        {
            return false;
        }

        known.PushSeries(texts, header, path, Random);
        NoteUse(path);
        path.Interface.Enqueue(ref texts, path.Shard ?? Shards.Main);
        return true;
    }

    // Null where the neighbour is not known.
    private static PathHeader? KnownHeader(NetworkPath path)
    {
        Neighbor? neighbor = path.Neighbor;
        PathHeader? header = path.Header;
        if (header is null || !header.Fits(neighbor))
        {
            if (path.Interface.Medium == LinkMedium.Ethernet && neighbor is not { IsForgotten: false, IsAnswering: true })
            {
                return null;
            }

            header = path.Header = new PathHeader(path, neighbor);
        }

        return neighbor is { IsForgotten: true } ? null : header;
    }

    private static void NoteUse(NetworkPath path)
    {
        if (path.Neighbor is { } neighbor)
        {
            path.Interface.Neighbors.NoteUse(neighbor);
        }
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

            PushIPv4(path, frame, protocol, options, NextIdentification(path, protocol, options.MayNotFragment, PacketsOf(frame, protocol)), 0, hasMore: false);
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

        if (path.Neighbor is { IsForgotten: false } neighbor)
        {
            path.Interface.Neighbors.Send(neighbor, frame);
        }
        else
        {
            SendToNextHop(path, frame);
        }
    }

    /// <summary>Finds the neighbour of a path, or finds it again, and sends a packet to it; groups and broadcasts have none.</summary>
    private void SendToNextHop(NetworkPath path, Frame frame)
    {
        if (path.Neighbor is not null)
        {
            FindNextHopAgain(path);
            path.Neighbor = null;
        }

        if (path.Interface.IsToNeighbor(path.NextHop))
        {
            path.Neighbor = path.Interface.Neighbors.GetOrAdd(path.NextHop);
            path.Interface.Neighbors.Send(path.Neighbor, frame);
        }
        else
        {
            path.Interface.SendPacket(frame, path.NextHop);
        }
    }

    /// <summary>
    /// Distinguishes the fragments of one packet from those of others. Of a packet that may not be cut it says nothing (RFC 6864, 4.1), and is a
    /// counter of the path's, which begins anywhere.
    /// </summary>
    internal ushort NextIdentification(NetworkPath path, byte protocol, bool mayNotFragment, int count = 1)
    {
        if (mayNotFragment)
        {
            return path.NextIdentification(Random, count);
        }

        _identifications ??= new FragmentIdentification(Random, Timers);
        if (path.IdentifiedProtocol != protocol)
        {
            path.IdentifiedProtocol = protocol;
            path.IdentificationCounter = (short)_identifications.Choose(path.Local, path.Remote, protocol);
        }

        return _identifications.Next(path.IdentificationCounter, count);
    }

    // As many as a link makes of it, of TCP with options perhaps one more: each has the identification that follows (Linux: ip_select_ident_segs).
    private static int PacketsOf(Frame frame, byte protocol) => frame.SegmentSize == 0
        ? 1
        : (frame.Length - (protocol == IPProtocol.Udp ? UdpHeader.Length : TcpHeader.MinLength) + frame.SegmentSize - 1) / frame.SegmentSize;

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
            Drop(frame, DropReason.PacketTooBig);
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
            Drop(frame, DropReason.PacketTooBig);
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
