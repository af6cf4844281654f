using System.Net.NetworkInformation;

namespace SocketPools.Stack.Links;

/// <summary>On which thread the other end of a pair is notified of a frame; see <see cref="LinkPairOptions.WakeMode"/>.</summary>
public enum LinkWakeMode
{
    /// <summary>On the thread that sends, inside <see cref="ILink.TrySend"/>: the fastest, and the same order every time.</summary>
    Synchronous,
    /// <summary>On a thread of the thread pool; the sender goes on at once.</summary>
    Queued,
}

/// <summary>What a <see cref="LinkPair"/> is like.</summary>
public sealed record LinkPairOptions
{
    /// <summary>The name; the ends are called NAME/a and NAME/b.</summary>
    public string Name { get; init; } = "pair";

    /// <summary>What the frames are: Ethernet frames (the default) or IP packets.</summary>
    public LinkMedium Medium { get; init; } = LinkMedium.Ethernet;

    /// <summary>The longest IP packet in bytes, 68..65535.</summary>
    public int Mtu { get; init => field = LinkLimits.CheckMtu(value); } = 1500;

    /// <summary>The most frames that wait in each direction, 1 or more. What comes on top is refused and counted.</summary>
    public int MaxQueuedFrames { get; init => field = LinkLimits.CheckLimit(value); } = 1024;

    /// <summary>On which thread the other end is woken.</summary>
    public LinkWakeMode WakeMode { get; init; } = LinkWakeMode.Synchronous;

    /// <summary>
    /// The work that both ends leave to the link. <see cref="LinkOffloads.NoChecksums"/> is the default, because memory does not corrupt frames. With
    /// <see cref="LinkOffloads.Segmentation"/> TCP packets of up to 64 KiB are carried in one piece, as over veth of Linux. With
    /// <see cref="LinkOffloads.None"/> frames are complete. A packet of several segments is cut into these where the other end
    /// is not a stack itself: where middleware or a program receives the frames.
    /// </summary>
    /// <exception cref="ArgumentException">Other offloads.</exception>
    public LinkOffloads Offloads
    {
        get;
        init => field = value is LinkOffloads.None or LinkOffloads.NoChecksums or (LinkOffloads.NoChecksums | LinkOffloads.Segmentation)
            ? value
            : throw new ArgumentException($"A pair has NoChecksums, with Segmentation or without, or None, not {value}.", nameof(value));
    } = LinkOffloads.NoChecksums;

    /// <summary>The hardware address of end A on Ethernet; locally administered by default.</summary>
    public PhysicalAddress AddressA { get; init => field = CheckAddress(value); } = new([0x02, 0, 0, 0, 0, 0x0A]);

    /// <summary>The hardware address of end B on Ethernet; locally administered by default.</summary>
    public PhysicalAddress AddressB { get; init => field = CheckAddress(value); } = new([0x02, 0, 0, 0, 0, 0x0B]);

    private static PhysicalAddress CheckAddress(PhysicalAddress address) => HardwareAddresses.CheckUnicast(address);
}
