using System.Net.NetworkInformation;
using System.Runtime.Versioning;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>
/// A TAP or TUN device of Linux: the other end of a network interface of the kernel. What the kernel sends on the interface is
/// received here, what is sent here the kernel receives.
/// </summary>
/// <remarks>
/// With offloads (vnet headers) the kernel sends and receives TCP packets of up to 64 KiB, and checksums that are not computed. A received frame
/// may be <see cref="ChecksumState.Partial"/>, which means that it has not left the machine's memory, and may have a
/// <see cref="Frame.SegmentSize"/>. Many datagrams in one packet (UDP_SEGMENT) are sent and received at once; here they are received one by one. The MTU is read once, when the device is opened. Several queues of one device are left out: one
/// stack has one owner.
/// </remarks>
public sealed partial class TapLink : ILink
{
    private readonly TunDevice _device;
    private readonly DescriptorGate _gate;
    private readonly TapWaiter _waiter;
    private readonly int _maxFrame;
    private readonly bool _mayBeLarge;
    private int _lastError;
    private int _hasCarrier = 1;

    private TapLink(TunDevice device, TapLinkOptions options)
    {
        _device = device;
        _gate = new DescriptorGate(CloseDevice);
        _waiter = new TapWaiter(device.Fd, device.Name, () => LinkCalls.Wake(this), SetCarrier);
        Name = device.Name;
        Medium = options.Medium;
        Mtu = device.Mtu;
        Offloads = device.Offloads;
        HardwareAddress = options.HardwareAddress ?? Neighbour(device.KernelAddress);
        _maxFrame = LinkLimits.MaxFrame(Medium, Mtu);
        _mayBeLarge = Offloads.HasFlag(LinkOffloads.Segmentation) || _maxFrame > BlockPool.SmallSize - Frame.Headroom;
    }

    /// <summary>Gets the name of the kernel's device, such as <c>tap0</c>.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public LinkMedium Medium { get; }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public PhysicalAddress HardwareAddress { get; }

    /// <summary>The hardware address of the kernel's end; <see cref="PhysicalAddress.None"/> on a TUN device.</summary>
    public PhysicalAddress KernelAddress => _device.KernelAddress;

    /// <inheritdoc/>
    public LinkOffloads Offloads { get; }

    /// <summary>Whether a thread of the kernel takes the frames that are sent, as <see cref="TapLinkOptions.UseThreadedNapi"/> asks for.</summary>
    public bool UsesThreadedNapi => _device.HasThreadedNapi;

    /// <summary>The last error of the device, <see cref="Errno.None"/> before the first: EIO while the interface is down, for example.</summary>
    public Errno LastError => (Errno)Volatile.Read(ref _lastError);

    /// <inheritdoc/>
    public Action? FrameAvailable
    {
        get;
        set
        {
            field = value;
            if (value is not null)
            {
                _waiter.Start();
            }
        }
    }

    /// <summary>Whether the kernel's end is up: set down (ip-link(8)), it takes no frames.</summary>
    public bool HasCarrier => Volatile.Read(ref _hasCarrier) != 0;

    /// <summary>Gets how many frames and bytes went through, and how many were dropped.</summary>
    public LinkCounters Counters => new()
    {
        FramesSent = Interlocked.Read(ref _sentFrames),
        BytesSent = Interlocked.Read(ref _sentBytes),
        FramesReceived = Interlocked.Read(ref _receivedFrames),
        BytesReceived = Interlocked.Read(ref _receivedBytes),
        DroppedQueueFull = Interlocked.Read(ref _refusedFull),
        DroppedInvalid = Interlocked.Read(ref _refusedInvalid),
        DroppedLinkDown = Interlocked.Read(ref _refusedDown),
        DroppedMalformed = Interlocked.Read(ref _droppedMalformed),
    };

    /// <summary>Opens a TAP or TUN device of Linux.</summary>
    /// <param name="options">Which, and what to set on it; null for a new TAP device.</param>
    /// <exception cref="LinkException">It cannot be opened: no /dev/net/tun, no right (CAP_NET_ADMIN), in use, of another kind.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    [SupportedOSPlatform("linux")]
    public static TapLink Open(TapLinkOptions? options = null)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            throw new PlatformNotSupportedException("TAP devices are opened on 64-bit Linux only.");
        }

        options ??= new TapLinkOptions();
        TunDevice device = TunDevice.Open(options);
        try
        {
            return new TapLink(device, options);
        }
        catch
        {
            device.Close();
            throw;
        }
    }

    /// <summary>Opens a device by its name.</summary>
    /// <param name="name">The name; one that does not exist is made.</param>
    /// <exception cref="LinkException">It cannot be opened.</exception>
    [SupportedOSPlatform("linux")]
    public static TapLink Open(string name) => Open(new TapLinkOptions { Name = name });

    /// <summary>Closes the device; a new one is gone then. A call of <see cref="FrameAvailable"/> may still be under way on another thread.</summary>
    public void Dispose()
    {
        if (_gate.Close())
        {
            _waiter.Close();
        }
    }

    // By the last call that leaves: no reader is left.
    private void CloseDevice()
    {
        _device.Close();
        _datagrams?.Release();
        _datagrams = null;
        _emptyFrame?.Release();
        _emptyFrame = null;
        _emptyBlock?.Release();
        _emptyBlock = null;
    }

    private static PhysicalAddress Neighbour(PhysicalAddress kernel)
    {
        if (kernel.Equals(PhysicalAddress.None))
        {
            return kernel;
        }

        byte[] bytes = kernel.GetAddressBytes();
        bytes[0] |= 0x02; // locally administered
        bytes[^1] ^= 0x01;
        return new PhysicalAddress(bytes);
    }

    private void SetCarrier(bool isUp)
    {
        if (Interlocked.Exchange(ref _hasCarrier, isUp ? 1 : 0) != (isUp ? 1 : 0))
        {
            LinkCalls.Wake(this);
        }
    }

    private Errno Note(Errno errno)
    {
        Volatile.Write(ref _lastError, (int)errno);
        return errno;
    }
}
