namespace SocketPools.Stack.Fuzz;

/// <summary>
/// What a fuzzer does to the files of a corpus, without one: changed bits, bytes that mean something somewhere, cuts, repeats, two
/// files joined. The same seed gives the same bytes.
/// </summary>
public sealed class Mutator(int seed, byte[][] corpus)
{
    private const int MaxLength = 4096;
    private static readonly byte[] s_telling = [0, 1, 2, 4, 5, 6, 8, 0x11, 0x2B, 0x2C, 0x32, 0x34, 0x3A, 0x3B, 0x3C, 0x3F, 0x40, 0x45, 0x60, 0x7F, 0x80, 0xC0, 0xFE, 0xFF];

    private readonly Random _random = new(seed);

    /// <summary>The next bytes.</summary>
    public byte[] Next() => Change(Pick());

    /// <summary>Changed bytes.</summary>
    internal byte[] Change(byte[] original)
    {
        List<byte> bytes = [.. original];
        for (int i = _random.Next(1, 6); i > 0; i--)
        {
            Mutate(bytes);
        }

        return [.. bytes.Take(MaxLength)];
    }

    private byte[] Pick() => corpus[_random.Next(corpus.Length)];

    private void Mutate(List<byte> bytes)
    {
        int at = _random.Next(bytes.Count + 1);
        int length = Math.Min(_random.Next(1, 20), bytes.Count - at);
        switch (_random.Next(7))
        {
            case 0 when length > 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 or 2 when length > 0:
                bytes[at] = s_telling[_random.Next(s_telling.Length)];
                break;
            case 3 when length > 0:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 4:
                bytes.RemoveRange(at, _random.Next(4) == 0 ? bytes.Count - at : length);
                break;
            case 5:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 6:
                byte[] other = Pick();
                bytes.InsertRange(at, other.Skip(_random.Next(other.Length + 1)).Take(64));
                break;
        }
    }
}
