using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using CsCheck;
using SocketPools.Radios;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Wire;

/// <summary>The BCL's <see cref="IPAddress"/> and <see cref="IPNetwork"/> are the oracle.</summary>
public sealed class IPNumberTests
{
    [Fact]
    public void It_is_the_BCLs_address_and_back() => Any.Address.Sample(address =>
    {
        IPAddress bcl = address.ToIPAddress();
        byte[] bytes = new byte[16];
        return IPAddressValue.From(bcl) == address && bcl.GetAddressBytes().AsSpan().SequenceEqual(bytes.AsSpan(0, address.Write(bytes)))
            && IPAddressValue.Parse(bcl.ToString()) == address && address.ToString() == bcl.ToString() && address.Family == bcl.AddressFamily
            && address.Length == (address.IsIPv4 ? 4 : 16);
    });

    [Fact]
    public void It_is_a_sockets_address_and_back() => Gen.Select(Any.Address, Gen.UShort, Gen.UInt).Sample((address, port, scope) =>
    {
        IPSocketAddress socket = address.ToSocketAddress(port, scope);
        return socket.Port == port && socket.ScopeId == (address.IsIPv6 ? scope : 0) && IPAddressValue.From(socket) == address;
    });

    [Fact]
    public void No_address_stays_none()
    {
        IPAddressValue none = default;
        Assert.False(none.HasValue || none.IsUnicast || none.IsUnspecified || none.IsLoopback || none.IsMulticast || none.IsLinkLocal);
        Assert.Equal(default, none.ToSocketAddress(1));
        Assert.Equal(default, IPAddressValue.From(default(IPSocketAddress)));
        Assert.Equal("-", none.ToString());
        Assert.Throws<InvalidOperationException>(() => default(IPAddressValue).ToIPAddress());
        Assert.Throws<FormatException>(() => IPAddressValue.Parse("fe80::1%2"));
    }

    [Fact]
    public void Prefixes_match_as_the_BCLs_networks_do() => Gen.Select(Any.Pair, Gen.Int[0, 128], Gen.Int[0, 128]).Sample(
        (pair, length, flip) =>
        {
            int bits = pair.Source.Length * 8;
            length %= bits + 1;
            byte[] near = pair.Source.ToIPAddress().GetAddressBytes();
            near[flip % bits / 8] ^= (byte)(0x80 >> (flip % bits % 8));
            IPAddressValue other = IPAddressValue.From(new IPAddress(near));
            IPPrefix prefix = new(pair.Source, length);
            IPNetwork oracle = new(prefix.Address.ToIPAddress(), length);
            return prefix.Contains(other) == oracle.Contains(new IPAddress(near)) && prefix.Contains(pair.Source)
                && pair.Source.CommonPrefixLength(other) == flip % bits && prefix.ToString() == oracle.ToString();
        },
        iter: 5000);

    [Fact]
    public void Masks_are_prefixes_or_nothing() => Gen.UInt.Sample(bits =>
    {
        bool isPrefix = (~bits & (~bits + 1)) == 0;
        return IPPrefix.TryReadMask(IPAddressValue.FromIPv4(bits), out int length) == isPrefix && (!isPrefix || length == uint.PopCount(bits));
    });

    [Fact]
    public void Every_mask_of_ones_in_front_is_read()
    {
        for (int i = 0; i <= 32; i++)
        {
            Assert.True(IPPrefix.TryReadMask(IPAddressValue.Broadcast.Masked(i), out int length));
            Assert.Equal(i, length);
        }
    }

    [Theory]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("127.0.0.1", "unicast loopback")]
    [InlineData("127.9.9.9", "unicast loopback")]
    [InlineData("169.254.1.1", "unicast link-local")]
    [InlineData("192.0.2.1", "unicast")]
    [InlineData("224.0.0.251", "multicast link-multicast")]
    [InlineData("239.1.2.3", "multicast")]
    [InlineData("240.0.0.1", "unicast")]
    [InlineData("255.255.255.255", "broadcast")]
    [InlineData("::", "unspecified")]
    [InlineData("::1", "unicast loopback")]
    [InlineData("fe80::1", "unicast link-local")]
    [InlineData("febf::1", "unicast link-local")]
    [InlineData("fec0::1", "unicast")]
    [InlineData("2001:db8::1", "unicast")]
    [InlineData("::ffff:192.0.2.1", "unicast mapped")]
    [InlineData("ff02::1", "multicast link-multicast")]
    [InlineData("ff02::1:ff01:203", "multicast link-multicast solicited")]
    [InlineData("ff0e::1", "multicast")]
    public void What_an_address_is_for_is_told(string text, string kinds)
    {
        IPAddressValue address = IPAddressValue.Parse(text);
        (bool Is, string Name)[] all =
        [
            (address.IsUnspecified, "unspecified"), (address.IsUnicast, "unicast"), (address.IsLoopback, "loopback"), (address.IsIPv4Mapped, "mapped"),
            (address.IsLimitedBroadcast, "broadcast"), (address.IsMulticast, "multicast"), (address.IsLinkLocal, "link-local"),
            (address.IsLinkLocalMulticast, "link-multicast"), (address.IsSolicitedNode, "solicited"),
        ];
        Assert.Equal(kinds, string.Join(' ', all.Where(k => k.Is).Select(k => k.Name)));
    }

    [Theory]
    [InlineData("192.0.2.255", 24, true)]
    [InlineData("192.0.2.254", 24, false)]
    [InlineData("192.0.2.3", 30, true)]
    [InlineData("192.0.2.1", 31, false)]
    [InlineData("192.0.2.1", 32, false)]
    [InlineData("255.255.255.255", 0, false)]
    public void The_broadcast_address_of_a_network_is_told(string address, int length, bool isBroadcast) =>
        Assert.Equal(isBroadcast, IPAddressValue.Parse(address).IsBroadcastOf(length));

    [Fact]
    public void Addresses_derived_from_others_are_those_of_the_RFCs()
    {
        // RFC 4291, appendix A and section 2.7.1; RFC 1112, section 6.4; RFC 2464, section 7.
        MacAddress mac = MacAddress.Read([0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE]);
        Assert.Equal(IPAddressValue.Parse("fe80::3656:78ff:fe9a:bcde"), IPAddressValue.LinkLocal(mac));
        Assert.Equal(IPAddressValue.Parse("2001:db8:1:2:3656:78ff:fe9a:bcde"), IPAddressValue.Parse("2001:db8:1:2::").WithInterface(mac));
        Assert.Equal(IPAddressValue.Parse("ff02::1:ff0e:8c6c"), IPAddressValue.Parse("4037::1:800:200e:8c6c").SolicitedNode);
        Assert.Equal("01:00:5e:01:02:03", MacAddress.ForMulticast(IPAddressValue.Parse("239.129.2.3")).ToString());
        Assert.Equal("33:33:ff:0e:8c:6c", MacAddress.ForMulticast(IPAddressValue.Parse("ff02::1:ff0e:8c6c")).ToString());
        Assert.Equal(IPAddressValue.Parse("ff02::16"), IPAddressValue.AllMldV2Routers);
        Assert.Equal(IPAddressValue.Parse("127.0.0.1"), IPAddressValue.Loopback(AddressFamily.InterNetwork));
        Assert.Equal(IPAddressValue.Parse("224.0.0.2"), IPAddressValue.AllRoutersIPv4);
    }

    [Fact]
    public void A_hardware_address_is_the_BCLs_and_back() => Any.Mac.Sample(mac =>
    {
        byte[] bytes = new byte[6];
        mac.Write(bytes);
        return MacAddress.From(new PhysicalAddress(bytes)) == mac && MacAddress.Read(bytes) == mac
            && mac.ToString().Replace(":", "", StringComparison.Ordinal) == Convert.ToHexStringLower(bytes) && mac.IsGroup == ((bytes[0] & 1) != 0);
    });

    [Fact]
    public void A_dictionary_of_addresses_allocates_nothing_per_look()
    {
        Dictionary<IPAddressValue, int> table = new() { [IPAddressValue.AllHosts] = 1, [IPAddressValue.AllNodes] = 2 };
        int Look() => table[IPAddressValue.AllHosts] + table[IPAddressValue.AllNodes] + (table.ContainsKey(IPAddressValue.AllRouters) ? 1 : 0);
        Assert.Equal(3, Look());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Look();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
