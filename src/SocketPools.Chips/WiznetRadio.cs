using System.Device.Spi;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Chips;

/// <summary>
/// A WIZnet W5500 or W5100S on an SPI bus as a radio: TCP and UDP over IPv4 with the chip's 8 or 4 sockets, 2 KB for each direction of each. One
/// radio uses one chip, and nothing else may use it.
/// </summary>
/// <remarks>
/// What the chip cannot do is listed in docs/chips.md. While a call waits, the chip is asked every <see cref="WiznetRadioOptions.PollInterval"/>, or when
/// its INTn line falls (<see cref="NotifyInterrupt"/>).
/// </remarks>
public sealed partial class WiznetRadio : Radio, IDisposable
{
    private readonly WiznetRadioOptions _options;
    private readonly WaitQueue _waits = new();
    private readonly ITimer _timer;
    private readonly Random _random;
    private bool _timerRuns;
    private bool _disposed;

    /// <summary>Resets the chip and gives it its addresses. Mode 0 and up to 33 MHz (W5500) are the bus's to set.</summary>
    /// <param name="device">The bus. The caller owns it.</param>
    /// <param name="options">The addresses.</param>
    /// <exception cref="IOException">No W5500 or W5100S answers.</exception>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public WiznetRadio(SpiDevice device, WiznetRadioOptions options)
        : this(Detect(device, options), options)
    {
    }

    private WiznetRadio(WiznetBus bus, WiznetRadioOptions options)
        : base(bus.SocketCount)
    {
        _options = options;
        Bus = bus;
        Name = options.Name ?? (bus.SocketCount == 8 ? "w5500" : "w5100s");
        Hardware = new HardwareSockets(bus, options.TimeProvider, options.LingerTimeout);
        bus.WriteCommon(0x01, options.Gateway.GetAddressBytes());
        bus.WriteCommon(0x05, options.SubnetMask.GetAddressBytes());
        bus.WriteCommon(0x09, options.HardwareAddress.GetAddressBytes());
        bus.WriteCommon(0x0F, options.Address.GetAddressBytes());
        bus.WriteCommon(bus.InterruptMaskRegister, bus.SocketCount == 8 ? (byte)0xFF : (byte)0x0F);
        _random = new Random(System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue));
        _timer = options.TimeProvider.CreateTimer(static s => ((WiznetRadio)s!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override TimeProvider TimeProvider => _options.TimeProvider;

    /// <summary>The chip that answered: <c>W5500</c> or <c>W5100S</c>.</summary>
    public string ChipName => Bus.ChipName;

    /// <summary>Gets the IPv4 address of the chip.</summary>
    public IPAddress Address => _options.Address;

    /// <summary>Gets whether the Ethernet link is up now, as the PHY reports it.</summary>
    public bool IsLinkUp
    {
        get
        {
            Span<byte> phy = stackalloc byte[1];
            lock (Gate)
            {
                Bus.ReadCommon(Bus.PhyRegister, phy);
            }

            return (phy[0] & 1) != 0;
        }
    }

    internal Lock Gate { get; } = new();

    internal WiznetBus Bus { get; }

    internal HardwareSockets Hardware { get; }

    /// <summary>
    /// Reports that the INTn line has gone low: waiting calls read the chip's status at once. May be called from any thread, at any time.
    /// </summary>
    public void NotifyInterrupt()
    {
        lock (Gate)
        {
            if (_waits.IsEmpty)
            {
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(static radio => radio.Tick(), this, preferLocal: false);
    }

    /// <inheritdoc/>
    public override RadioResult OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket)
    {
        socket = null;
        if (family != AddressFamily.InterNetwork)
        {
            return Errno.EAFNOSUPPORT;
        }

        if (type == SocketType.Raw)
        {
            return Errno.EPERM; // the chip's IPRAW and MACRAW modes are not used
        }

        if (type is not (SocketType.Stream or SocketType.Dgram))
        {
            return Errno.EINVAL;
        }

        ProtocolType own = type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp;
        if (protocol != ProtocolType.Unspecified && protocol != own)
        {
            return Errno.EPROTONOSUPPORT;
        }

        if (_disposed)
        {
            return Errno.ENODEV;
        }

        socket = type == SocketType.Stream ? new WiznetStreamSocket(this) : new WiznetDatagramSocket(this);
        return RadioResult.Ok;
    }

    /// <inheritdoc/>
    public override string? GetHint(string operation, Errno errno) => errno switch
    {
        Errno.ENOBUFS => $"all {Bus.SocketCount} sockets of the {ChipName} are in use; a listener and each connection that waits for accept take one each",
        Errno.EMSGSIZE => "the chip sends datagrams of up to 1472 bytes",
        Errno.EHOSTUNREACH => "no answer to ARP; check the cable, the mask and the gateway",
        _ => null,
    };

    /// <summary>Closes all sockets of the chip and stops asking it.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            Bus.WriteCommon(0, 0x80);
        }

        _timer.Dispose();
    }

    internal WaitQueue.Entry Park(WiznetSocket socket, Readiness interest)
    {
        WaitQueue.Entry entry = _waits.Add(socket, interest);
        KeepAsking();
        return entry;
    }

    internal void Unpark(WaitQueue.Entry entry)
    {
        lock (Gate)
        {
            _waits.Remove(entry);
        }
    }

    internal void EndWaits(WiznetSocket socket) => _waits.EndAll(socket);

    /// <summary>Something was done that may have made sockets ready.</summary>
    internal void KeepAsking()
    {
        if (!_timerRuns && !_disposed && (!_waits.IsEmpty || Hardware.HasClosing))
        {
            _timerRuns = true;
            _timer.Change(_options.PollInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private static WiznetBus Detect(SpiDevice device, WiznetRadioOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return WiznetBus.Detect(device)
            ?? throw new IOException("No W5500 or W5100S answers on the SPI bus: check power, reset, chip select and wiring; the mode is 0.");
    }

    private void Tick()
    {
        lock (Gate)
        {
            _timerRuns = false;
            if (!_disposed)
            {
                Hardware.Sweep();
                _waits.EndReady();
                KeepAsking();
            }
        }
    }
}
