using System.Net;
using MQTTnet;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.MqttNet.Tests;

/// <summary>A broker on one stack, its clients on another, and a cable between them.</summary>
public sealed class StackTests
{
    [Fact]
    public async Task Messages_cross_a_cable_between_two_stacks()
    {
        IPAddress address = IPAddress.Parse("192.0.2.2");
        LinkPair cable = LinkPair.Create(new LinkPairOptions { Wake = LinkWake.Queued });
        using StackRadio near = new();
        using StackRadio far = new();
        near.AddInterface(cable.A).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        far.AddInterface(cable.B).AddAddress(address, 24);
        using SocketPool clients = new(near);
        using SocketPool servers = new(far);
        await using (Broker broker = await Broker.StartAsync(servers, options => options.DefaultEndpointOptions.BoundInterNetworkAddress = address))
        await using (TestClient client = await TestClient.ConnectAsync(
            clients, broker.Port, builder => builder.WithEndPoint(new IPEndPoint(address, broker.Port))))
        {
            await client.SubscribeAsync("numbers/+");
            for (int i = 0; i < 50; i++)
            {
                await client.PublishAsync($"numbers/{i}", [(byte)i]);
                MqttApplicationMessage message = await client.NextAsync();
                Assert.Equal($"numbers/{i}", message.Topic);
                Assert.Equal((byte)i, message.Payload.FirstSpan[0]);
            }
        }

        clients.AssertNoLeaks();
        servers.AssertNoLeaks();
    }
}
