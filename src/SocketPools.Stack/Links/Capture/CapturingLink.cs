using System.Diagnostics.CodeAnalysis;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>A link whose frames are written to a capture file, as they are sent and received.</summary>
/// <remarks>
/// Each packet has a comment that names the socket of the stack above that it belongs to, or says why it belongs to none.
/// A frame is written before the link inside gets it. One that it refuses is in the file nevertheless, as with tcpdump(8).
/// A packet that the link cuts into datagrams (<see cref="LinkOffloads.DatagramSegmentation"/>) is written as these datagrams. A TCP packet that the link
/// cuts into segments is written whole, with a comment.
/// </remarks>
/// <example><code>radio.AddInterface(new CapturingLink(link, File.Create("link.pcapng")));</code></example>
public sealed class CapturingLink : DelegatingLink
{
    /// <summary>As many bytes of a frame as tcpdump(8) keeps; more than any has.</summary>
    public const int DefaultSnapLength = 262_144;

    private readonly PcapngWriter _writer;
    private readonly bool _ownsWriter;
    private readonly int _number;

    /// <summary>Captures a link into a file of its own.</summary>
    /// <param name="inner">The link, which is disposed with this one.</param>
    /// <param name="stream">The file, which is flushed and closed with this link.</param>
    /// <param name="clock">The clock of the times; null for the system's.</param>
    /// <param name="snapLength">The most bytes of a frame that are kept, 1 or more.</param>
    public CapturingLink(ILink inner, Stream stream, TimeProvider? clock = null, int snapLength = DefaultSnapLength)
        : this(inner, new PcapngWriter(stream, clock, leaveOpen: false, isShared: false), snapLength) => _ownsWriter = true;

    /// <summary>Captures a link into a file that several links share.</summary>
    /// <param name="inner">The link, which is disposed with this one.</param>
    /// <param name="writer">The file, which stays open.</param>
    /// <param name="snapLength">The most bytes of a frame that are kept, 1 or more.</param>
    public CapturingLink(ILink inner, PcapngWriter writer, int snapLength = DefaultSnapLength)
        : base(inner)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _writer = writer;
        _number = writer.AddInterface(inner, snapLength);
    }

    /// <summary>Gets the exception that ended the capture; null while it works. The link continues without it.</summary>
    public IOException? Failure => _writer.Failure;

    internal override IPacketLabeler? Namer
    {
        get;
        set
        {
            field = value;
            base.Namer = value;
        }
    }

    /// <summary>Those of the link inside.</summary>
    public override LinkOffloads Offloads => Inner.Offloads;

    /// <inheritdoc/>
    public override bool TrySend(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Write(frame, isOutbound: true);
        return Inner.TrySend(frame);
    }

    /// <inheritdoc/>
    public override bool TryReceive([NotNullWhen(true)] out Frame? frame)
    {
        if (!Inner.TryReceive(out frame))
        {
            return false;
        }

        Write(frame, isOutbound: false);
        return true;
    }

    private void Write(Frame frame, bool isOutbound)
    {
        FrameQueue datagrams = default;
        if (SegmentCutter.TryCutDatagrams(frame, Medium, ref datagrams))
        {
            WriteDatagrams(ref datagrams, isOutbound);
            return;
        }

        if (Namer is not { } namer)
        {
            _writer.Write(_number, frame, isOutbound);
            return;
        }

        Span<byte> name = stackalloc byte[IPacketLabeler.MaxLength];
        int length = namer.Name(this, frame, isOutbound, name);
        _writer.Write(_number, frame, isOutbound, name[..length]);
    }

    private void WriteDatagrams(ref FrameQueue datagrams, bool isOutbound)
    {
        while (datagrams.TryDequeue(out Frame? datagram))
        {
            Write(datagram, isOutbound);
            datagram.Release();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        try
        {
            base.Dispose(disposing);
        }
        finally
        {
            if (_ownsWriter)
            {
                _writer.Dispose();
            }
        }
    }
}
