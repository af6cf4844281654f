using System.Net.NetworkInformation;
using System.Text;
using SocketPools.Diagnostics;

namespace SocketPools.Stack.Links;

/// <summary>What a <see cref="TapLink"/> opens, and what it sets on the kernel's side.</summary>
public sealed record TapLinkOptions
{
    /// <summary>
    /// The device's name, 1..15 bytes. One that exists is used, another is made and is gone after the end. With <c>%d</c> in it the
    /// kernel puts the first free number there. Null: <c>tap%d</c> or <c>tun%d</c>.
    /// </summary>
    /// <exception cref="ArgumentException">Too long, or with a character that no device's name has.</exception>
    public string? Name { get; init => field = value is null ? null : CheckName(value); }

    /// <summary><see cref="LinkMedium.Ethernet"/>: a TAP device. <see cref="LinkMedium.IP"/>: a TUN device.</summary>
    public LinkMedium Medium { get; init; } = LinkMedium.Ethernet;

    /// <summary>The MTU to set on the device in bytes, 68..65535, with Ethernet 65521 at most; null leaves it as it is, 1500 on a new one.</summary>
    public int? Mtu { get; init => field = value is null ? null : LinkLimits.CheckMtu(value.Value); }

    /// <summary>
    /// The hardware address of this end. Null: the kernel's with one bit changed, so that the two ends are apart.
    /// </summary>
    public PhysicalAddress? HardwareAddress { get; init => field = CheckAddress(value); }

    /// <summary>The hardware address to set on the kernel's end; null leaves it as it is.</summary>
    public PhysicalAddress? KernelAddress { get; init => field = CheckAddress(value); }

    /// <summary>Whether to bring the device up (<c>ip link set up</c>) when it is down.</summary>
    public bool BringUp { get; init; } = true;

    /// <summary>
    /// Which offloads to use where the kernel has them: <see cref="LinkOffloads.PartialChecksums"/>, <see cref="LinkOffloads.Segmentation"/>
    /// and <see cref="LinkOffloads.DatagramSegmentation"/> (Linux 6.2), each of which needs those before it. All by default.
    /// <see cref="LinkOffloads.None"/>: every frame is as on a wire.
    /// </summary>
    public LinkOffloads Offloads
    {
        get;
        init => field = value is LinkOffloads.None or LinkOffloads.PartialChecksums || value is Segments or All
            ? value
            : throw new ArgumentException($"A TAP device has no offloads {value}.", nameof(value));
    } = All;

    /// <summary>
    /// Whether a thread of the kernel takes the frames that are sent (<c>IFF_NAPI</c> with threaded NAPI), where the kernel and the rights of
    /// this process allow it; see <see cref="TapLink.UsesThreadedNapi"/>. False by default.
    /// </summary>
    /// <remarks>
    /// The kernel then processes several TCP segments at once. Without <see cref="LinkOffloads.Segmentation"/> bytes in one direction take
    /// about half the CPU time; a single frame waits for the thread. At most 4 MiB of the kernel's buffers wait for it, and then frames are
    /// dropped. It takes Linux 5.12 or later, CAP_NET_ADMIN and CAP_SYS_ADMIN. The settings remain on a device that exists after the link.
    /// </remarks>
    public bool UseThreadedNapi { get; init; }

    private const LinkOffloads Segments = LinkOffloads.PartialChecksums | LinkOffloads.Segmentation;
    private const LinkOffloads All = Segments | LinkOffloads.DatagramSegmentation;

    private static PhysicalAddress? CheckAddress(PhysicalAddress? address) =>
        address is null ? null : HardwareAddresses.CheckUnicast(address);

    // dev_valid_name() of the kernel.
    private static string CheckName(string name)
    {
        int length = Encoding.UTF8.GetByteCount(name);
        if (length is 0 or >= TunLibc.IFNAMSIZ)
        {
            throw new ArgumentException($"The name of a device has 1 to 15 bytes; '{VisibleText.Escape(name)}' has {length}.", nameof(name));
        }

        if (name is "." or ".." || name.Any(c => c is '/' or ':' or '\0' || char.IsWhiteSpace(c)))
        {
            throw new ArgumentException($"'{VisibleText.Escape(name)}' is not the name of a device: no '/', ':' or white space.", nameof(name));
        }

        return name;
    }
}
