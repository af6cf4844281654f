using System.Buffers.Binary;
using System.Net.NetworkInformation;
using System.Text.Unicode;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Links;

/// <summary>
/// Writes frames of one or more links to a capture file that Wireshark and tcpdump(8) read: pcapng (draft-ietf-opsawg-pcapng), with times
/// in nanoseconds, directions and comments. Any thread may call any member.
/// </summary>
/// <remarks>
/// <para>
/// A file has one link type, because libpcap reads no other. It is Ethernet if a link of that medium was added before the first frame, or
/// if that frame is a loopback's, and raw IP otherwise. In a file of Ethernet the frames of an IP link have a header whose addresses are
/// zero, as those of Linux's loopback have. Ethernet frames that come when the file is of raw IP already are a <see cref="Failure"/>.
/// A link is described with its first frame, so one that carries nothing is not in the file.
/// </para>
/// <para>
/// Checksums that were left out are completed in the file. A packet that stands for several, and one whose checksum was left to the
/// link, has a comment that says so. When the stream fails, by whatever exception, nothing more is written, the links go on, and
/// <see cref="Failure"/> and <see cref="Failed"/> say why.
/// </para>
/// </remarks>
public sealed class PcapngWriter : IDisposable
{
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;
    private const ushort CommentOption = 1;
    private const ushort FlagsOption = 2;
    private const ushort NameOption = 2;
    private const ushort UserApplicationOption = 4;
    private const ushort HardwareAddressOption = 6;
    private const ushort ResolutionOption = 9;
    private const ushort EthernetLinkType = 1;
    private const ushort RawLinkType = 101;
    private const int PacketHeader = 28;

    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly TimeProvider _clock;
    private readonly bool _leavesOpen;
    private readonly bool _isShared;
    private readonly List<CapturedLink> _links = [];
    private readonly PcapngBlock _block = new();
    private bool _isClosed;
    private bool _isEthernet;
    private int _described;

    /// <summary>Creates a writer, and writes the header of the file.</summary>
    /// <param name="stream">Where it is written to. It should be buffered: a frame waits until it is written.</param>
    /// <param name="clock">The clock of the times; null for the system's.</param>
    /// <param name="leaveOpen">Whether the stream stays open at the end.</param>
    public PcapngWriter(Stream stream, TimeProvider? clock = null, bool leaveOpen = false)
        : this(stream, clock, leaveOpen, isShared: true)
    {
    }

    /// <summary>Begins a file; one that is not shared has the link type of its only link.</summary>
    internal PcapngWriter(Stream stream, TimeProvider? clock, bool leaveOpen, bool isShared)
    {
        _isShared = isShared;
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _clock = clock ?? TimeProvider.System;
        _leavesOpen = leaveOpen;
        _block.Begin(SectionHeader);
        _block.Put32(0x1A2B3C4D); // tells the byte order
        _block.Put16(1);
        _block.Put16(0);
        _block.Put32(uint.MaxValue); // the section's length is not known
        _block.Put32(uint.MaxValue);
        _block.PutText(UserApplicationOption, "socketpool");
        _block.End();
        WriteUnsynchronized();
    }

    /// <summary>
    /// Raised once, when <see cref="Failure"/> is set: on the thread whose frame could not be written, without a lock. Its exceptions
    /// are reported (<see cref="SocketPools.Diagnostics.CallbackExceptions"/>).
    /// </summary>
    public event Action<IOException>? Failed;

    /// <summary>Why nothing is written any more; null while all is well. What the stream threw is the inner exception, if it was no IOException.</summary>
    public IOException? Failure { get; private set; }

    /// <summary>How many frames are in the file.</summary>
    public long Frames { get; private set; }

    /// <summary>Adds a link. Add all links before the first frame, so that the file gets a link type that has room for all of them.</summary>
    /// <param name="link">The link.</param>
    /// <param name="snapLength">The most bytes of a frame that are kept, 1 or more.</param>
    /// <returns>Its number at this writer.</returns>
    public int AddInterface(ILink link, int snapLength = CapturingLink.DefaultSnapLength)
    {
        ArgumentNullException.ThrowIfNull(link);
        LinkLimits.CheckLimit(snapLength);
        lock (_gate)
        {
            _links.Add(new CapturedLink(link, Math.Min(snapLength, CapturingLink.DefaultSnapLength)));
            return _links.Count - 1;
        }
    }

    /// <summary>Writes a frame, which stays the caller's.</summary>
    /// <param name="link">The link's number.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="isOutbound">Whether it is sent; else it was received.</param>
    public void Write(int link, Frame frame, bool isOutbound) => Write(link, frame, isOutbound, default);

    /// <summary>Writes a frame with a comment; both stay the caller's.</summary>
    /// <param name="link">The link's number.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="isOutbound">Whether it is sent; else it was received.</param>
    /// <param name="comment">The comment in UTF-8, at most 65535 bytes; empty for none.</param>
    public void Write(int link, Frame frame, bool isOutbound, ReadOnlySpan<byte> comment)
    {
        ArgumentNullException.ThrowIfNull(frame);
        IOException? before;
        lock (_gate)
        {
            CapturedLink captured = _links[link];
            before = Failure;
            if (!_isClosed && before is null && TryDescribe(captured))
            {
                PutFrame(captured, frame, isOutbound, comment);
                if (WriteUnsynchronized())
                {
                    Frames++;
                }
            }
        }

        TellFailure(before);
    }

    /// <summary>Writes what the stream holds back.</summary>
    public void Flush() => Do(static writer => writer.Try(static stream => stream.Flush()));

    /// <summary>Writes what is buffered and ends the file.</summary>
    public void Dispose() => Do(static writer =>
    {
        if (writer._isClosed)
        {
            return;
        }

        if (writer._described == 0 && writer._links.Count > 0)
        {
            writer.TryDescribe(writer._links[0]); // libpcap reads no file without a link
        }

        writer.Try(static stream => stream.Flush());
        writer._isClosed = true;
        if (!writer._leavesOpen)
        {
            writer.Try(static stream => stream.Dispose());
        }
    });

    private void Do(Action<PcapngWriter> action)
    {
        IOException? before;
        lock (_gate)
        {
            before = Failure;
            action(this);
        }

        TellFailure(before);
    }

    /// <summary>Writes the block of a link before its first frame.</summary>
    private bool TryDescribe(CapturedLink link)
    {
        if (link.Number >= 0)
        {
            return true;
        }

        if (_described == 0)
        {
            _isEthernet = (_isShared && link.IsLoopback) || _links.Exists(one => one.Medium == LinkMedium.Ethernet);
        }

        if (link.Medium == LinkMedium.Ethernet && !_isEthernet)
        {
            Failure = new IOException($"The file began with frames of IP links, and has no room for the Ethernet frames of {link.Name}: add all links before the first frame");
            return false;
        }

        _block.Begin(InterfaceDescription);
        _block.Put16(_isEthernet ? EthernetLinkType : RawLinkType);
        _block.Put16(0);
        _block.Put32(CapturingLink.DefaultSnapLength); // the same for all: libpcap reads no other
        _block.PutText(NameOption, link.Name);
        if (!link.HardwareAddress.Equals(PhysicalAddress.None))
        {
            _block.PutOption(HardwareAddressOption, link.HardwareAddress.GetAddressBytes());
        }

        _block.PutOption(ResolutionOption, [9]); // 10^-9 s
        _block.End();
        link.Number = _described++;
        return WriteUnsynchronized();
    }

    private void PutFrame(CapturedLink link, Frame frame, bool isOutbound, ReadOnlySpan<byte> comment)
    {
        bool isWrapped = _isEthernet && link.Medium == LinkMedium.IP;
        int header = isWrapped ? LinkLimits.EthernetHeader : 0;
        int kept = Math.Min(frame.Length, link.SnapLength);
        ulong now = (ulong)(_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        _block.Begin(EnhancedPacket);
        _block.Put32((uint)link.Number);
        _block.Put32((uint)(now >> 32));
        _block.Put32((uint)now);
        _block.Put32((uint)(header + kept));
        _block.Put32((uint)(header + frame.Length));

        // All of it, because a checksum covers all; then what is too much is cut off.
        Span<byte> bytes = _block.Room(header + frame.Length);
        frame.CopyTo(bytes[header..]);
        FrameChecksums.CompleteCopy(bytes[header..], frame, link.Medium);
        if (isWrapped)
        {
            bytes[..header].Clear();
            BinaryPrimitives.WriteUInt16BigEndian(bytes[12..], (ushort)(frame.Length > 0 && bytes[header] >> 4 == 6 ? EtherType.IPv6 : EtherType.IPv4));
        }

        _block.Cut(PacketHeader + header + kept);
        _block.PutOption(FlagsOption, isOutbound ? [2, 0, 0, 0] : [1, 0, 0, 0]);
        if (!comment.IsEmpty)
        {
            _block.PutOption(CommentOption, comment);
        }

        PutComment(frame);
        _block.End();
    }

    private bool WriteUnsynchronized()
    {
        if (Failure is null && !_isClosed)
        {
            try
            {
                _stream.Write(_block.Written);
                return true;
            }
            catch (Exception e)
            {
                Failure = AsFailure(e);
            }
        }

        return false;
    }

    private void Try(Action<Stream> action)
    {
        try
        {
            action(_stream);
        }
        catch (Exception e)
        {
            Failure ??= AsFailure(e);
        }
    }

    // A stream is somebody else's, and may throw whatever it likes: ObjectDisposedException where it was closed before the radio.
    private static IOException AsFailure(Exception e) => e as IOException ?? new IOException(e.Message, e);

    private void TellFailure(IOException? before)
    {
        if (before is null && Failure is { } failure)
        {
            try
            {
                Failed?.Invoke(failure);
            }
            catch (Exception e)
            {
                SocketPools.Diagnostics.CallbackExceptions.Report($"{nameof(PcapngWriter)}.{nameof(Failed)}", e, this);
            }
        }
    }

    private void PutComment(Frame frame)
    {
        bool isLarge = frame.SegmentSize > 0 && frame.Length > frame.SegmentSize;
        bool isPartial = frame.Checksums == ChecksumState.Partial;
        if (frame.Comment is { Length: > 0 } comment)
        {
            _block.PutText(CommentOption, comment);
        }

        if (isPartial)
        {
            _block.PutOption(CommentOption, "checksum left to the link, completed in this file"u8);
        }

        if (isLarge)
        {
            Span<byte> text = stackalloc byte[64];
            Utf8.TryWrite(text, $"stands for packets with {frame.SegmentSize} bytes of payload each", out int length);
            _block.PutOption(CommentOption, text[..length]);
        }
    }
}
