using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SocketPools.Stack.Wire;

/// <summary>
/// The sums below <see cref="InternetChecksum"/>: words of 16 bits in the machine's byte order (RFC 1071, section 2, B), added in
/// lanes as wide as the machine has (section 2, C: 2^16 = 1 modulo 2^16 - 1, so wider words give the same sum when folded).
/// </summary>
internal static class ChecksumSums
{
    /// <summary>The sum of the words, the last byte of an odd number padded by 0. Not folded.</summary>
    internal static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        if (Vector256.IsHardwareAccelerated && bytes.Length >= 2 * Vector256<byte>.Count)
        {
            sum = SumVectors256(ref bytes);
        }
        else if (Vector128.IsHardwareAccelerated && bytes.Length >= 2 * Vector128<byte>.Count)
        {
            sum = SumVectors128(ref bytes);
        }

        ref byte start = ref MemoryMarshal.GetReference(bytes);
        nuint at = 0;
        nuint length = (nuint)bytes.Length;
        for (; at + 4 <= length; at += 4)
        {
            sum += Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, at));
        }

        if (at + 2 <= length)
        {
            sum += Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref start, at));
            at += 2;
        }

        return at < length ? sum + LastByte(Unsafe.Add(ref start, at)) : sum;
    }

    /// <summary>Adds the carries until 16 bits are left; only a sum of nothing but zeros becomes 0.</summary>
    internal static ushort Fold(ulong sum)
    {
        sum = (sum & uint.MaxValue) + (sum >> 32);
        sum = (sum & uint.MaxValue) + (sum >> 32);
        uint half = ((uint)sum & 0xFFFF) + ((uint)sum >> 16);
        return (ushort)(half + (half >> 16));
    }

    private static ulong SumVectors256(ref ReadOnlySpan<byte> bytes)
    {
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        nuint end = (nuint)bytes.Length & ~(nuint)63;
        Vector256<ulong> low = Vector256.Create((ulong)uint.MaxValue);
        Vector256<ulong> a = default, b = default, c = default, d = default;
        for (nuint at = 0; at < end; at += 64)
        {
            Vector256<ulong> first = Vector256.LoadUnsafe(ref start, at).AsUInt64();
            Vector256<ulong> second = Vector256.LoadUnsafe(ref start, at + 32).AsUInt64();
            a += first & low;
            b += first >>> 32;
            c += second & low;
            d += second >>> 32;
        }

        bytes = bytes[(int)end..];
        return Vector256.Sum(a + b + c + d);
    }

    private static ulong SumVectors128(ref ReadOnlySpan<byte> bytes)
    {
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        nuint end = (nuint)bytes.Length & ~(nuint)31;
        Vector128<ulong> low = Vector128.Create((ulong)uint.MaxValue);
        Vector128<ulong> a = default, b = default, c = default, d = default;
        for (nuint at = 0; at < end; at += 32)
        {
            Vector128<ulong> first = Vector128.LoadUnsafe(ref start, at).AsUInt64();
            Vector128<ulong> second = Vector128.LoadUnsafe(ref start, at + 16).AsUInt64();
            a += first & low;
            b += first >>> 32;
            c += second & low;
            d += second >>> 32;
        }

        bytes = bytes[(int)end..];
        return Vector128.Sum(a + b + c + d);
    }

    private static ulong LastByte(byte value) => BitConverter.IsLittleEndian ? value : (ulong)value << 8;
}
