using System.Globalization;
using System.Net;
using SocketPools.Simulation.Packets;
using SocketPools.Simulation.Routing.Nat;

namespace SocketPools.Simulation;

/// <summary>A mapping of a NAT: what is inside, and what stands for it outside.</summary>
public sealed class NatMappingInfo
{
    internal NatMappingInfo(string protocol, IPEndPoint inside, IPEndPoint outside, bool isForwarding)
    {
        Protocol = protocol;
        Inside = inside;
        Outside = outside;
        IsForwarding = isForwarding;
    }

    /// <summary>Gets the protocol: "TCP", "UDP" or "ICMP".</summary>
    public string Protocol { get; }

    /// <summary>The address inside, with its port or the identifier of its echoes.</summary>
    public IPEndPoint Inside { get; }

    /// <summary>The address outside, with its port or the identifier of its echoes.</summary>
    public IPEndPoint Outside { get; }

    /// <summary>Whether it was made by <see cref="SimulatedNat.Forward"/>.</summary>
    public bool IsForwarding { get; }

    /// <summary>The mapping as "TCP 192.168.1.10:49152 as 203.0.113.2:49152".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Protocol} {Inside} as {Outside}");
}

/// <summary>The address translation of a router: NAT44 for TCP, UDP and ICMP.</summary>
public sealed class SimulatedNat
{
    private readonly NatTranslator _translator;
    private readonly Action<string> _log;

    internal SimulatedNat(NatTranslator translator, Action<string> log)
    {
        _translator = translator;
        _log = log;
    }

    /// <summary>Gets the address outside that stands for all hosts inside.</summary>
    public IPAddress Address => _translator.Address.ToIPAddress();

    /// <summary>Gets the mappings that are in force.</summary>
    public IReadOnlyList<NatMappingInfo> Mappings =>
    [
        .. _translator.Table.Mappings.Select(m => new NatMappingInfo(
            m.Inside.Protocol switch { IPPacket.Tcp => "TCP", IPPacket.Udp => "UDP", _ => "ICMP" },
            new IPEndPoint(m.Inside.Address.ToIPAddress(), m.Inside.Port),
            new IPEndPoint(Address, m.OutsidePort),
            m.IsForwarding)),
    ];

    /// <summary>Lets every host outside reach a port inside, by TCP and UDP.</summary>
    /// <param name="outsidePort">The port outside, 1..65535.</param>
    /// <param name="inside">The host inside, with its port.</param>
    public void Forward(int outsidePort, IPEndPoint inside)
    {
        ArgumentNullException.ThrowIfNull(inside);
        CheckPort(outsidePort);
        CheckPort(inside.Port);
        foreach (int protocol in (int[])[IPPacket.Tcp, IPPacket.Udp])
        {
            _translator.Table.AddForwarding(new NatEnd(protocol, AddressValue.From(inside.Address), (ushort)inside.Port), (ushort)outsidePort);
        }
    }

    /// <summary>Removes the forwarding of a port.</summary>
    /// <param name="outsidePort">The port outside, 1..65535.</param>
    /// <returns>False when there is none of this port.</returns>
    public bool RemoveForward(int outsidePort)
    {
        CheckPort(outsidePort);
        return _translator.Table.RemoveForwarding(IPPacket.Tcp, (ushort)outsidePort) | _translator.Table.RemoveForwarding(IPPacket.Udp, (ushort)outsidePort);
    }

    /// <summary>Forgets all mappings but those of <see cref="Forward"/>, as after a loss of power: open connections hang.</summary>
    public void Flush()
    {
        _log("the table of the NAT is flushed");
        _translator.Clear();
    }

    private static void CheckPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
    }
}
