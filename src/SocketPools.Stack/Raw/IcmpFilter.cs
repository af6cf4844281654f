using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Raw;

/// <summary>
/// Which types of ICMP a RAW socket does not want: ICMP_FILTER of raw(7), 32 bits, and ICMP6_FILTER of RFC 3542, section 3.2, 256
/// bits, of which a set bit blocks its type, as in Linux's own structures. By default nothing is blocked.
/// </summary>
internal struct IcmpFilter
{
    /// <summary>SOL_RAW and ICMP_FILTER.</summary>
    internal const int RawLevel = 255;

    /// <summary>IPPROTO_ICMPV6 and ICMPV6_FILTER.</summary>
    internal const int Icmpv6Level = 58;

    internal const int Option = 1;

    private Words _words;

    /// <summary>The bits, in the machine's byte order: 4 bytes for ICMP, 32 for ICMPv6.</summary>
    internal static Span<byte> Bytes(ref IcmpFilter filter, bool isIcmpv6) =>
        MemoryMarshal.AsBytes(((Span<uint>)filter._words)[..(isIcmpv6 ? 8 : 1)]);

    /// <summary>Whether a message is of a type that is not wanted. ICMP's types from 32 on cannot be blocked.</summary>
    internal readonly bool IsBlocked(ReadOnlySpan<byte> message, byte protocol)
    {
        bool isIcmpv6 = protocol == IPProtocol.Icmpv6;
        if ((!isIcmpv6 && protocol != IPProtocol.Icmp) || message.IsEmpty || (!isIcmpv6 && message[0] >= 32))
        {
            return false;
        }

        return (_words[message[0] >> 5] >> (message[0] & 31) & 1) != 0;
    }

    [InlineArray(8)]
    private struct Words
    {
        private uint _first;
    }
}
