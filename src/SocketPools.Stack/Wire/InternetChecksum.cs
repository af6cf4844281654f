using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>
/// The Internet checksum (RFC 1071), added up piece by piece. Pieces may have any length: a piece that begins in the middle of a
/// word is summed as if it did not, and its sum's bytes are swapped (section 2, B).
/// </summary>
internal struct InternetChecksum
{
    // Of words in the machine's own byte order, not folded; it would take 2^48 pieces to overflow.
    private ulong _sum;
    private bool _isOdd;

    /// <summary>The value for a checksum field whose own bytes were 0; over bytes with their checksum in place it is 0.</summary>
    internal readonly ushort Value => (ushort)~Sum;

    /// <summary>The sum itself: what a checksum field holds that a link completes (<c>CHECKSUM_PARTIAL</c>).</summary>
    internal readonly ushort Sum
    {
        get
        {
            ushort sum = ChecksumSums.Fold(_sum);
            return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(sum) : sum;
        }
    }

    /// <summary>Whether bytes with their checksum in place are whole: the sum is all ones.</summary>
    internal readonly bool IsRight => Sum == 0xFFFF;

    /// <summary>The checksum of bytes in one piece.</summary>
    internal static ushort Of(ReadOnlySpan<byte> bytes)
    {
        InternetChecksum sum = default;
        sum.Add(bytes);
        return sum.Value;
    }

    /// <summary>A checksum after a word of what it covers has changed (RFC 1624, section 3, equation 3).</summary>
    internal static ushort Update(ushort checksum, ushort before, ushort after)
    {
        uint sum = (uint)(ushort)~checksum + (ushort)~before + after;
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~(sum + (sum >> 16));
    }

    /// <summary>Adds the bytes that follow those added before.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        ushort sum = ChecksumSums.Fold(ChecksumSums.Sum(bytes));
        _sum += _isOdd ? BinaryPrimitives.ReverseEndianness(sum) : sum;
        _isOdd ^= (bytes.Length & 1) != 0;
    }

    /// <summary>Adds a header, which begins on a word and has whole words, whatever was added before: sums know no order.</summary>
    internal void AddHeader(ReadOnlySpan<byte> bytes) => _sum += ChecksumSums.Fold(ChecksumSums.Sum(bytes));

    /// <summary>Adds what the transport's checksum covers of the IP header (RFC 9293, section 3.1; RFC 8200, section 8.1).</summary>
    /// <param name="source">The address it comes from.</param>
    /// <param name="destination">The address it goes to.</param>
    /// <param name="protocol">The transport's number.</param>
    /// <param name="length">Bytes of the transport's header and payload.</param>
    internal void AddPseudoHeader(in IPAddressValue source, in IPAddressValue destination, byte protocol, int length)
    {
        ulong sum = Words(source) + Words(destination) + protocol + ((uint)length >> 16) + ((uint)length & 0xFFFF);
        ushort folded = ChecksumSums.Fold(sum);
        _sum += BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(folded) : folded;
    }

    // 2^32 = 1 modulo 2^16 - 1, so halves may be added as they are.
    private static ulong Words(in IPAddressValue address) => (address.High >> 32) + (uint)address.High + (address.Low >> 32) + (uint)address.Low;
}
