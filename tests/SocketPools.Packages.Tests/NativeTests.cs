namespace SocketPools.Packages.Tests;

/// <summary>The command and two samples as native binaries: they publish without a warning and run.</summary>
[Trait("Speed", "Slow")]
public sealed class NativeTests(NativeFixture native) : IClassFixture<NativeFixture>
{
    [Fact]
    public async Task The_command_runs_the_demo()
    {
        string command = await native.PublishAsync("src/SocketPools.Tool", "socketpool");
        string output = await PackedFixture.RunAsync(command, "demo");
        Assert.Contains("4194304 bytes as sent", output, StringComparison.Ordinal);
        Assert.DoesNotContain("SocketPool.CreateSocket", output, StringComparison.Ordinal);
        Assert.Contains("At the end: Radio host: 0 of 128 sockets open", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_minimal_api_asks_itself_and_shows_its_sockets()
    {
        string output = await PackedFixture.RunAsync(await native.PublishAsync("samples/minimal-api.cs", "minimal-api"));
        Assert.StartsWith("hello from a radio\nRadio host: 3 of 16 sockets open", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_mqtt_sample_receives_what_it_publishes() =>
        Assert.Equal("room/temperature: 21.5", (await PackedFixture.RunAsync(await native.PublishAsync("samples/mqtt.cs", "mqtt"))).Trim());
}
