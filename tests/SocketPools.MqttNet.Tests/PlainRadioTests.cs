using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.MqttNet.Tests;

/// <summary>A radio need not know an option to carry MQTT.</summary>
public sealed class PlainRadioTests
{
    [Fact]
    public async Task A_radio_without_options_carries_both_sides()
    {
        using SocketPool pool = new(new WrappedRadio(new HostNetwork(), (radio, socket) => new PlainSocket(radio, socket)));
        await using (Broker broker = await Broker.StartAsync(pool, options => options.DefaultEndpointOptions.ReuseAddress = false))
        {
            await using TestClient client = await TestClient.ConnectAsync(pool, broker.Port);
            Assert.True(client.Client.IsConnected);
        }

        pool.AssertNoLeaks();
    }

    private sealed class PlainSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
    {
        public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value) => Errno.ENOPROTOOPT;
    }
}
