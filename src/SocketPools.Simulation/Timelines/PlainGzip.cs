using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace SocketPools.Simulation.Timelines;

/// <summary>
/// A gzip file that is not compressed (RFC 1952, stored blocks of RFC 1951), for programs that leave the compression out: in the Python module Python's
/// own zlib compresses the page.
/// </summary>
internal static class PlainGzip
{
    private const int MaxBlock = 65535;

    /// <summary>Whether the data of timelines is compressed. A trimmed program leaves the compression out with <c>SocketPools.Simulation.CompressedTimelines</c> = false.</summary>
    [FeatureSwitchDefinition("SocketPools.Simulation.CompressedTimelines")]
    internal static bool IsCompressed => !AppContext.TryGetSwitch("SocketPools.Simulation.CompressedTimelines", out bool isEnabled) || isEnabled;

    internal static byte[] Wrap(ReadOnlySpan<byte> data)
    {
        int blocks = Math.Max(1, (data.Length + MaxBlock - 1) / MaxBlock);
        byte[] file = new byte[10 + (blocks * 5) + data.Length + 8];
        ReadOnlySpan<byte> head = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
        head.CopyTo(file);
        int at = 10;
        for (int i = 0; i < blocks; i++)
        {
            ReadOnlySpan<byte> block = data.Slice(i * MaxBlock, Math.Min(MaxBlock, data.Length - (i * MaxBlock)));
            file[at] = (byte)(i == blocks - 1 ? 1 : 0);
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at + 1), (ushort)block.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at + 3), (ushort)~block.Length);
            block.CopyTo(file.AsSpan(at + 5));
            at += 5 + block.Length;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), Crc(data));
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at + 4), (uint)data.Length);
        return file;
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB8_8320);
            }
        }

        return ~crc;
    }
}
