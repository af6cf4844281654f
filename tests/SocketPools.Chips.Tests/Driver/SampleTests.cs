namespace SocketPools.Chips.Tests.Driver;

/// <summary>The sample as a reader runs it.</summary>
[Trait("Speed", "Slow")]
public sealed class SampleTests
{
    [Fact(Timeout = 560_000)]
    public async Task The_w5500_sample_gets_its_page_over_the_chip()
    {
        Assert.SkipUnless(
            HostNetwork.Default.Addresses.Any(a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !System.Net.IPAddress.IsLoopback(a)),
            "This machine has loopback addresses only, and a chip reaches none of them.");
        string output = await Sample.OutputAsync("w5500");
        Assert.Contains("W5500 with 8 sockets, link up", output, StringComparison.Ordinal);
        Assert.Contains("hello, chip!", output, StringComparison.Ordinal);
    }
}
