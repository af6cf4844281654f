using CsCheck;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Wire;

/// <summary>Each rule of RFC 8200, section 4, by a packet.</summary>
public sealed class IPv6ExtensionTests
{
    [Theory]
    // No extension headers; nothing at all.
    [InlineData(17, "", "deliver 17 at 40, named at 6")]
    [InlineData(59, "", "deliver 59 at 40, named at 6")]
    // Hop-by-hop with router alert, destination options with padding, then TCP.
    [InlineData(0, "3c00 0502 0000 0100  0600 0104 00000000", "deliver 6 at 56, named at 48")]
    // An unknown option that may be skipped (00).
    [InlineData(60, "0600 1e04 00000000", "deliver 6 at 48, named at 40")]
    // 01: drop. 10: refuse. 11: refuse, unless for a group.
    [InlineData(60, "0600 4004 00000000", "drop")]
    [InlineData(60, "0600 0100 8002 0000", "refuse UnknownOption at 44")]
    [InlineData(60, "0600 c204 00000000", "refuse UnknownOption at 42")]
    [InlineData(60, "0600 c204 00000000", "drop", "ff02::1")]
    [InlineData(60, "0600 8004 00000000", "refuse UnknownOption at 42", "ff02::1")]
    // An option longer than its header; one whose length is missing; more padding than padding needs.
    [InlineData(60, "0600 1e05 00000000", "drop")]
    [InlineData(60, "0600 1e03 00000005", "drop")]
    [InlineData(60, "0601 0106 000000000000 0104 00000000", "drop")]
    [InlineData(60, "0601 0100 0100 0100 0100 1e04 00000000", "drop")]
    // Hop-by-hop anywhere but in front.
    [InlineData(60, "0000 0104 00000000  0600 0104 00000000", "refuse UnknownNextHeader at 40")]
    // A routing header that is used up, and one that is not.
    [InlineData(43, "0600 0000 00000000", "deliver 6 at 48, named at 40")]
    [InlineData(43, "0600 0001 00000000", "refuse ErroneousField at 42")]
    // Authentication and encryption are the next layer's.
    [InlineData(51, "0604 0000 00000000", "deliver 51 at 40, named at 6")]
    // A header that is cut off.
    [InlineData(60, "0601 0104 00000000", "drop")]
    [InlineData(60, "0600 01", "drop")]
    // Fragments: atomic, first, one that is no multiple of 8, one that ends behind 65535.
    [InlineData(44, "1100 0000 00000007  0001 0002 0008 0000", "deliver 17 at 48, named at 40")]
    [InlineData(44, "1100 0001 00000007  0001 0002 0010 0000", "fragment 17 at 48, named at 6, 0+ of 7")]
    [InlineData(44, "1100 0010 00000007  00", "fragment 17 at 48, named at 6, 16 of 7")]
    [InlineData(60, "2c00 0104 00000000  1100 0010 00000007  00", "fragment 17 at 56, named at 40, 16 of 7")]
    [InlineData(44, "1100 0001 00000007  0001 0002 00", "refuse ErroneousField at 4")]
    [InlineData(44, "1100 0001 00000007", "refuse ErroneousField at 4")]
    [InlineData(44, "1100 fff8 00000007  0000000000000000", "refuse ErroneousField at 42")]
    [InlineData(44, "1100 fff8 00000007  00000000000000", "fragment 17 at 48, named at 6, 65528 of 7")]
    [InlineData(60, "2c00 0104 00000000  1100 fff8 00000007  00000000", "refuse ErroneousField at 50")]
    public void Extension_headers_are_stepped_over_or_refused(byte first, string hex, string expected, string destination = "2001:db8::2")
    {
        byte[] packet = Packet(first, Hex.Bytes(hex), destination);
        Assert.True(IPv6View.TryRead(packet, out IPv6View view));
        Assert.Equal(expected, Describe(IPv6ExtensionWalker.Walk(view)));
    }

    [Fact]
    public void There_may_be_eight_headers_and_eight_options_in_one()
    {
        byte[] option = [0x1E, 0];
        Assert.StartsWith("deliver", Walk(60, Headers(IPv6ExtensionWalker.MaxHeaders)), StringComparison.Ordinal);
        Assert.Equal("drop", Walk(60, Headers(IPv6ExtensionWalker.MaxHeaders + 1)));
        Assert.StartsWith("deliver", Walk(60, [6, 2, .. Repeat(option, 8), 1, 4, 0, 0, 0, 0]), StringComparison.Ordinal);
        Assert.Equal("drop", Walk(60, [6, 2, .. Repeat(option, 9), 1, 2, 0, 0]));

        static byte[] Headers(int count) => [.. Enumerable.Range(1, count).SelectMany(i => new byte[] { (byte)(i == count ? 6 : 60), 0, 1, 4, 0, 0, 0, 0 })];
        static byte[] Repeat(byte[] bytes, int count) => [.. Enumerable.Repeat(bytes, count).SelectMany(b => b)];
    }

    [Fact]
    public void Work_is_less_than_the_bytes_whatever_they_are() =>
        Gen.Select(Gen.OneOf(0, 43, 44, 60), Gen.OneOf(Gen.Byte, Gen.OneOf<byte>(0, 1, 43, 44, 60)).Array[0, 2000]).Sample(
            (first, bytes) =>
            {
                byte[] packet = Packet((byte)first, bytes, "2001:db8::2");
                IPv6Extensions result = IPv6View.TryRead(packet, out IPv6View view) ? IPv6ExtensionWalker.Walk(view) : default;
                return result.Steps <= packet.Length && result.Steps < 2000 && result.Offset <= packet.Length && result.Pointer < packet.Length;
            },
            iter: 20_000);

    [Fact]
    public void A_router_alert_header_is_stepped_over()
    {
        byte[] header = new byte[IPv6RouterAlert.Length];
        IPv6RouterAlert.Write(header, IPProtocol.Icmpv6);
        Assert.Equal("deliver 58 at 48, named at 40", Walk(0, header));
    }

    [Fact]
    public void A_fragment_header_that_was_written_is_read() => Gen.Select(Gen.Byte, Gen.Int[0, 8191], Gen.Bool, Gen.UInt).Sample((next, offset, hasMore, id) =>
    {
        IPv6FragmentHeader header = new(next, offset * 8, hasMore, id);
        byte[] bytes = new byte[IPv6FragmentHeader.Length];
        header.Write(bytes);
        return IPv6FragmentHeader.Read(bytes) == header;
    });

    private static string Walk(byte first, byte[] bytes) =>
        IPv6View.TryRead(Packet(first, bytes, "2001:db8::2"), out IPv6View view) ? Describe(IPv6ExtensionWalker.Walk(view)) : "not read";

    private static byte[] Packet(byte first, byte[] payload, string destination)
    {
        byte[] packet = [.. new byte[IPv6Header.Length], .. payload];
        new IPv6Header(IPAddressValue.Parse("2001:db8::1"), IPAddressValue.Parse(destination), first, payload.Length).Write(packet);
        return packet;
    }

    private static string Describe(IPv6Extensions e) => e.Verdict switch
    {
        IPv6Verdict.Deliver => $"deliver {e.Protocol} at {e.Offset}, named at {e.ProtocolPointer}",
        IPv6Verdict.Drop => "drop",
        IPv6Verdict.Refuse => $"refuse {e.Problem} at {e.Pointer}",
        _ => $"fragment {e.Protocol} at {e.Offset}, named at {e.ProtocolPointer}, {e.Fragment.Offset}{(e.Fragment.HasMore ? "+" : "")} of {e.Fragment.Identification}",
    };
}
