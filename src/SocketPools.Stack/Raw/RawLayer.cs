using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Icmp;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Raw;

/// <summary>
/// RAW sockets: who listens to which protocol, each with a copy of every packet (raw(7); RFC 3542, sections 2 and 3).
/// </summary>
/// <remarks>
/// Left out: <c>IP_RECVERR</c> and other control messages, as sockets of a pool have none; <b>ping sockets</b> (Dgram with ICMP), because
/// a RAW socket of a stack needs no privilege; packet sockets, which the link below is itself. Fragments of
/// packets that a program wrote the header of (IP_HDRINCL) are its own business, as on Linux.
/// </remarks>
internal sealed class RawLayer(NetworkStack stack) : IRawTap
{
    /// <summary>IPPROTO_RAW: such a socket sends whole packets, and receives nothing.</summary>
    internal const byte SendsOnly = 255;

    // By protocol, once there is one.
    private List<RawEndpoint>?[]? _endpoints;

    internal NetworkStack Stack => stack;

    internal IEnumerable<RawEndpoint> All => (_endpoints ?? []).SelectMany(list => list ?? []);

    internal void Add(RawEndpoint endpoint) => ((_endpoints ??= new List<RawEndpoint>?[256])[endpoint.Protocol] ??= []).Add(endpoint);

    internal void Remove(RawEndpoint endpoint) => ListOf(endpoint.Protocol)!.Remove(endpoint);

    /// <inheritdoc/>
    public bool IsIdle(byte protocol) => ListOf(protocol) is not { Count: > 0 };

    /// <inheritdoc/>
    public bool Offer(in ReceivedPacket packet, byte protocol, Frame frame, int headerLength)
    {
        List<RawEndpoint>? list = ListOf(protocol);
        if (list is null || list.Count == 0 || protocol == SendsOnly || frame.Head.Length < headerLength)
        {
            return false;
        }

        // RFC 3542, section 3.1: what an ICMPv6 socket receives has a right checksum.
        bool isIcmpv6 = protocol == IPProtocol.Icmpv6 && packet.Destination.IsIPv6;
        if (isIcmpv6 && frame.Checksums != ChecksumState.NotNeeded && !IsRight(packet, protocol, frame))
        {
            return false; // ICMPv6 drops it, and counts it
        }

        bool isTaken = false;
        foreach (RawEndpoint endpoint in list)
        {
            if (!endpoint.Takes(packet))
            {
                continue;
            }

            isTaken = true;
            if (endpoint.Filter.IsBlocked(frame.Head[headerLength..], protocol))
            {
                continue;
            }

            if (!isIcmpv6 && endpoint.ChecksumOffset >= 0 && !IsRight(packet, protocol, frame))
            {
                stack.Counters.Drop(DropReason.Checksum);
                continue;
            }

            endpoint.Deliver(packet, frame, headerLength);
        }

        return isTaken;
    }

    /// <inheritdoc/>
    public bool MayHaveSent(in NetworkError error, byte protocol, ReadOnlySpan<byte> header) =>
        HasSent(ListOf(protocol), error, protocol, header) || HasSent(ListOf(SendsOnly), error, protocol, header);

    /// <inheritdoc/>
    public void OnError(in NetworkError error, byte protocol)
    {
        if (ListOf(protocol) is { } list)
        {
            foreach (RawEndpoint endpoint in list)
            {
                endpoint.OnError(error);
            }
        }
    }

    private List<RawEndpoint>? ListOf(byte protocol) => _endpoints?[protocol];

    private static bool HasSent(List<RawEndpoint>? endpoints, in NetworkError error, byte protocol, ReadOnlySpan<byte> header)
    {
        foreach (RawEndpoint endpoint in endpoints ?? [])
        {
            if (endpoint.HasSent(error, protocol, header))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsRight(in ReceivedPacket packet, byte protocol, Frame frame)
    {
        frame.Pull(packet.HeaderLength);
        InternetChecksum sum = default;
        sum.AddPseudoHeader(packet.Source, packet.Destination, protocol, frame.Length);
        bool isRight = IcmpChecksum.IsRight(frame, sum);
        frame.Push(packet.HeaderLength);
        return isRight;
    }
}
