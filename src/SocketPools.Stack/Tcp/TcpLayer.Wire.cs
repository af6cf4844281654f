using System.Buffers.Binary;
using System.Diagnostics;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>Segments in, segments out, and what the ends offer each other.</summary>
internal sealed partial class TcpLayer
{
    /// <summary>Processes a TCP packet that has arrived.</summary>
    public void Receive(in ReceivedPacket packet, Frame frame)
    {
        Debug.Assert(Network.Gate.IsHeldByCurrentThread);
        Statistics.SegmentsReceived++;
        if (!packet.IsUnicast)
        {
            Statistics.Drop(TcpDrop.NotUnicast);
        }
        else if (!TcpView.TryRead(frame.Head, out TcpView view) || view.SourcePort == 0 || view.DestinationPort == 0)
        {
            Statistics.Drop(TcpDrop.Malformed);
        }
        else if (!IsWhole(packet, frame))
        {
            Statistics.Drop(TcpDrop.Checksum);
        }
        else
        {
            TcpSegment segment = new(view, frame) { CongestionBits = (byte)packet.CongestionBits };
            Dispatch(new FourTuple(packet.Destination, view.DestinationPort, packet.Source, view.SourcePort), packet, ref segment);
        }

        frame.Release();
    }

    /// <summary>Whether a connection has such a segment on its way.</summary>
    public bool MayHaveSent(in NetworkError error, ReadOnlySpan<byte> header) =>
        Find(error, header, out uint sequence) is { } connection && connection.IsOnItsWay(sequence);

    /// <summary>Connections to the destination, or all, fit their segments to the path.</summary>
    public void OnPathMtuChanged(in IPAddressValue remote)
    {
        foreach (TcpConnection connection in _connections)
        {
            if (!remote.HasValue || connection.Tuple.Remote == remote)
            {
                connection.OnPathMtuChanged();
            }
        }
    }

    /// <inheritdoc/>
    public IKnownFlow? FindFlow(in FourTuple tuple) => Find(tuple);

    /// <summary>The segments that came together are taken: what they call for is done, once a connection.</summary>
    public void EndBatch(StackShard shard) => ShardOf(shard).EndBatch();

    /// <summary>An ICMP message about a segment that was sent.</summary>
    public void OnError(in NetworkError error, ReadOnlySpan<byte> header) => Find(error, header, out uint sequence)?.OnNetworkError(error, sequence);

    private TcpConnection? Find(in NetworkError error, ReadOnlySpan<byte> header, out uint sequence)
    {
        Debug.Assert(Network.Gate.IsHeldByCurrentThread);
        sequence = 0;
        if (header.Length < 8)
        {
            return null;
        }

        // Not even the whole header has to come back (RFC 792): ports and sequence number.
        ushort localPort = BinaryPrimitives.ReadUInt16BigEndian(header);
        ushort remotePort = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
        sequence = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        return Find(new FourTuple(error.Local, localPort, error.Remote, remotePort));
    }

    /// <summary>Sends a segment: writes the header in front of the text, with as much of a checksum as the link wants.</summary>
    /// <param name="path">The way.</param>
    /// <param name="tuple">The connection.</param>
    /// <param name="text">A frame with text and nothing else, which is the network's from then on; null for none.</param>
    /// <param name="sequence">SEG.SEQ.</param>
    /// <param name="acknowledgment">SEG.ACK.</param>
    /// <param name="flags">The control bits.</param>
    /// <param name="window">As it stands in the header.</param>
    /// <param name="options">The options.</param>
    /// <param name="congestionBits">The two bits of explicit congestion notification.</param>
    internal void Send(
        NetworkPath path,
        in FourTuple tuple,
        Frame? text,
        SequenceNumber sequence,
        SequenceNumber acknowledgment,
        TcpFlags flags,
        ushort window,
        in TcpHeaderOptions options,
        int congestionBits = 0)
    {
        TcpHeader header = new(tuple.LocalPort, tuple.RemotePort, sequence, acknowledgment, flags, window) { Options = options };
        Frame frame = text ?? Frame.Rent(0);
        InternetChecksum sum = default;
        sum.AddPseudoHeader(tuple.Local, tuple.Remote, IPProtocol.Tcp, frame.Length + header.Length);
        // A segment that is cut into fragments needs its sum: no fragment tells that it is missing.
        LinkOffloads offloads = frame.SegmentSize > 0 || frame.Length + header.Length + path.HeaderLength <= path.Mtu ? path.Offloads : LinkOffloads.None;
        if ((offloads & LinkOffloads.NoChecksums) != 0)
        {
            header.WriteWithoutChecksum(frame.Push(header.Length));
            frame.Checksums = ChecksumState.NotNeeded;
        }
        else if ((offloads & LinkOffloads.PartialChecksums) != 0)
        {
            header.WriteWithoutChecksum(frame.Push(header.Length), sum.Sum);
            frame.Checksums = ChecksumState.Partial;
            frame.ChecksumStart = 0;
            frame.ChecksumOffset = TcpHeader.ChecksumOffset;
        }
        else
        {
            AddBytes(ref sum, frame);
            header.Write(frame.Push(header.Length), sum);
        }

        StatisticsOf(path).SegmentsSent++;
        Network.Send(path, frame, IPProtocol.Tcp, congestionBits);
    }

    // A path is one shard's.
    private TcpStatistics StatisticsOf(NetworkPath path) => path.Shard is { } shard ? ShardOf(shard).Statistics : Statistics;

    /// <summary>Whether a segment with plain options leaves by a link that needs no checksums, and in one piece.</summary>
    internal static bool NeedsNoChecksum(NetworkPath path, Frame? text, int headerLength) => (path.Offloads & LinkOffloads.NoChecksums) != 0
        && (text is null || text.SegmentSize > 0 || text.Length + headerLength + path.HeaderLength <= path.Mtu);

    /// <summary>A reset for a segment that is wrong where it came (3.10.7.1), from a listener or without a connection.</summary>
    internal void ResetStranger(in FourTuple tuple, in ReceivedPacket packet, in TcpSegment segment)
    {
        Statistics.Drop(TcpDrop.NoConnection);
        if (segment.Has(TcpFlags.Rst))
        {
            return;
        }

        if (Network.FindPath(packet.Source, packet.Destination, out NetworkPath? path) == Errno.None)
        {
            ResetFor(path!, tuple, segment);
        }
    }

    /// <summary>The reset that answers a segment: with the number that it acknowledges, or acknowledging it.</summary>
    internal void ResetFor(NetworkPath path, in FourTuple tuple, in TcpSegment segment)
    {
        if (segment.Has(TcpFlags.Rst))
        {
            return;
        }

        Statistics.ResetsSent++;
        if (segment.Has(TcpFlags.Ack))
        {
            Send(path, tuple, null, new SequenceNumber((uint)segment.Acknowledgment), default, TcpFlags.Rst, 0, default);
        }
        else
        {
            Send(path, tuple, null, default, new SequenceNumber((uint)segment.End), TcpFlags.Rst | TcpFlags.Ack, 0, default);
        }
    }

    /// <summary>The maximum segment size option: what fits a packet here (RFC 6691: without options).</summary>
    internal ushort SegmentToOffer(NetworkPath path, in TcpSocketOptions options)
    {
        int fits = Math.Min(path.Mtu - path.HeaderLength - TcpHeader.MinLength, ushort.MaxValue);
        return (ushort)Math.Max(1, Math.Min(fits, options.MaxSegmentSize ?? Settings.MaxSegmentSize ?? fits));
    }

    /// <summary>The window scale option: so that the largest buffer there may be can be offered.</summary>
    internal byte ScaleToOffer(in TcpSocketOptions options)
    {
        if (!Settings.WindowScaling)
        {
            return 0;
        }

        long largest = Math.Max(options.ReceiveBuffer ?? 0, Settings.MaxReceiveBuffer);
        byte scale = 0;
        while (scale < TcpHeaderOptions.MaxWindowScale && (long)ushort.MaxValue << scale < largest)
        {
            scale++;
        }

        return scale;
    }

    private void Dispatch(in FourTuple tuple, in ReceivedPacket packet, ref TcpSegment segment)
    {
        if (_connections.TryGet(tuple, out TcpConnection? connection))
        {
            // As Linux: without a listener the old connection answers, or a forged SYN would end it.
            if (!connection.MayBeReopenedBy(segment) || _ports.FindListener(tuple.Local, tuple.LocalPort) is null)
            {
                connection.Arrive(ref segment, packet.HasMore);
                if (connection.State == TcpState.Established)
                {
                    Network.Remember(tuple, packet.InterfaceIndex, connection);
                }

                return;
            }

            Statistics.Reopened++;
            connection.Forget();
        }

        if (_ports.FindListener(tuple.Local, tuple.LocalPort) is { } listener)
        {
            listener.Arrive(tuple, packet, ref segment);
        }
        else
        {
            ResetStranger(tuple, packet, segment);
        }
    }

    // A checksum that is missing, or partial, never left this machine's memory.
    private static bool IsWhole(in ReceivedPacket packet, Frame frame)
    {
        if (frame.Checksums != ChecksumState.Complete)
        {
            return true;
        }

        InternetChecksum sum = default;
        sum.AddPseudoHeader(packet.Source, packet.Destination, IPProtocol.Tcp, frame.Length);
        AddBytes(ref sum, frame);
        return sum.IsRight;
    }

    private static void AddBytes(ref InternetChecksum sum, Frame frame)
    {
        sum.Add(frame.Head);
        foreach (Slice slice in frame.Tail)
        {
            sum.Add(slice.Span);
        }
    }
}
