using System.Net.Sockets;

namespace SocketPools.Stack.Wire;

/// <summary>A network: an address whose bits behind the prefix are 0, and the prefix's length (RFC 4632, section 3.1).</summary>
internal readonly record struct IPPrefix
{
    /// <summary>The network that an address lies in.</summary>
    /// <param name="address">Any address of it.</param>
    /// <param name="length">Bits, 0..32 for IPv4, 0..128 for IPv6.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not one of the address's family.</exception>
    internal IPPrefix(in IPAddressValue address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, address.Length * 8);
        Address = address.Masked(length);
        Length = length;
    }

    /// <summary>The first address.</summary>
    internal IPAddressValue Address { get; }

    /// <summary>Bits of the prefix.</summary>
    internal int Length { get; }

    /// <summary>0.0.0.0/0 or ::/0: every address of the family.</summary>
    internal static IPPrefix All(AddressFamily family) => new(IPAddressValue.Any(family), 0);

    /// <summary>Whether an address lies in the network.</summary>
    internal bool Contains(in IPAddressValue address) => address.Family == Address.Family && address.Masked(Length) == Address;

    /// <summary>Whether it is the all-ones address of this IPv4 network.</summary>
    internal bool IsBroadcast(in IPAddressValue address) => Contains(address) && address.IsBroadcastOf(Length);

    /// <summary>The prefix length of an IPv4 mask; false where its ones are not all in front (RFC 950).</summary>
    internal static bool TryReadMask(in IPAddressValue mask, out int length)
    {
        length = System.Numerics.BitOperations.LeadingZeroCount(~mask.IPv4Bits);
        return mask.IsIPv4 && IPAddressValue.Broadcast.Masked(length) == mask;
    }

    /// <summary>Returns the prefix in text form, such as <c>192.0.2.0/24</c>.</summary>
    public override string ToString() => $"{Address}/{Length}";
}
