using System.Net;
using SocketPools.Chips.Lan;

namespace SocketPools.Chips.Wiznet;

/// <summary>How a <see cref="WiznetChip"/> is connected to the radio below it.</summary>
public sealed class WiznetChipOptions
{
    /// <summary>
    /// The address of the radio to which the chip's sockets are bound; null (the default) for any. The chip's own address register
    /// says what the program sees, and is not compared with it.
    /// </summary>
    public IPAddress? BindAddress { get; init; }

    /// <summary>
    /// Whether the radio's sockets get receive buffers of the chip's size, so that peers see its window. True by default. The host's
    /// kernel rounds small buffers up to its least.
    /// </summary>
    public bool LimitsReceiveBuffers { get; init; } = true;

    /// <summary>
    /// A DHCP and a DNS server on the chip's network, for drivers that ask for their addresses. Null by default: then such datagrams
    /// are sent by the radio as any others.
    /// </summary>
    public EmulatedLan? Lan { get; init; }
}
