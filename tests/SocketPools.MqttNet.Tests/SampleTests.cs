namespace SocketPools.MqttNet.Tests;

/// <summary>The sample as a reader runs it.</summary>
[Trait("Speed", "Slow")]
public sealed class SampleTests
{
    [Fact]
    public async Task The_mqtt_sample_receives_what_it_publishes() =>
        Assert.Equal("room/temperature: 21.5", (await Sample.OutputAsync("mqtt")).Trim());
}
