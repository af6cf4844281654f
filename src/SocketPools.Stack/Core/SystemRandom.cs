using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SocketPools.Stack.Core;

/// <summary>
/// Random numbers from the system's cryptographic generator, by the members of <see cref="Random"/> that the stack calls: whoever sees
/// some of them learns nothing of the others. Called with the gate held. Bytes are taken from the system in lots, and forgotten when used.
/// </summary>
internal sealed class SystemRandom : Random
{
    private readonly byte[] _lot = new byte[256];
    private int _used;

    internal SystemRandom()
        : base(0)
    {
        _used = _lot.Length;
    }

    public override int Next() => (int)NextInt64(int.MaxValue);

    public override int Next(int maxValue) => (int)NextInt64(maxValue);

    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    public override long NextInt64() => NextInt64(long.MaxValue);

    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (long)Math.BigMul(NextBits(), (ulong)maxValue, out _);
    }

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return minValue + (long)Math.BigMul(NextBits(), (ulong)(maxValue - minValue), out _);
    }

    public override double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public override float NextSingle() => (NextBits() >> 40) * (1.0f / (1U << 24));

    public override void NextBytes(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        NextBytes(buffer.AsSpan());
    }

    public override void NextBytes(Span<byte> buffer) => RandomNumberGenerator.Fill(buffer);

    protected override double Sample() => NextDouble();

    private ulong NextBits()
    {
        if (_used == _lot.Length)
        {
            RandomNumberGenerator.Fill(_lot);
            _used = 0;
        }

        Span<byte> bytes = _lot.AsSpan(_used, sizeof(ulong));
        ulong bits = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        bytes.Clear();
        _used += sizeof(ulong);
        return bits;
    }
}
