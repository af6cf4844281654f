using SocketPools.Radios;

namespace SocketPools.Tests.Errors;

public sealed class LookupErrorTests
{
    [Fact]
    public void A_lookup_whose_time_was_up_names_the_operation_and_the_host()
    {
        HookedRadio radio = new() { Answer = new AddressLookup(AddressInfoError.System, Errno.ETIMEDOUT) };
        using SocketPool pool = new(radio);
        PoolSocketException error = Assert.Throws<PoolSocketException>(() => pool.GetAddressInfo("far.example", 80));
        Assert.Equal("getaddrinfo", error.Operation);
        Assert.Equal(Errno.ETIMEDOUT, error.Errno);
        Assert.Contains("\"far.example\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1\0x", "80")]
    [InlineData("127.0.0.1", "80\0x")]
    public void A_null_character_is_no_end_of_a_host_or_service(string host, string service)
    {
        using TestPool pool = new();
        Assert.Throws<ArgumentException>(() => pool.Pool.GetAddressInfo(host, service));
    }
}
