using System.Buffers.Binary;
using System.Net.NetworkInformation;
using System.Text;
using System.Text.Unicode;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>
/// Writes frames of one or more links to a capture file that Wireshark reads: pcapng (draft-ietf-opsawg-pcapng), with times in
/// nanoseconds, directions and comments. Any thread may call any member.
/// </summary>
/// <remarks>
/// Checksums that were left out are completed in the file. A packet that stands for several, and one whose checksum was left to the
/// link, has a comment that says so. When the stream fails, nothing more is written, the links go on, and <see cref="Failure"/>
/// tells why.
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
    private readonly List<(LinkMedium Medium, int SnapLength)> _interfaces = [];
    // The block that is being written, in the byte order that the section header tells: little-endian. Grows to the longest frame.
    private byte[] _block = new byte[4096];
    private int _length;
    private bool _isClosed;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">Where it is written to. It should be buffered: a frame waits until it is written.</param>
    /// <param name="clock">The clock of the times; null for the system's.</param>
    /// <param name="leaveOpen">Whether the stream stays open at the end.</param>
    public PcapngWriter(Stream stream, TimeProvider? clock = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _clock = clock ?? TimeProvider.System;
        _leavesOpen = leaveOpen;
        Begin(SectionHeader);
        Put32(0x1A2B3C4D); // tells the byte order
        Put16(1);
        Put16(0);
        Put32(uint.MaxValue); // the section's length is not known
        Put32(uint.MaxValue);
        PutText(UserApplicationOption, "socketpool");
        EndBlock();
        WriteUnsynchronized();
    }

    /// <summary>Why nothing is written any more; null while all is well.</summary>
    public IOException? Failure { get; private set; }

    /// <summary>How many frames are in the file.</summary>
    public long Frames { get; private set; }

    /// <summary>Adds a link.</summary>
    /// <param name="link">The link.</param>
    /// <param name="snapLength">The most bytes of a frame that are kept, 1 or more.</param>
    /// <returns>Its number in the file.</returns>
    public int AddInterface(ILink link, int snapLength = CapturingLink.DefaultSnapLength)
    {
        ArgumentNullException.ThrowIfNull(link);
        LinkLimits.CheckLimit(snapLength);
        lock (_gate)
        {
            Begin(InterfaceDescription);
            Put16(link.Medium == LinkMedium.Ethernet ? EthernetLinkType : RawLinkType);
            Put16(0);
            Put32((uint)snapLength);
            PutText(NameOption, link.Name);
            if (!link.HardwareAddress.Equals(PhysicalAddress.None))
            {
                PutOption(HardwareAddressOption, link.HardwareAddress.GetAddressBytes());
            }

            PutOption(ResolutionOption, [9]); // 10^-9 s
            EndBlock();
            WriteUnsynchronized();
            _interfaces.Add((link.Medium, snapLength));
            return _interfaces.Count - 1;
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
        lock (_gate)
        {
            (LinkMedium medium, int snapLength) = _interfaces[link];
            if (_isClosed || Failure is not null)
            {
                return;
            }

            Begin(EnhancedPacket);
            ulong now = (ulong)(_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
            int kept = Math.Min(frame.Length, snapLength);
            Put32((uint)link);
            Put32((uint)(now >> 32));
            Put32((uint)now);
            Put32((uint)kept);
            Put32((uint)frame.Length);

            // All of it, because a checksum covers all; then what is too much is cut off.
            Span<byte> bytes = Room(frame.Length);
            frame.CopyTo(bytes);
            FrameChecksums.CompleteCopy(bytes, frame, medium);
            _length = PacketHeader + kept;
            Pad();
            PutOption(FlagsOption, isOutbound ? [2, 0, 0, 0] : [1, 0, 0, 0]);
            if (!comment.IsEmpty)
            {
                PutOption(CommentOption, comment);
            }

            PutComment(frame);
            EndBlock();
            WriteUnsynchronized();
            Frames++;
        }
    }

    /// <summary>Writes what the stream holds back.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            Try(static stream => stream.Flush());
        }
    }

    /// <summary>Ends the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            Try(static stream => stream.Flush());
            _isClosed = true;
            if (!_leavesOpen)
            {
                Try(static stream => stream.Dispose());
            }
        }
    }

    private void WriteUnsynchronized()
    {
        if (Failure is not null || _isClosed)
        {
            return;
        }

        try
        {
            _stream.Write(_block, 0, _length);
        }
        catch (IOException e)
        {
            Failure = e;
        }
    }

    private void Try(Action<Stream> action)
    {
        try
        {
            if (!_isClosed || !_leavesOpen)
            {
                action(_stream);
            }
        }
        catch (IOException e)
        {
            Failure ??= e;
        }
    }

    private void Begin(uint type)
    {
        _length = 0;
        Put32(type);
        Put32(0); // the length, which EndBlock knows
    }

    // A block ends with its length once more.
    private void EndBlock()
    {
        Put32(0); // the end of the options
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(4), (uint)_length + sizeof(uint));
        Put32((uint)_length + sizeof(uint));
    }

    private void PutComment(Frame frame)
    {
        bool isLarge = frame.SegmentSize > 0 && frame.Length > frame.SegmentSize;
        bool isPartial = frame.Checksums == ChecksumState.Partial;
        if (frame.Comment is { Length: > 0 } comment)
        {
            PutText(CommentOption, comment);
        }

        if (isPartial)
        {
            PutOption(CommentOption, "checksum left to the link, completed in this file"u8);
        }

        if (isLarge)
        {
            Span<byte> text = stackalloc byte[64];
            Utf8.TryWrite(text, $"stands for packets with {frame.SegmentSize} bytes of payload each", out int length);
            PutOption(CommentOption, text[..length]);
        }
    }

    private void PutText(ushort code, string text)
    {
        // An option has at most 65535 bytes.
        ReadOnlySpan<char> chars = text.AsSpan(0, Math.Min(text.Length, ushort.MaxValue / 3));
        int length = Encoding.UTF8.GetByteCount(chars);
        Put16(code);
        Put16((ushort)length);
        Encoding.UTF8.GetBytes(chars, Room(length));
        Pad();
    }

    private void PutOption(ushort code, ReadOnlySpan<byte> value)
    {
        Put16(code);
        Put16((ushort)value.Length);
        value.CopyTo(Room(value.Length));
        Pad();
    }

    private void Put16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Room(sizeof(ushort)), value);

    private void Put32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Room(sizeof(uint)), value);

    private void Pad() => Room(-_length & 3).Clear();

    private Span<byte> Room(int count)
    {
        if (_length + count > _block.Length)
        {
            Array.Resize(ref _block, Math.Max(_block.Length * 2, _length + count));
        }

        _length += count;
        return _block.AsSpan(_length - count, count);
    }
}
