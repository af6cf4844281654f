namespace SocketPools.Chips.Tests.Driver;

/// <summary>The sample as a reader runs it.</summary>
public sealed class SampleTests
{
    [Fact(Timeout = 300_000)]
    public async Task The_w5500_sample_gets_its_page_over_the_chip()
    {
        Assert.SkipUnless(
            HostNetwork.Default.Addresses.Any(a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !System.Net.IPAddress.IsLoopback(a)),
            "This machine has loopback addresses only, and a chip reaches none of them.");
        ProgramRun.Result run = await ProgramRun.RunAsync("dotnet", ["run", "samples/w5500.cs"], seconds: 280);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("W5500 with 8 sockets, link up", run.Output, StringComparison.Ordinal);
        Assert.Contains("hello, chip!", run.Output, StringComparison.Ordinal);
    }
}
