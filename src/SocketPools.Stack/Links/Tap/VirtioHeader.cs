using System.Runtime.InteropServices;

namespace SocketPools.Stack.Links;

/// <summary>struct virtio_net_hdr of <c>linux/virtio_net.h</c>, in front of each frame of a device with vnet headers. In the machine's byte order.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct VirtioHeader
{
    /// <summary>Bytes of it.</summary>
    internal const int Length = 10;

    /// <summary>The checksum at <see cref="ChecksumStart"/> + <see cref="ChecksumOffset"/> is the pseudo-header's only.</summary>
    internal const byte NeedsChecksum = 1;

    /// <summary>The checksum was verified already.</summary>
    internal const byte ChecksumValid = 2;

    internal const byte SegmentTcp4 = 1;
    internal const byte SegmentTcp6 = 4;

    /// <summary>Datagrams of IPv4 or IPv6 (VIRTIO_NET_HDR_GSO_UDP_L4).</summary>
    internal const byte SegmentUdp = 5;

    /// <summary>The first of the segments tells that the window was reduced (CWR, RFC 3168), the others do not.</summary>
    internal const byte SegmentWithCongestion = 0x80;

    internal byte Flags;
    internal byte SegmentType;
    internal ushort HeaderLength;
    internal ushort SegmentSize;
    internal ushort ChecksumStart;
    internal ushort ChecksumOffset;
}
