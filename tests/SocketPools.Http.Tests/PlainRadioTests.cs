using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Streams;

namespace SocketPools.Http.Tests;

/// <summary>A radio need not know an option to carry HTTP.</summary>
public sealed class PlainRadioTests
{
    [Fact]
    public async Task A_radio_without_options_carries_a_client()
    {
        await using WebServer server = await WebServer.StartAsync();
        using SocketPool pool = new(new WrappedRadio(new HostNetwork(), (radio, socket) => new PlainSocket(radio, socket)));
        using SocketsHttpHandler handler = new() { UseProxy = false };
        using HttpClient client = new(handler.UseSocketPool(pool));
        Assert.Equal("hello plain", await client.GetStringAsync(new Uri(server.Http1, "plain")));
        Assert.Equal(1, pool.OpenCount);
    }

    private sealed class PlainSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
    {
        public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value) => Errno.ENOPROTOOPT;
    }
}
