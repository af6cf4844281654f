using System.Buffers.Binary;
using System.Text;

namespace SocketPools.Stack.Tests.Links;

/// <summary>A capture file read block by block, by its own rules: every length is checked.</summary>
internal sealed class PcapngFile
{
    internal PcapngFile(byte[] file)
    {
        for (int at = 0; at < file.Length;)
        {
            uint type = Number(file, at);
            int length = (int)Number(file, at + 4);
            Assert.Equal(0, length % 4);
            Assert.Equal(length, (int)Number(file, at + length - 4));
            ReadOnlySpan<byte> body = file.AsSpan(at + 8, length - 12);
            switch (type)
            {
                case 0x0A0D0D0A:
                    Assert.Equal(0, at);
                    Assert.Equal(0x1A2B3C4Du, Number(body, 0));
                    Assert.Equal((1, 0), (body[4], body[6]));
                    Options(body[16..]);
                    break;
                case 1:
                    Dictionary<ushort, List<byte[]>> options = Options(body[8..]);
                    Assert.Equal([9], options[9].Single());
                    Interfaces.Add(new Interface(BinaryPrimitives.ReadUInt16LittleEndian(body), (int)Number(body, 4), Text(options[2][0]), options.GetValueOrDefault((ushort)6)?[0]));
                    break;
                case 6:
                    int kept = (int)Number(body, 12);
                    options = Options(body[(20 + (kept + 3) / 4 * 4)..]);
                    ulong time = ((ulong)Number(body, 4) << 32) | Number(body, 8);
                    Packets.Add(new Packet((int)Number(body, 0), time, (int)Number(body, 16), body.Slice(20, kept).ToArray(), options[2][0][0],
                        [.. options.GetValueOrDefault((ushort)1, []).Select(Text)]));
                    break;
                default:
                    Assert.Fail($"a block of type {type}");
                    break;
            }

            at += length;
        }
    }

    internal List<Interface> Interfaces { get; } = [];

    internal List<Packet> Packets { get; } = [];

    private static uint Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static Dictionary<ushort, List<byte[]>> Options(ReadOnlySpan<byte> bytes)
    {
        Dictionary<ushort, List<byte[]>> options = [];
        while (true)
        {
            ushort code = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
            if (code == 0)
            {
                Assert.Equal((0, 4), (length, bytes.Length));
                return options;
            }

            options.TryAdd(code, []);
            options[code].Add(bytes.Slice(4, length).ToArray());
            bytes = bytes[(4 + (length + 3) / 4 * 4)..];
        }
    }

    internal sealed record Interface(int LinkType, int SnapLength, string Name, byte[]? Address);

    internal sealed record Packet(int Interface, ulong Nanoseconds, int Length, byte[] Bytes, int Direction, string[] Comments);
}
