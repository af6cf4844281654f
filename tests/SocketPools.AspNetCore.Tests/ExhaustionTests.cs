using SocketPools.Endurance;

namespace SocketPools.AspNetCore.Tests;

/// <summary>Servers in processes whose limit of descriptors is really lowered. <c>docs/endurance.md</c> has the table of 20 repetitions.</summary>
[Trait("Speed", "Slow")]
public sealed class ExhaustionTests
{
    [Theory(Timeout = 240_000)]
    [InlineData("http1", 0)]
    [InlineData("http1", 150)]
    [InlineData("h2c", 150)]
    [InlineData("tls", 150)]
    [InlineData("mqtt", 0)]
    [InlineData("mqtt", 150)]
    public async Task A_server_that_ran_out_of_descriptors_answers_when_its_clients_have_left(string protocol, int files)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/prlimit"), "prlimit(1) is missing");
        (Recovery recovery, _) = await ExhaustionRun.RunAsync("pool", protocol, files, TestContext.Current.CancellationToken);
        Assert.Equal(Recovery.Answers, recovery);
    }
}
