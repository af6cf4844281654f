using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;
using SocketPools.Streams;
using SocketPools.Tests;

namespace SocketPools.Http.Tests;

/// <summary>The listener of docs/troubleshooting.md, which finds connections that go around the pools.</summary>
public sealed class SystemConnectTests
{
    [Fact]
    public void The_listener_of_the_page_is_the_one_that_runs_here() => PageCode.AssertRunsHere("docs/troubleshooting.md");

    [Fact]
    public async Task A_client_on_a_pool_makes_no_connect_of_the_system_and_an_ordinary_one_does()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere the host's radio uses System.Net.Sockets");
        await using WebServer server = await WebServer.StartAsync();
        using TestPool pool = new();
        using SystemConnectListener listener = new();
        using HttpClient onPool = new(new SocketsHttpHandler { UseProxy = false }.UseSocketPool(pool.Pool));
        Assert.Equal("hello pool", await onPool.GetStringAsync(new Uri(server.Http1, "pool")));
        Assert.Equal(0, Count(listener, server.Http1.Port));
        using HttpClient ordinary = new(new SocketsHttpHandler { UseProxy = false });
        Assert.Equal("hello system", await ordinary.GetStringAsync(new Uri(server.Http1, "system")));
        Assert.NotEqual(0, Count(listener, server.Http1.Port));
    }

    /// <summary>Other tests of the process connect, too. An address is a list of bytes in decimal, the port first.</summary>
    private static int Count(SystemConnectListener listener, int port)
    {
        string first = string.Create(CultureInfo.InvariantCulture, $"{{{port >> 8},{port & 0xFF},");
        return listener.Addresses.Count(address => address.Contains(first, StringComparison.Ordinal));
    }

    // {
    internal sealed class SystemConnectListener : EventListener
    {
        public ConcurrentQueue<string> Addresses { get; } = [];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Net.Sockets")
            {
                EnableEvents(eventSource, EventLevel.Informational);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName == "ConnectStart")
            {
                Addresses.Enqueue($"{eventData.Payload![0]}");
            }
        }
    }
    // }
}
