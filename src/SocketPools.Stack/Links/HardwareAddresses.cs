using System.Net.NetworkInformation;

namespace SocketPools.Stack.Links;

/// <summary>Checks on the addresses of Ethernet.</summary>
internal static class HardwareAddresses
{
    /// <summary>Bytes of an address.</summary>
    internal const int Length = 6;

    /// <summary>Throws for what cannot be the address of one station: 6 bytes, not all zero, without the group bit (IEEE 802).</summary>
    internal static PhysicalAddress CheckUnicast(PhysicalAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        byte[] bytes = address.GetAddressBytes();
        if (bytes.Length != Length || (bytes[0] & 1) != 0 || !bytes.AsSpan().ContainsAnyExcept((byte)0))
        {
            throw new ArgumentException($"'{address}' is not the address of one Ethernet station.", nameof(address));
        }

        return address;
    }
}
