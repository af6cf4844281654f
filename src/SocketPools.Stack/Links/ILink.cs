using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>What the frames of a link are; see <see cref="ILink.Medium"/>.</summary>
public enum LinkMedium
{
    /// <summary>Ethernet II frames, without preamble and frame check sequence; addresses are found by ARP and neighbour discovery.</summary>
    Ethernet,
    /// <summary>IP packets and nothing around them: a tunnel, a serial line, loopback.</summary>
    IP,
}

/// <summary>Which work a link takes over from the stack; see <see cref="ILink.Offloads"/>.</summary>
[Flags]
public enum LinkOffloads
{
    /// <summary>Nothing: every frame has to be as it is on the wire.</summary>
    None = 0,
    /// <summary>Frames without checksums may be sent (<see cref="ChecksumState.NotNeeded"/>): they stay in this machine's memory.</summary>
    NoChecksums = 1,
    /// <summary>Frames with a partial checksum may be sent.</summary>
    PartialChecksums = 2,
    /// <summary>TCP packets longer than the MTU may be sent, with <see cref="Frame.SegmentSize"/> set: they are cut on the way.</summary>
    Segmentation = 4,
    /// <summary>
    /// UDP packets longer than the MTU may be sent, with <see cref="Frame.SegmentSize"/> set: they are cut into datagrams on the way. Such a packet
    /// has a partial checksum.
    /// </summary>
    DatagramSegmentation = 8,
}

/// <summary>
/// Whatever carries frames: two ends in one process, a TAP device, a serial line. The stack takes and gives frames when it likes;
/// the link calls it when there is something new.
/// </summary>
/// <remarks>
/// Any thread may call any member, but only one at a time calls <see cref="TryReceive"/> and only one at a time
/// <see cref="TrySend"/>. Neither waits. Name, medium, MTU, hardware address and offloads are read once, when a stack takes the link: they do
/// not change. An exception of any member is reported (<see cref="SocketPools.Diagnostics.CallbackExceptions"/>)
/// and counted at the interface; the frame is dropped, and everything else goes on.
/// </remarks>
public interface ILink : IDisposable
{
    /// <summary>A short name for people: <c>tap0</c>, <c>pair/a</c>.</summary>
    string Name { get; }

    /// <summary>The kind of frames: Ethernet frames or IP packets.</summary>
    LinkMedium Medium { get; }

    /// <summary>The longest IP packet in bytes, 68 (RFC 791) or more; 1280 or more for IPv6 (RFC 8200).</summary>
    int Mtu { get; }

    /// <summary>The hardware address; <see cref="PhysicalAddress.None"/> where the medium has none.</summary>
    PhysicalAddress HardwareAddress { get; }

    /// <summary>The work that the link does for the stack.</summary>
    LinkOffloads Offloads { get; }

    /// <summary>
    /// Whether it can carry frames now: the other end is there and up. A link whose carrier is lost or back calls <see cref="FrameAvailable"/>,
    /// and its stack looks here. True for a link that does not report it.
    /// </summary>
    bool HasCarrier => true;

    /// <summary>Sends a frame, which is the link's from then on.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>False when the link takes nothing now, or not this frame; the frame stays the caller's, who drops it or tries again.</returns>
    /// <remarks>A link that throws has not taken the frame: it keeps no reference to it.</remarks>
    bool TrySend(Frame frame);

    /// <summary>Takes a frame that has come; it is the caller's from then on.</summary>
    /// <param name="frame">The frame, or null.</param>
    bool TryReceive([NotNullWhen(true)] out Frame? frame);

    /// <summary>
    /// Called, on any thread and never under a lock of the link's, when a frame has come after <see cref="TryReceive"/> found
    /// none, or when <see cref="HasCarrier"/> has changed. Set once, by the stack that the link is given to.
    /// </summary>
    Action? FrameAvailable { get; set; }
}
