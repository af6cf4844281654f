using System.Buffers.Binary;
using System.Globalization;

namespace SocketPools.Simulation.Seeds;

/// <summary>The first packet in which two captures (pcapng, as this library writes it) differ.</summary>
internal static class CaptureDifference
{
    private const uint EnhancedPacket = 6;

    /// <summary>What differs, in words; null when nothing does.</summary>
    internal static string? Find(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        int packets = 0;
        while (!one.IsEmpty || !other.IsEmpty)
        {
            ReadOnlySpan<byte> a = TakeBlock(ref one);
            ReadOnlySpan<byte> b = TakeBlock(ref other);
            bool isPacket = Type(a) == EnhancedPacket || Type(b) == EnhancedPacket;
            packets += isPacket ? 1 : 0;
            if (!a.SequenceEqual(b))
            {
                return string.Create(CultureInfo.InvariantCulture, $"{(isPacket ? $"packet {packets}" : $"the description of a link before packet {packets + 1}")}: {Describe(a)} in the first run, {Describe(b)} in the second");
            }
        }

        return null;
    }

    private static uint Type(ReadOnlySpan<byte> block) => block.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(block);

    private static ReadOnlySpan<byte> TakeBlock(ref ReadOnlySpan<byte> rest)
    {
        int length = rest.Length < 8 ? rest.Length : Math.Clamp((int)BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]), 8, rest.Length);
        ReadOnlySpan<byte> block = rest[..length];
        rest = rest[length..];
        return block;
    }

    private static string Describe(ReadOnlySpan<byte> block)
    {
        if (Type(block) != EnhancedPacket || block.Length < 28)
        {
            return block.IsEmpty ? "nothing" : string.Create(CultureInfo.InvariantCulture, $"a block of {block.Length} bytes");
        }

        // Times are in nanoseconds since 1970.
        ulong time = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(block[12..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(block[16..]);
        int length = Math.Min((int)BinaryPrimitives.ReadUInt32LittleEndian(block[20..]), block.Length - 28);
        SimulatedPacket packet = new("", "", block.Slice(28, length));
        return string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UnixEpoch.AddTicks((long)(time / 100)):HH:mm:ss.fffffff} {packet.ToString()}");
    }
}
