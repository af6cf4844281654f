using System.Runtime.InteropServices;
using CsCheck;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Wire;

public sealed class InternetChecksumTests
{
    [Fact]
    public void The_example_of_RFC_1071_section_3_comes_out()
    {
        byte[] bytes = [0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7];
        Assert.Equal(unchecked((ushort)~0xDDF2), InternetChecksum.Of(bytes));
    }

    [Fact]
    public void The_fast_sum_is_the_plain_one_at_every_length_and_offset() =>
        Gen.Select(Gen.Byte.Array[0, 700], Gen.Int[0, 70], Gen.Bool).Sample(
            (bytes, offset, isOnes) =>
            {
                if (isOnes)
                {
                    Array.Fill(bytes, (byte)0xFF);
                }

                ReadOnlySpan<byte> span = bytes.AsSpan(Math.Min(offset, bytes.Length));
                return ChecksumSums.Fold(ChecksumSums.Sum(span)) == ChecksumSums.Fold(SumPlainly(span));
            },
            iter: 20_000);

    [Fact]
    public void Nothing_overflows_in_64_KiB_of_ones()
    {
        byte[] bytes = new byte[65_535];
        Array.Fill(bytes, (byte)0xFF);
        Assert.Equal(ChecksumSums.Fold(SumPlainly(bytes)), ChecksumSums.Fold(ChecksumSums.Sum(bytes)));
    }

    [Fact]
    public void Pieces_of_any_length_add_up_to_the_whole() =>
        Gen.Select(Gen.Byte.Array[0, 400], Gen.Int[0, 60].Array[0, 12]).Sample(
            (bytes, cuts) =>
            {
                InternetChecksum sum = default;
                ReadOnlySpan<byte> left = bytes;
                foreach (int cut in cuts)
                {
                    int length = Math.Min(cut, left.Length);
                    sum.Add(left[..length]);
                    left = left[length..];
                }

                sum.Add(left);
                return sum.Value == InternetChecksum.Of(bytes);
            },
            iter: 10_000);

    [Fact]
    public void A_header_may_be_added_after_an_odd_payload() =>
        Gen.Select(Gen.Byte.Array[8, 8], Gen.Byte.Array[0, 99]).Sample((header, payload) =>
        {
            InternetChecksum sum = default;
            sum.Add(payload);
            sum.AddHeader(header);
            return sum.Value == InternetChecksum.Of([.. header, .. payload]);
        });

    [Fact]
    public void An_update_is_what_computing_anew_gives() =>
        Gen.Select(Gen.Byte.Array[20, 20], Gen.Int[1, 9], Gen.UShort).Sample(
            (bytes, word, value) =>
            {
                bytes[0] = 0x45; // never all zeros, as no header is
                ushort before = InternetChecksum.Of(bytes);
                Span<byte> field = bytes.AsSpan(word * 2);
                ushort old = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(field);
                System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(field, value);
                return InternetChecksum.Update(before, old, value) == InternetChecksum.Of(bytes);
            },
            iter: 20_000);

    [Fact]
    public void The_example_of_RFC_1624_section_4_comes_out() => Assert.Equal(0x0000, InternetChecksum.Update(0xDD2F, 0x5555, 0x3285));

    [Fact]
    public void A_pseudo_header_is_the_sum_of_its_bytes() =>
        Gen.Select(Any.Pair, Gen.Byte, Gen.Int[0, 70_000]).Sample((pair, protocol, length) =>
        {
            bool isV4 = pair.Source.IsIPv4;
            length = isV4 ? length % 65_536 : length;
            byte[] bytes = new byte[isV4 ? 12 : 40];
            int at = pair.Source.Write(bytes);
            at += pair.Destination.Write(bytes.AsSpan(at));
            bytes[isV4 ? 9 : 39] = protocol;
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(isV4 ? 8 : 32), isV4 ? (protocol << 16) | length : length);
            InternetChecksum sum = default;
            sum.AddPseudoHeader(pair.Source, pair.Destination, protocol, length);
            return sum.Value == InternetChecksum.Of(bytes);
        });

    /// <summary>As RFC 1071, section 4.1, writes the sum.</summary>
    private static ulong SumPlainly(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        while (bytes.Length >= 2)
        {
            sum += MemoryMarshal.Read<ushort>(bytes);
            bytes = bytes[2..];
        }

        return bytes.Length == 1 ? sum + MemoryMarshal.Read<ushort>([bytes[0], 0]) : sum;
    }
}
