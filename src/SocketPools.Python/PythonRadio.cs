using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SocketPools.Boards;
using SocketPools.Radios;

namespace SocketPools.Python;

/// <summary>What is behind a radio of Python's, and what <c>wifi.Radio</c> shows of it.</summary>
/// <param name="radio">The radio.</param>
/// <param name="board">The board that its sockets behave as; null for none.</param>
internal abstract class PythonRadio(Radio radio, BoardProfile? board)
{
    /// <summary>The radio that the pool is made of.</summary>
    internal Radio Radio { get; } = board is null ? radio : new BoardRadio(radio, board) { Interrupted = radio.Interrupted, ReachesThisMachine = true };

    /// <summary>The board, or null.</summary>
    internal BoardRadio? Board => Radio as BoardRadio;

    /// <summary>The object of its pool while there is one; no reference is held, the pool clears it.</summary>
    internal nint Pool { get; set; }

    /// <summary>The bytes that passed through its sockets.</summary>
    internal Traffic Traffic { get; } = new();

    /// <summary>The one interface in use, or null for all.</summary>
    internal abstract string? Interface { get; }

    internal abstract IEnumerable<IPAddress> Addresses { get; }

    internal abstract IEnumerable<IPAddress> NameServers { get; }

    /// <summary>Whether the link is up.</summary>
    internal abstract bool IsUp { get; }

    internal abstract PhysicalAddress PhysicalAddress { get; }

    /// <summary>The IPv4 address that others reach the radio by, its netmask, and the gateway if there is one; null without an address.</summary>
    internal abstract (IPAddress Address, IPAddress Mask, IPAddress? Gateway)? FindInternetProtocol4();

    /// <summary>The last reference is gone.</summary>
    internal virtual void End()
    {
    }
}

/// <summary>What is behind a <c>hostnetwork.HostNetwork</c>: whatever the host's system says about its network.</summary>
/// <param name="network">The host's network.</param>
/// <param name="board">The board that its sockets behave as; null for none.</param>
internal sealed class PythonHostRadio(HostNetwork network, BoardProfile? board) : PythonRadio(network, board)
{
    internal override string? Interface => network.Interface;

    internal override IEnumerable<IPAddress> Addresses => network.Addresses;

    internal override IEnumerable<IPAddress> NameServers => InterfacesUp().SelectMany(i => i.GetIPProperties().DnsAddresses).Distinct();

    internal override bool IsUp => network.IsUp;

    internal override PhysicalAddress PhysicalAddress => network.PhysicalAddress;

    /// <summary>An address of the interface with a gateway; without one, of any but loopback; without one, loopback's.</summary>
    internal override (IPAddress Address, IPAddress Mask, IPAddress? Gateway)? FindInternetProtocol4() => InterfacesUp()
        .SelectMany(i => i.GetIPProperties().UnicastAddresses.Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork)
            .Select(a => ((IPAddress, IPAddress, IPAddress?)?)(a.Address, a.IPv4Mask, FindGateway(i))))
        .OrderBy(a => a!.Value.Item3 is not null ? 0 : IPAddress.IsLoopback(a.Value.Item1) ? 2 : 1)
        .FirstOrDefault();

    private static IPAddress? FindGateway(NetworkInterface nic) => nic.GetIPProperties().GatewayAddresses.Select(g => g.Address)
        .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !a.Equals(IPAddress.Any));

    private IEnumerable<NetworkInterface> InterfacesUp() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.OperationalStatus != OperationalStatus.Down && (Interface is null || i.Name == Interface));
}
