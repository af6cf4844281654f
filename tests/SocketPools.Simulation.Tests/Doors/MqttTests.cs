using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using SocketPools.MqttNet;

namespace SocketPools.Simulation.Tests.Doors;

public class MqttTests
{
    [Fact]
    public void The_page_has_what_runs_here() => PageCode.AssertRunsHere("docs/simulated-programs.md", ["## MQTTnet"]);

    [Fact]
    public async Task A_message_arrives_although_a_tenth_is_lost()
    {
        // {
        await Simulation.RunAsync(seed: 1, async sim =>
        {
            SimulatedNode broker = sim.Network.AddNode("broker"), desk = sim.Network.AddNode("desk");
            sim.Network.Between(broker, desk).Loss(0.1);
            var options = new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(1883).Build();
            using var server = new MqttServerFactory().CreateMqttServer(options, broker.Pool);
            await server.StartAsync();
            using var client = new MqttClientFactory().CreateMqttClient(desk.Pool);
            var arrived = new TaskCompletionSource<string>();
            client.ApplicationMessageReceivedAsync += e => Task.FromResult(arrived.TrySetResult(e.ApplicationMessage.ConvertPayloadToString()));
            await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("broker").WithClientId("desk").Build());
            await client.SubscribeAsync("room/#");
            await client.PublishStringAsync("room/1", "21.5", MqttQualityOfServiceLevel.AtLeastOnce);
            Assert.Equal("21.5", await arrived.Task);
            await client.DisconnectAsync();
            await server.StopAsync();
        });
        // }
    }
}
