using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

/// <summary>One address of an interface.</summary>
internal sealed class InterfaceAddress(IPAddressValue address, int prefixLength)
{
    internal IPAddressValue Address { get; } = address;

    internal int PrefixLength { get; } = prefixLength;

    /// <summary>Whether it is still being checked that no other host has it (tentative): it is not used meanwhile.</summary>
    internal bool IsTentative { get; set; }

    /// <summary>What the question carries by which it is known when the medium brings it back (RFC 7527); 48 bits.</summary>
    internal ulong? Nonce { get; set; }

    /// <summary>The timer of the check.</summary>
    internal StackTimer? Detection { get; set; }
}
