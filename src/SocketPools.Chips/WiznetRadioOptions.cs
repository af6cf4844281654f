using System.Net;
using System.Net.NetworkInformation;

namespace SocketPools.Chips;

/// <summary>The network settings of a <see cref="WiznetRadio"/>. The chip has no DHCP client of its own, and the driver none either.</summary>
public sealed class WiznetRadioOptions
{
    /// <summary>The IPv4 address that the chip gets.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The network's mask. 255.255.255.0 by default.</summary>
    public IPAddress SubnetMask { get; init; } = IPAddress.Parse("255.255.255.0");

    /// <summary>Where packets for other networks go; 0.0.0.0 (the default) for nowhere.</summary>
    public IPAddress Gateway { get; init; } = IPAddress.Any;

    /// <summary>The DNS server that lookups ask; null (the default) for none, so that only addresses in digits are answered.</summary>
    public IPAddress? DnsServer { get; init; }

    /// <summary>The Ethernet address, 6 bytes. 02-00-00-57-55-00, a locally administered one, by default: each chip on a network needs its own.</summary>
    public PhysicalAddress HardwareAddress { get; init; } = new([0x02, 0x00, 0x00, 0x57, 0x55, 0x00]);

    /// <summary>
    /// How often the driver asks the chip while a call waits, at least 100 µs. 1 ms by default. With the INTn line connected to
    /// <see cref="WiznetRadio.NotifyInterrupt"/> it may be longer.
    /// </summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How long the chip may try to send the rest of the data after a close, before the socket is used again. 10 s by default.</summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a lookup waits for one answer, of two. 2 s by default.</summary>
    public TimeSpan DnsTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The name in errors and tables. The chip's in small letters by default.</summary>
    public string? Name { get; init; }

    /// <summary>The clock of deadlines and polls. The system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        foreach (IPAddress address in (IPAddress[])[Address, SubnetMask, Gateway, DnsServer ?? IPAddress.Any])
        {
            if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork)
            {
                throw new ArgumentException($"{address} is no IPv4 address, and the chip has no other.");
            }
        }

        if (HardwareAddress.GetAddressBytes().Length != 6)
        {
            throw new ArgumentException("An Ethernet address has 6 bytes.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(PollInterval, TimeSpan.FromMicroseconds(100));
        ArgumentOutOfRangeException.ThrowIfNegative(LingerTimeout.Ticks);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(DnsTimeout.Ticks);
    }
}
