using System.Text;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>A copy of a segment that the stack has sent, its checksum proven.</summary>
internal sealed class SentSegment
{
    internal SentSegment(IPAddressValue source, IPAddressValue destination, Frame frame, int congestionBits = 0)
    {
        byte[] bytes = new byte[frame.Length];
        Assert.Equal(bytes.Length, frame.CopyTo(bytes));
        Assert.True(TcpView.TryRead(bytes, out TcpView view));
        Assert.True(frame.Checksums != ChecksumState.Complete || view.IsChecksumRight(source, destination), "wrong checksum");
        CongestionBits = congestionBits;
        SegmentSize = frame.SegmentSize;
        Checksums = frame.Checksums;
        SourcePort = view.SourcePort;
        DestinationPort = view.DestinationPort;
        Flags = view.Flags;
        Sequence = view.Sequence;
        Acknowledgment = view.Acknowledgment;
        Window = view.Window;
        Options = view.Options;
        Text = view.Payload.ToArray();
    }

    internal int CongestionBits { get; }

    internal int SegmentSize { get; }

    internal ChecksumState Checksums { get; }

    internal ushort SourcePort { get; }

    internal ushort DestinationPort { get; }

    internal TcpFlags Flags { get; }

    internal SequenceNumber Sequence { get; }

    internal SequenceNumber Acknowledgment { get; }

    internal ushort Window { get; }

    internal TcpHeaderOptions Options { get; }

    internal byte[] Text { get; }

    public override string ToString() =>
        $"<SEQ={Sequence}><ACK={Acknowledgment}><CTL={Flags}><WND={Window}> {Encoding.ASCII.GetString(Text.AsSpan(0, Math.Min(Text.Length, 20)))}({Text.Length})";
}
