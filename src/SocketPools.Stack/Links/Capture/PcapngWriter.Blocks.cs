using System.Buffers.Binary;
using System.Net.NetworkInformation;
using System.Text.Unicode;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Links;

// The blocks of the file: the section, a link, a frame with its options.
public sealed partial class PcapngWriter
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

    private void PutSection()
    {
        _block.Begin(SectionHeader);
        _block.Put32(0x1A2B3C4D); // tells the byte order
        _block.Put16(1);
        _block.Put16(0);
        _block.Put32(uint.MaxValue); // the section's length is not known
        _block.Put32(uint.MaxValue);
        _block.PutText(UserApplicationOption, "socketpool");
        _block.End();
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
