using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing;

/// <summary>Messages of neighbour discovery (RFC 4861, section 4), as whole packets with a hop limit of 255.</summary>
internal static class NeighborMessages
{
    internal const byte RouterSolicitation = 133;
    internal const byte RouterAdvertisement = 134;
    internal const byte NeighborSolicitation = 135;
    internal const byte NeighborAdvertisement = 136;
    internal const byte SourceLinkLayerAddress = 1;
    internal const byte TargetLinkLayerAddress = 2;

    internal static AddressValue AllNodes { get; } = new(((UInt128)0xFF02 << 112) | 1, IsIPv6: true);

    internal static byte[] Solicitation(AddressValue source, AddressValue destination, AddressValue target, ulong hardware)
    {
        byte[] body = new byte[24];
        target.Write(body);
        WriteHardware(body.AsSpan(16), SourceLinkLayerAddress, hardware);
        return PacketWriter.Icmp(source, destination, NeighborSolicitation, 0, 0, body, timeToLive: 255);
    }

    internal static byte[] Advertisement(AddressValue source, AddressValue destination, AddressValue target, ulong hardware, bool solicited)
    {
        byte[] body = new byte[24];
        target.Write(body);
        WriteHardware(body.AsSpan(16), TargetLinkLayerAddress, hardware);

        // Router, solicited, override.
        return PacketWriter.Icmp(source, destination, NeighborAdvertisement, 0, solicited ? 0xE000_0000 : 0xA000_0000, body, timeToLive: 255);
    }

    internal static void WriteHardware(Span<byte> option, byte type, ulong hardware)
    {
        option[0] = type;
        option[1] = 1;
        Ethernet.WriteAddress(option[2..], hardware);
    }

    /// <summary>Finds an option of a message that is a hardware address.</summary>
    internal static ulong? FindHardware(ReadOnlySpan<byte> options, byte type)
    {
        while (options.Length >= 8 && options[1] > 0 && options[1] * 8 <= options.Length)
        {
            if (options[0] == type)
            {
                return Ethernet.ReadAddress(options[2..]);
            }

            options = options[(options[1] * 8)..];
        }

        return null;
    }
}
