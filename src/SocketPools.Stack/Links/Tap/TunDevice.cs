using System.Net.NetworkInformation;
using System.Text;
using SocketPools.Radios;

namespace SocketPools.Stack.Links;

/// <summary>An open TAP or TUN device: what tun(4) and netdevice(7) do to it. Belongs to a <see cref="TapLink"/>, which closes it.</summary>
internal sealed unsafe class TunDevice
{
    private const int NoDescriptor = -1;

    private TunDevice(int fd) => Fd = fd;

    /// <summary>The descriptor; it never waits.</summary>
    internal int Fd { get; private set; }

    internal string Name { get; private set; } = "";

    internal int Mtu { get; private set; }

    /// <summary>The hardware address of the kernel's end.</summary>
    internal PhysicalAddress KernelAddress { get; private set; } = PhysicalAddress.None;

    /// <summary>Whether each frame has a <see cref="VirtioHeader"/> in front of it.</summary>
    internal bool HasHeaders { get; private set; }

    internal LinkOffloads Offloads { get; private set; }

    /// <summary>Whether a thread of the kernel takes the frames, see <see cref="TapLinkOptions.UseThreadedNapi"/>.</summary>
    internal bool HasThreadedNapi { get; private set; }

    /// <summary>Opens a device and sets what the options say.</summary>
    /// <exception cref="LinkException">It cannot be opened; the text says what would help.</exception>
    internal static TunDevice Open(TapLinkOptions options)
    {
        // NAPI without its thread is slower than none, so the device is opened again where the kernel starts no thread.
        TunDevice device = Open(options, options.UseThreadedNapi);
        if (!options.UseThreadedNapi || device.HasThreadedNapi)
        {
            return device;
        }

        device.Close();
        return Open(options, withNapi: false);
    }

    private static TunDevice Open(TapLinkOptions options, bool withNapi)
    {
        string wanted = options.Name ?? (options.Medium == LinkMedium.Ethernet ? "tap%d" : "tun%d");
        TunDevice device = new(OpenNode(wanted));
        try
        {
            bool hasNapi = device.Attach(wanted, options, withNapi);
            device.HasThreadedNapi = hasNapi && NapiThread.TryStart(device.Fd, device.Name);
            device.SetOffloads(options.Offloads);
            device.Configure(options);
            return device;
        }
        catch
        {
            device.Close();
            throw;
        }
    }

    internal void Close()
    {
        if (Fd != NoDescriptor)
        {
            _ = TunLibc.close(Fd);
            Fd = NoDescriptor;
        }
    }

    private static int OpenNode(string wanted)
    {
        fixed (byte* path = "/dev/net/tun\0"u8)
        {
            int fd = TunLibc.open(path, TunLibc.O_RDWR | TunLibc.O_NONBLOCK | TunLibc.O_CLOEXEC);
            if (fd >= 0)
            {
                return fd;
            }
        }

        Errno errno = TunLibc.LastError;
        throw new LinkException(wanted, "open /dev/net/tun", errno, errno switch
        {
            Errno.ENOENT or Errno.ENODEV or Errno.ENXIO =>
                "there is no /dev/net/tun; load the kernel's module (modprobe tun), or give the container the device",
            Errno.EACCES or Errno.EPERM => "no right to open /dev/net/tun; it needs read and write permission for this user",
            _ => "/dev/net/tun cannot be opened",
        });
    }

    // Whether the device has NAPI.
    private bool Attach(string wanted, TapLinkOptions options, bool withNapi)
    {
        int features;
        features = TunLibc.ioctl(Fd, TunLibc.TUNGETFEATURES, &features) == 0 ? features : 0;
        HasHeaders = (features & TunLibc.IFF_VNET_HDR) != 0 && options.Offloads != LinkOffloads.None;
        bool hasNapi = withNapi && (features & TunLibc.IFF_NAPI) != 0;
        byte* request = stackalloc byte[TunLibc.InterfaceRequestLength];
        Encoding.UTF8.GetBytes(wanted, new Span<byte>(request, TunLibc.IFNAMSIZ));
        int kind = options.Medium == LinkMedium.Ethernet ? TunLibc.IFF_TAP : TunLibc.IFF_TUN;
        *(short*)(request + TunLibc.IFNAMSIZ) = (short)(kind | TunLibc.IFF_NO_PI
            | (HasHeaders ? TunLibc.IFF_VNET_HDR : 0) | (hasNapi ? TunLibc.IFF_NAPI : 0));
        if (TunLibc.ioctl(Fd, TunLibc.TUNSETIFF, request) != 0)
        {
            Errno errno = TunLibc.LastError;
            string mode = options.Medium == LinkMedium.Ethernet ? "tap" : "tun";
            throw new LinkException(wanted, "TUNSETIFF", errno, errno switch
            {
                Errno.EPERM =>
                    $"this needs CAP_NET_ADMIN, or a device made for this user: ip tuntap add dev {wanted} mode {mode} user $USER",
                Errno.EBUSY => "the device exists and another program is using it",
                Errno.EINVAL => $"the device exists and is no {mode} device, or one for several queues",
                _ => "the device cannot be opened",
            });
        }

        Name = Encoding.UTF8.GetString(new ReadOnlySpan<byte>(request, TunLibc.IFNAMSIZ)).TrimEnd('\0');
        return hasNapi;
    }

    // A kernel without one of the offloads refuses all of that call, so the long list is tried first. A device that stays keeps the offloads of whoever
    // used it before, and would give large packets to a program that has no header to see it by.
    private void SetOffloads(LinkOffloads wanted)
    {
        _ = TunLibc.ioctl(Fd, TunLibc.TUNSETOFFLOAD, (void*)0);
        if (!HasHeaders)
        {
            return;
        }

        int length = VirtioHeader.Length;
        if (TunLibc.ioctl(Fd, TunLibc.TUNSETVNETHDRSZ, &length) != 0)
        {
            throw new LinkException(Name, "TUNSETVNETHDRSZ", TunLibc.LastError, "the length of vnet headers cannot be set");
        }

        const int checksums = TunLibc.TUN_F_CSUM;
        const int segmentation = checksums | TunLibc.TUN_F_TSO4 | TunLibc.TUN_F_TSO6 | TunLibc.TUN_F_TSO_ECN;
        const int datagrams = segmentation | TunLibc.TUN_F_USO4 | TunLibc.TUN_F_USO6;
        const LinkOffloads segments = LinkOffloads.PartialChecksums | LinkOffloads.Segmentation;
        _ = TrySetOffloads(wanted, LinkOffloads.DatagramSegmentation, datagrams, segments | LinkOffloads.DatagramSegmentation)
            || TrySetOffloads(wanted, LinkOffloads.Segmentation, segmentation, segments)
            || TrySetOffloads(wanted, LinkOffloads.PartialChecksums, checksums, LinkOffloads.PartialChecksums);
    }

    private bool TrySetOffloads(LinkOffloads wanted, LinkOffloads one, int features, LinkOffloads offloads)
    {
        if (!wanted.HasFlag(one) || TunLibc.ioctl(Fd, TunLibc.TUNSETOFFLOAD, (void*)features) != 0)
        {
            return false;
        }

        Offloads = offloads;
        return true;
    }

    private void Configure(TapLinkOptions options)
    {
        // Any socket serves for netdevice(7); this family is in every kernel.
        int socket = TunLibc.socket(TunLibc.AF_UNIX, TunLibc.SOCK_DGRAM | TunLibc.SOCK_CLOEXEC, 0);
        if (socket < 0)
        {
            throw new LinkException(Name, "socket", TunLibc.LastError, "the device cannot be configured");
        }

        try
        {
            Configure(socket, options);
        }
        finally
        {
            _ = TunLibc.close(socket);
        }
    }

    private void Configure(int socket, TapLinkOptions options)
    {
        byte* request = stackalloc byte[TunLibc.InterfaceRequestLength];
        Encoding.UTF8.GetBytes(Name, new Span<byte>(request, TunLibc.IFNAMSIZ));
        byte* value = request + TunLibc.IFNAMSIZ;
        if (options.Mtu is { } mtu)
        {
            *(int*)value = mtu;
            Call(socket, TunLibc.SIOCSIFMTU, request, "SIOCSIFMTU", $"the MTU {mtu} cannot be set");
        }

        Call(socket, TunLibc.SIOCGIFMTU, request, "SIOCGIFMTU", "the MTU cannot be read");
        Mtu = Math.Clamp(*(int*)value, LinkLimits.MinMtu, LinkLimits.MaxMtu);

        if (options.Medium == LinkMedium.Ethernet)
        {
            // struct sockaddr: the family, then the address. The family has to be the one the device has.
            Call(socket, TunLibc.SIOCGIFHWADDR, request, "SIOCGIFHWADDR", "the hardware address cannot be read");
            Span<byte> address = new(value + sizeof(ushort), HardwareAddresses.Length);
            if (options.KernelAddress is { } wanted)
            {
                wanted.GetAddressBytes().CopyTo(address);
                Call(socket, TunLibc.SIOCSIFHWADDR, request, "SIOCSIFHWADDR", $"the hardware address {wanted} cannot be set");
            }

            KernelAddress = new PhysicalAddress(address.ToArray());
        }

        if (options.BringUp)
        {
            Call(socket, TunLibc.SIOCGIFFLAGS, request, "SIOCGIFFLAGS", "the state cannot be read");
            ref short flags = ref *(short*)value;
            if ((flags & TunLibc.IFF_UP) == 0)
            {
                flags |= TunLibc.IFF_UP;
                Call(socket, TunLibc.SIOCSIFFLAGS, request, "SIOCSIFFLAGS", "the device cannot be brought up");
            }
        }
    }

    private void Call(int socket, nuint what, byte* request, string operation, string failure)
    {
        if (TunLibc.ioctl(socket, what, request) != 0)
        {
            Errno errno = TunLibc.LastError;
            string right = errno == Errno.EPERM ? "; this needs CAP_NET_ADMIN" : "";
            throw new LinkException(Name, operation, errno, failure + right);
        }
    }
}
