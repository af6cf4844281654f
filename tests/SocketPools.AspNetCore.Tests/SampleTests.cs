namespace SocketPools.AspNetCore.Tests;

/// <summary>The minimal API as a reader runs it.</summary>
[Trait("Speed", "Slow")]
public sealed class SampleTests
{
    [Fact]
    public async Task The_minimal_api_sample_asks_itself_and_shows_its_sockets() =>
        Assert.StartsWith("hello from a radio\nRadio host: 3 of 16 sockets open", await Sample.OutputAsync("minimal-api"), StringComparison.Ordinal);
}
