using System.Net;
using MQTTnet;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.MqttNet.Tests;

/// <summary>A broker on one stack, its clients on another, and a cable between them.</summary>
public sealed class StackTests
{
    [Fact]
    public async Task The_default_endpoint_serves_IPv4_and_IPv6()
    {
        LinkPair cable = LinkPair.Create(new LinkPairOptions { WakeMode = LinkWakeMode.Queued });
        using StackRadio near = new();
        using StackRadio far = new();
        near.AddInterface(cable.A).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        near.Interfaces[1].AddAddress(IPAddress.Parse("2001:db8::1"), 64, skipDuplicateAddressDetection: true);
        far.AddInterface(cable.B).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        far.Interfaces[1].AddAddress(IPAddress.Parse("2001:db8::2"), 64, skipDuplicateAddressDetection: true);
        using SocketPool clients = new(near);
        using SocketPool servers = new(far);
        await using Broker broker = await Broker.StartAsync(servers, options =>
        {
            options.DefaultEndpointOptions.BoundInterNetworkAddress = IPAddress.Any; // MQTTnet's own defaults
            options.DefaultEndpointOptions.BoundInterNetworkV6Address = IPAddress.IPv6Any;
        });
        foreach (string address in (string[])["192.0.2.2", "2001:db8::2"])
        {
            IPEndPoint server = new(IPAddress.Parse(address), broker.Port);
            await using TestClient client = await TestClient.ConnectAsync(clients, broker.Port, builder => builder.WithEndPoint(server));
            await client.SubscribeAsync("a");
            await client.PublishAsync("a", [7]);
            Assert.Equal("a", (await client.NextAsync()).Topic);
        }
    }

    [Fact]
    public async Task Messages_cross_a_cable_between_two_stacks()
    {
        IPAddress address = IPAddress.Parse("192.0.2.2");
        LinkPair cable = LinkPair.Create(new LinkPairOptions { WakeMode = LinkWakeMode.Queued });
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
