namespace SocketPools.Packages.Tests;

/// <summary>The command and two samples as native binaries: they publish without a warning and run.</summary>
[Trait("Speed", "Slow")]
[Collection("One build at a time")]
public sealed class NativeTests(NativeFixture native) : IClassFixture<NativeFixture>
{
    [Fact]
    public async Task The_command_runs_the_demo()
    {
        string output = await native.RunAsync("socketpool", "demo");
        Assert.Contains("4194304 bytes as sent", output, StringComparison.Ordinal);
        Assert.DoesNotContain("SocketPool.CreateSocket", output, StringComparison.Ordinal);
        Assert.Contains("At the end: Radio host: 0 of 128 sockets open", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_minimal_api_asks_itself_and_shows_its_sockets() =>
        Assert.StartsWith("hello from a radio\nRadio host: 3 of 16 sockets open", await native.RunAsync("minimal-api"), StringComparison.Ordinal);

    [Fact]
    public async Task The_mqtt_sample_receives_what_it_publishes() => Assert.Equal("room/temperature: 21.5", (await native.RunAsync("mqtt")).Trim());
}
