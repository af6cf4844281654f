using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Stack.Tests.Names;

/// <summary>What getaddrinfo says without asking anybody, its flags, and the order of its rows.</summary>
public sealed class AddressQueryTests
{
    [Theory]
    [InlineData("localhost", AddressFamily.Unspecified, "::1 127.0.0.1")]
    [InlineData("x.LocalHost.", AddressFamily.InterNetwork, "127.0.0.1")]
    [InlineData("some.invalid", AddressFamily.Unspecified, "NoName")]
    [InlineData("", AddressFamily.Unspecified, "NoName")]
    [InlineData("a..b", AddressFamily.Unspecified, "NoName")]
    [InlineData("192.0.2.7", AddressFamily.Unspecified, "192.0.2.7")]
    [InlineData("192.0.2.7", AddressFamily.InterNetworkV6, "AddressFamily")]
    [InlineData("fe80::7%2", AddressFamily.Unspecified, "fe80::7%2")]
    [InlineData("fe80::7%lo", AddressFamily.Unspecified, "fe80::7%1")]
    [InlineData("printer", AddressFamily.Unspecified, "192.0.2.9")]
    [InlineData("Printer", AddressFamily.InterNetworkV6, "AddressFamily")]
    public async Task Some_names_need_no_server(string host, AddressFamily family, string expected)
    {
        using NameBench bench = new();
        bench.Near.SetHostEntry("PRINTER", IPAddress.Parse("192.0.2.9"));
        Task<AddressLookup> lookup = bench.LookUp(host, family);
        Assert.True(lookup.IsCompleted);
        Assert.Equal(expected, await NameBench.Text(lookup));
        Assert.Equal(0, bench.Near.DnsCounters.QueriesSent);
    }

    [Fact]
    public void Contradictions_have_errors_of_their_own()
    {
        using NameBench bench = new();
        Assert.Equal(AddressInfoError.NoName, Ask(new AddressQuery(null)));
        Assert.Equal(AddressInfoError.BadFlags, Ask(new AddressQuery(null, "80", Flags: AddressInfoFlags.CanonicalName)));
        Assert.Equal(AddressInfoError.Service, Ask(new AddressQuery("192.0.2.7", "http")));
        Assert.Equal(AddressInfoError.NoName, Ask(new AddressQuery("192.0.2.7", "http", Flags: AddressInfoFlags.NumericService)));
        Assert.Equal(AddressInfoError.NoName, Ask(new AddressQuery("www.example", Flags: AddressInfoFlags.NumericHost)));
        Assert.Equal(AddressInfoError.Family, Ask(new AddressQuery("192.0.2.7", Family: AddressFamily.Unix)));

        AddressInfoError Ask(AddressQuery query) => bench.Near.Resolve(query, new Deadline(bench.Clock, TimeSpan.FromSeconds(1))).Error;
    }

    [Fact]
    public async Task IPv4_addresses_are_mapped_where_that_is_asked_for()
    {
        using NameBench bench = new();
        Assert.Equal("::ffff:192.0.2.7", await NameBench.Text(bench.LookUp("192.0.2.7", AddressFamily.InterNetworkV6, AddressInfoFlags.V4Mapped)));
        Assert.Equal("::ffff:192.0.2.80", await NameBench.Text(AskBoth(AddressInfoFlags.V4Mapped, isIPv6: false)));
        bench.Near.FlushDnsCache();
        Assert.Equal("2001:db8::80", await NameBench.Text(AskBoth(AddressInfoFlags.V4Mapped, isIPv6: true)));
        bench.Near.FlushDnsCache();
        Assert.Equal("2001:db8::80 ::ffff:192.0.2.80", await NameBench.Text(AskBoth(AddressInfoFlags.V4Mapped | AddressInfoFlags.All, isIPv6: true)));

        Task<AddressLookup> AskBoth(AddressInfoFlags flags, bool isIPv6)
        {
            Task<AddressLookup> lookup = bench.LookUp("www.example", AddressFamily.InterNetworkV6, flags);
            NameBench.Asked six = bench.Take();
            NameBench.Asked four = bench.Take();
            bench.Answer(six, isIPv6 ? new Reply(six).Address("www.example", "2001:db8::80").Bytes() : new Reply(six).NotThere(1).Bytes());
            bench.Answer(four, new Reply(four).Address("www.example", "192.0.2.80").Bytes());
            return lookup;
        }
    }

    [Fact]
    public void A_family_without_an_address_is_not_asked_for_where_that_is_said()
    {
        using NameBench bench = new();
        bench.Near.Interfaces[1].RemoveAddress(IPAddress.Parse("2001:db8::1"));
        _ = bench.LookUp("www.example", AddressFamily.Unspecified, AddressInfoFlags.AddressConfigured);
        Assert.Equal(1, bench.Take().Type);
        Assert.False(bench.TryTake(out _));
    }

    [Fact]
    public async Task What_can_be_reached_comes_first_and_then_what_is_nearest()
    {
        using NameBench bench = new();
        Assert.Equal("2001:db8::80 2001:db8::9 192.0.2.80 192.0.2.3", await Ask("www.example"));
        bench.Near.AddRoute(IPAddress.Any, 0, IPAddress.Parse("192.0.2.2"));
        bench.Near.Interfaces[1].RemoveAddress(IPAddress.Parse("2001:db8::1"));
        Assert.Equal("192.0.2.80 192.0.2.3 2001:db8::80 2001:db8::9", await Ask("ftp.example"));

        Task<string> Ask(string name)
        {
            Task<AddressLookup> lookup = bench.LookUp(name, AddressFamily.Unspecified);
            NameBench.Asked six = bench.Take();
            NameBench.Asked four = bench.Take();
            bench.Answer(six, new Reply(six).Address(name, "2001:db8::80").Address(name, "2001:db8::9").Bytes());
            bench.Answer(four, new Reply(four).Address(name, "192.0.2.80").Address(name, "192.0.2.3").Bytes());
            return NameBench.Text(lookup);
        }
    }
}
