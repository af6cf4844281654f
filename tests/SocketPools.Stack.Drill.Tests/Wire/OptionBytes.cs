using System.Buffers.Binary;
using System.Globalization;
using SocketPools.Stack.Drill.Tests.Parsing;

namespace SocketPools.Stack.Drill.Tests.Wire;

/// <summary>TCP options to and from bytes.</summary>
internal static class OptionBytes
{
    internal static byte[] Write(IEnumerable<ScriptOption> options)
    {
        List<byte> bytes = [];
        foreach (ScriptOption option in options)
        {
            switch (option.Name)
            {
                case "nop":
                    bytes.Add(1);
                    break;
                case "eol":
                    bytes.Add(0);
                    break;
                case "mss":
                    bytes.AddRange([2, 4, (byte)(option.First >> 8), (byte)option.First]);
                    break;
                case "wscale":
                    bytes.AddRange([3, 3, (byte)option.First]);
                    break;
                case "sackOK":
                    bytes.AddRange([4, 2]);
                    break;
                case "sack":
                    bytes.AddRange([5, (byte)(2 + (8 * option.Blocks.Count))]);
                    foreach ((uint left, uint right) in option.Blocks)
                    {
                        Add(bytes, left);
                        Add(bytes, right);
                    }

                    break;
                default:
                    bytes.AddRange([8, 10]);
                    Add(bytes, option.First);
                    Add(bytes, option.Second);
                    break;
            }
        }

        for (bool isFirst = true; bytes.Count % 4 != 0; isFirst = false)
        {
            bytes.Add((byte)(isFirst ? 1 : 0));
        }

        return [.. bytes];
    }

    internal static List<ScriptOption> Read(ReadOnlySpan<byte> bytes)
    {
        List<ScriptOption> options = [];
        while (!bytes.IsEmpty)
        {
            if (bytes[0] < 2)
            {
                options.Add(new ScriptOption(bytes[0] == 0 ? "eol" : "nop"));
                bytes = bytes[0] == 0 ? [] : bytes[1..];
                continue;
            }

            options.Add(ReadOne(bytes[0], bytes[2..bytes[1]]));
            bytes = bytes[bytes[1]..];
        }

        return options;
    }

    private static ScriptOption ReadOne(byte kind, ReadOnlySpan<byte> value) => kind switch
    {
        2 => new ScriptOption("mss", BinaryPrimitives.ReadUInt16BigEndian(value)),
        3 => new ScriptOption("wscale", value[0]),
        4 => new ScriptOption("sackOK"),
        5 => new ScriptOption("sack") { Blocks = ReadBlocks(value) },
        8 => new ScriptOption("TS", BinaryPrimitives.ReadUInt32BigEndian(value), BinaryPrimitives.ReadUInt32BigEndian(value[4..])),
        _ => new ScriptOption("kind " + kind.ToString(CultureInfo.InvariantCulture)),
    };

    private static List<(uint Left, uint Right)> ReadBlocks(ReadOnlySpan<byte> value)
    {
        List<(uint, uint)> blocks = [];
        for (int i = 0; i + 8 <= value.Length; i += 8)
        {
            blocks.Add((BinaryPrimitives.ReadUInt32BigEndian(value[i..]), BinaryPrimitives.ReadUInt32BigEndian(value[(i + 4)..])));
        }

        return blocks;
    }

    private static void Add(List<byte> bytes, uint value)
    {
        Span<byte> span = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(span, value);
        bytes.AddRange(span);
    }
}
