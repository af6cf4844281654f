using CsCheck;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Wire;

/// <summary>Generators that several tests use. CsCheck prints the seed of a case that fails.</summary>
internal static class Any
{
    internal static Gen<byte[]> Payload { get; } = Gen.Byte.Array[0, 120];

    internal static Gen<IPAddressValue> IPv4 { get; } = Gen.UInt.Select(IPAddressValue.FromIPv4);

    internal static Gen<IPAddressValue> IPv6 { get; } = Gen.Select(Gen.ULong, Gen.ULong, IPAddressValue.FromIPv6);

    internal static Gen<IPAddressValue> Address { get; } = Gen.OneOf(IPv4, IPv6);

    /// <summary>An IPv6 address that may be a source.</summary>
    internal static Gen<IPAddressValue> Unicast6 { get; } = Gen.Select(Gen.ULong, Gen.ULong, (high, low) => IPAddressValue.FromIPv6(high & ~(1ul << 63), low | 1));

    /// <summary>Two addresses of one family.</summary>
    internal static Gen<(IPAddressValue Source, IPAddressValue Destination)> Pair { get; } =
        Gen.OneOf(Gen.Select(IPv4, IPv4), Gen.Select(Unicast6, IPv6));

    internal static Gen<MacAddress> Mac { get; } = Gen.ULong[0, 0xFFFF_FFFF_FFFF].Select(bits => new MacAddress(bits));

    /// <summary>A hardware address that is a station's.</summary>
    internal static Gen<MacAddress> Station { get; } = Gen.ULong[1, 0xFFFF_FFFF_FFFF].Select(bits => new MacAddress((bits & ~(1ul << 40)) | 2));

    internal static Gen<TcpSackBlocks> Sack { get; } = Gen.Select(Gen.UInt, Gen.UInt, (start, end) => new TcpSackBlock(new(start), new(end)))
        .Array[0, 5].Select(blocks => new TcpSackBlocks(blocks));

    internal static Gen<TcpHeaderOptions> TcpOptions { get; } = Gen.Select(
        Gen.UShort, Gen.Byte[0, 14].Nullable(), Gen.Bool, Gen.Bool, Gen.UInt, Gen.UInt, Sack,
        (size, scale, permitted, hasTimestamps, value, echo, sack) => new TcpHeaderOptions
        {
            MaxSegmentSize = size,
            WindowScale = scale,
            IsSackPermitted = permitted,
            HasTimestamps = hasTimestamps,
            TimestampValue = hasTimestamps ? value : 0,
            TimestampEcho = hasTimestamps ? echo : 0,
            Sack = sack,
        });
}
