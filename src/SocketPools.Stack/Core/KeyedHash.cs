using System.Buffers.Binary;
using System.Numerics;

namespace SocketPools.Stack.Core;

/// <summary>
/// SipHash-2-4 (Aumasson and Bernstein, 2012) with a key from the stack's random numbers: numbers that depend on a connection's addresses and that
/// an attacker cannot predict. Initial sequence numbers (RFC 6528), timestamps (RFC 7323, section 7.1) and ports (RFC 6056) begin
/// with it.
/// </summary>
internal sealed class KeyedHash
{
    private readonly ulong _key0;
    private readonly ulong _key1;

    internal KeyedHash(ulong key0, ulong key1) => (_key0, _key1) = (key0, key1);

    internal KeyedHash(Random random)
    {
        Span<byte> key = stackalloc byte[16];
        random.NextBytes(key);
        _key0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _key1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
    }

    internal ulong Of(in FourTuple tuple)
    {
        Span<byte> bytes = stackalloc byte[36];
        int length = tuple.Local.Write(bytes);
        length += tuple.Remote.Write(bytes[length..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[length..], tuple.LocalPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[(length + 2)..], tuple.RemotePort);
        return Of(bytes[..(length + 4)]);
    }

    internal ulong Of(ReadOnlySpan<byte> bytes)
    {
        State state = new(_key0, _key1);
        ulong last = (ulong)bytes.Length << 56;
        while (bytes.Length >= 8)
        {
            state.Absorb(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            last |= (ulong)bytes[i] << (8 * i);
        }

        state.Absorb(last);
        return state.Finish();
    }

    private struct State(ulong key0, ulong key1)
    {
        // "somepseudorandomlygeneratedbytes"
        private ulong _v0 = key0 ^ 0x736F6D6570736575;
        private ulong _v1 = key1 ^ 0x646F72616E646F6D;
        private ulong _v2 = key0 ^ 0x6C7967656E657261;
        private ulong _v3 = key1 ^ 0x7465646279746573;

        internal void Absorb(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        internal ulong Finish()
        {
            _v2 ^= 0xFF;
            for (int i = 0; i < 4; i++)
            {
                Round();
            }

            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        private void Round()
        {
            _v0 += _v1;
            _v2 += _v3;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v1;
            _v0 += _v3;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
