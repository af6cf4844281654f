using System.Buffers.Binary;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing;

/// <summary>Router advertisements on one port (RFC 4861, section 6.2): when they are asked for, and from time to time.</summary>
internal sealed class RouterAdvertiser(RouterEngine router, RouterPort port, RouterAdvertisementOptions options, Func<IEnumerable<AddressValue>> nameServers)
{
    private const byte PrefixOption = 3;
    private const byte MtuOption = 5;
    private const byte DnsOption = 25;

    private ITimer? _timer;

    internal RouterPort Port => port;

    internal long AdvertisementsSent { get; private set; }

    internal void Start() => _timer = router.Clock.CreateTimer(_ => Send(), null, TimeSpan.Zero, options.Interval);

    internal void Stop()
    {
        _timer?.Dispose();
        _timer = null;
    }

    /// <summary>Sends an advertisement to all nodes.</summary>
    internal void Send()
    {
        if (_timer is null)
        {
            return;
        }

        AddressPrefix[] prefixes = [.. port.Addresses.Where(a => a.Address.IsIPv6)];
        AddressValue[] servers = [.. nameServers().Where(s => s.IsIPv6).Take(4)];
        byte[] body = new byte[8 + 8 + 8 + (prefixes.Length * 32) + (servers.Length == 0 ? 0 : 8 + (servers.Length * 16))];

        // Reachable time and retransmission timer are left to the hosts.
        NeighborMessages.WriteHardware(body.AsSpan(8), NeighborMessages.SourceLinkLayerAddress, port.Hardware);
        Span<byte> at = body.AsSpan(16);
        (at[0], at[1]) = (MtuOption, 1);
        BinaryPrimitives.WriteUInt32BigEndian(at[4..], (uint)port.Mtu);
        at = at[8..];
        foreach (AddressPrefix prefix in prefixes)
        {
            WritePrefix(at, prefix);
            at = at[32..];
        }

        if (servers.Length > 0)
        {
            (at[0], at[1]) = (DnsOption, (byte)(1 + (servers.Length * 2)));
            BinaryPrimitives.WriteUInt32BigEndian(at[4..], Seconds(options.RouterLifetime));
            for (int i = 0; i < servers.Length; i++)
            {
                servers[i].Write(at[(8 + (i * 16))..]);
            }
        }

        AdvertisementsSent++;
        uint head = (64u << 24) | Math.Min(ushort.MaxValue, Seconds(options.RouterLifetime));
        byte[] packet = PacketWriter.Icmp(port.LinkLocal, NeighborMessages.AllNodes, NeighborMessages.RouterAdvertisement, 0, head, body, timeToLive: 255);
        port.Transmit(Ethernet.Group(NeighborMessages.AllNodes), packet, router.Name);
    }

    private void WritePrefix(Span<byte> option, AddressPrefix prefix)
    {
        const byte OnLinkAndAutonomous = 0xC0;
        (option[0], option[1], option[2], option[3]) = (PrefixOption, 4, (byte)prefix.Length, OnLinkAndAutonomous);
        BinaryPrimitives.WriteUInt32BigEndian(option[4..], Seconds(options.ValidLifetime));
        BinaryPrimitives.WriteUInt32BigEndian(option[8..], Seconds(options.PreferredLifetime));
        prefix.Network.Write(option[16..]);
    }

    private static uint Seconds(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? uint.MaxValue : (uint)Math.Min(uint.MaxValue - 1, time.TotalSeconds);
}
