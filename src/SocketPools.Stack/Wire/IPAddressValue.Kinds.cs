namespace SocketPools.Stack.Wire;

/// <summary>What an address is for: RFC 1122, section 3.2.1.3, RFC 3927 and RFC 4291, section 2.</summary>
internal readonly partial record struct IPAddressValue
{
    private const ulong LinkLocalHigh = 0xFE80_0000_0000_0000;
    private const ulong LinkMulticastHigh = 0xFF02_0000_0000_0000;

    /// <summary>255.255.255.255, all hosts of the link.</summary>
    internal static IPAddressValue Broadcast => FromIPv4(0xFFFF_FFFF);

    /// <summary>224.0.0.1, all hosts of the link (RFC 1112, section 4).</summary>
    internal static IPAddressValue AllHosts => FromIPv4(0xE000_0001);

    /// <summary>224.0.0.2, where IGMPv2 says that it leaves (RFC 2236, section 9).</summary>
    internal static IPAddressValue AllRoutersIPv4 => FromIPv4(0xE000_0002);

    /// <summary>ff02::1, all nodes of the link (RFC 4291, section 2.7.1).</summary>
    internal static IPAddressValue AllNodes => FromIPv6(LinkMulticastHigh, 1);

    /// <summary>ff02::2, all routers of the link.</summary>
    internal static IPAddressValue AllRouters => FromIPv6(LinkMulticastHigh, 2);

    /// <summary>ff02::16, where reports of MLDv2 go (RFC 3810, section 5.2.14).</summary>
    internal static IPAddressValue AllMldV2Routers => FromIPv6(LinkMulticastHigh, 0x16);

    /// <summary>127.0.0.1 or ::1.</summary>
    internal static IPAddressValue Loopback(System.Net.Sockets.AddressFamily family) =>
        family == System.Net.Sockets.AddressFamily.InterNetwork ? FromIPv4(0x7F00_0001) : FromIPv6(0, 1);

    /// <summary>0.0.0.0 or ::, the address of who has none.</summary>
    internal bool IsUnspecified => HasValue && (_high | _low) == 0;

    /// <summary>127.0.0.0/8 or ::1.</summary>
    internal bool IsLoopback => IsIPv4 ? _low >> 24 == 127 : IsIPv6 && _high == 0 && _low == 1;

    /// <summary>169.254.0.0/16 (RFC 3927) or fe80::/10.</summary>
    internal bool IsLinkLocal => IsIPv4 ? _low >> 16 == 0xA9FE : _high >> 54 == LinkLocalHigh >> 54;

    /// <summary>224.0.0.0/4 or ff00::/8.</summary>
    internal bool IsMulticast => IsIPv4 ? _low >> 28 == 0xE : _high >> 56 == 0xFF;

    /// <summary>224.0.0.0/24 or ffx2::/16: never leaves its link, and 224.0.0.1 is never reported.</summary>
    internal bool IsLinkLocalMulticast => IsIPv4 ? _low >> 8 == 0xE00000 : IsMulticast && MulticastScope == 2;

    /// <summary>The scope of an IPv6 multicast address (RFC 4291, section 2.7): 1 interface, 2 link, 5 site, 14 global.</summary>
    internal int MulticastScope => (int)(_high >> 48) & 0xF;

    /// <summary>255.255.255.255.</summary>
    internal bool IsLimitedBroadcast => IsIPv4 && _low == 0xFFFF_FFFF;

    /// <summary>::ffff:0:0/96, an IPv4 address in IPv6 clothes (RFC 4291, section 2.5.5.2), which is never on a wire.</summary>
    internal bool IsIPv4Mapped => IsIPv6 && _high == 0 && _low >> 32 == 0xFFFF;

    /// <summary>The IPv4 address inside a mapped one; any other as it is.</summary>
    internal IPAddressValue WithoutMapping() => IsIPv4Mapped ? FromIPv4((uint)_low) : this;

    /// <summary>This IPv4 address in IPv6 clothes: for programs that know IPv6 only.</summary>
    internal IPAddressValue ToIPv4Mapped() => FromIPv6(0, 0xFFFF_0000_0000UL | IPv4Bits);

    /// <summary>Whether a packet may go to it and be for one host: neither unspecified, multicast nor 255.255.255.255.</summary>
    internal bool IsUnicast => HasValue && !IsUnspecified && !IsMulticast && !IsLimitedBroadcast;

    /// <summary>Whether it is the all-ones address of an IPv4 network (RFC 919), which has at least 4 addresses (RFC 3021).</summary>
    /// <param name="prefixLength">The network's, 0..32.</param>
    internal bool IsBroadcastOf(int prefixLength) =>
        IsIPv4 && prefixLength is > 0 and <= 30 && (uint)_low << prefixLength >> prefixLength == uint.MaxValue >> prefixLength;

    /// <summary>ff02::1:ff and the last 24 bits: where the owner of the address is asked for (RFC 4291, section 2.7.1).</summary>
    internal IPAddressValue SolicitedNode => FromIPv6(LinkMulticastHigh, 0x0000_0001_FF00_0000 | (_low & 0xFF_FFFF));

    /// <summary>Whether it is a solicited-node multicast address.</summary>
    internal bool IsSolicitedNode => IsIPv6 && _high == LinkMulticastHigh && _low >> 24 == 0x1FF;

    /// <summary>fe80:: with the interface identifier of a hardware address.</summary>
    internal static IPAddressValue LinkLocal(MacAddress hardware) => FromIPv6(LinkLocalHigh, hardware.InterfaceIdentifier);

    /// <summary>The first 64 bits of this address before the interface identifier of a hardware address (RFC 4862, section 5.5.3).</summary>
    internal IPAddressValue WithInterface(MacAddress hardware) => FromIPv6(_high, hardware.InterfaceIdentifier);
}
