using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Forwarding.Tests;

/// <summary>What a forwarder does without options that it does not need, and when its listener is lost.</summary>
public sealed class ListenerTests
{
    [Theory]
    [InlineData(ProtocolType.Tcp)]
    [InlineData(ProtocolType.Udp)]
    public async Task A_radio_without_any_option_forwards_and_observers_hear_which_options_were_refused(ProtocolType protocol)
    {
        using SocketPool pool = new(new PlainRadio());
        OptionNotes notes = new();
        using IDisposable observation = pool.AddObserver(notes);
        SocketType type = protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram;
        using Socket server = new(AddressFamily.InterNetwork, type, protocol);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using SocketForwarder forwarder = SocketForwarder.Start(
            pool, new IPEndPoint(IPAddress.Loopback, 0), pool, "127.0.0.1", ((IPEndPoint)server.LocalEndPoint!).Port, new SocketForwarderOptions { Protocol = protocol });
        Assert.True(forwarder.IsListening);
        using Socket client = new(AddressFamily.InterNetwork, type, protocol);
        byte[] buffer = new byte[16];
        if (protocol == ProtocolType.Tcp)
        {
            server.Listen();
            await client.ConnectAsync(forwarder.LocalEndPoint);
            using Socket peer = await server.AcceptAsync();
            await client.SendAsync("hello"u8.ToArray());
            Assert.Equal(5, await peer.ReceiveAsync(buffer));
            Assert.Contains("Socket.ReuseAddress ENOPROTOOPT", notes.All);
            Assert.Contains("Tcp.NoDelay ENOPROTOOPT", notes.All);
            Assert.Contains("Socket.KeepAlive ENOPROTOOPT", notes.All);
        }
        else
        {
            await client.SendToAsync("hello"u8.ToArray(), forwarder.LocalEndPoint);
            Assert.Equal(5, await server.ReceiveAsync(buffer));
        }
    }

    [Theory]
    [InlineData(ProtocolType.Tcp)]
    [InlineData(ProtocolType.Udp)]
    public async Task A_forwarder_whose_listening_pool_is_disposed_says_so(ProtocolType protocol)
    {
        SocketPool listenPool = new(new HostNetwork());
        using SocketPool targetPool = new(new HostNetwork());
        ForwarderLog log = new();
        await using SocketForwarder forwarder = SocketForwarder.Start(
            listenPool, new IPEndPoint(IPAddress.Loopback, 0), targetPool, "127.0.0.1", 9, new SocketForwarderOptions { Protocol = protocol, Observer = log });
        Assert.True(forwarder.IsListening);
        listenPool.Dispose();
        ObjectDisposedException error = await Assert.ThrowsAsync<ObjectDisposedException>(() => forwarder.Completion);
        Assert.False(forwarder.IsListening);
        Assert.Contains("pool that the forwarder listens on", error.Message, StringComparison.Ordinal);
        Assert.Same(error, await log.ListenerFailed.Task);
    }

    [Fact]
    public async Task A_listener_that_fails_leaves_its_connections_alone_and_completion_fails_when_the_last_has_ended()
    {
        PlainRadio radio = new();
        using SocketPool listenPool = new(radio);
        using SocketPool targetPool = new(new HostNetwork());
        ForwarderLog log = new();
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen();
        await using SocketForwarder forwarder = SocketForwarder.Start(
            listenPool, new IPEndPoint(IPAddress.Loopback, 0), targetPool, "127.0.0.1", ((IPEndPoint)server.LocalEndPoint!).Port, new SocketForwarderOptions { Observer = log });
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(forwarder.LocalEndPoint);
        using Socket peer = await server.AcceptAsync();
        radio.AcceptFails = Errno.EINVAL;
        using Socket refused = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await refused.ConnectAsync(forwarder.LocalEndPoint);
        PoolSocketException error = Assert.IsType<PoolSocketException>(await log.ListenerFailed.Task);
        Assert.Equal(Errno.EINVAL, error.Errno);
        Assert.False(forwarder.IsListening);
        Assert.False(forwarder.Completion.IsCompleted);
        await client.SendAsync("more"u8.ToArray());
        byte[] buffer = new byte[16];
        Assert.Equal(4, await peer.ReceiveAsync(buffer));
        client.Dispose();
        peer.Dispose();
        Assert.Same(error, await Assert.ThrowsAsync<PoolSocketException>(() => forwarder.Completion));
    }

    [Fact]
    public void A_pool_that_is_disposed_is_refused_at_the_start_and_leaves_nothing_behind()
    {
        using SocketPool open = new(new HostNetwork());
        SocketPool disposed = new(new HostNetwork());
        disposed.Dispose();
        IPEndPoint any = new(IPAddress.Loopback, 0);
        Action[] starts =
        [
            () => SocketForwarder.FromLoopback(disposed, "127.0.0.1", 9),
            () => SocketForwarder.ToLoopback(disposed, any, 9),
            () => SocketForwarder.Start(open, any, disposed, "127.0.0.1", 9),
            () => SocketForwarder.Start(disposed, any, open, "127.0.0.1", 9),
            () => SocketForwarder.StartSocks(disposed),
            () => SocketForwarder.StartSocks(open, any, disposed),
        ];
        Assert.All(starts, start => Assert.Throws<ObjectDisposedException>(start));
        Assert.Equal(0, open.OpenCount);
    }

    [Fact]
    public async Task Disposing_is_no_failure()
    {
        using SocketPool pool = new(new HostNetwork());
        ForwarderLog log = new();
        SocketForwarder forwarder = SocketForwarder.FromLoopback(pool, "127.0.0.1", 9, new SocketForwarderOptions { Observer = log });
        await forwarder.DisposeAsync();
        Assert.False(forwarder.IsListening);
        Assert.True(forwarder.Completion.IsCompletedSuccessfully);
        Assert.False(log.ListenerFailed.Task.IsCompleted);
    }

    private sealed class OptionNotes : SocketPoolObserver
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _all = [];

        internal string[] All => [.. _all];

        public override void OnOptionIgnored(SocketPool pool, SocketInfo socket, SocketOptionLevel level, SocketOptionName name, Errno errno) =>
            _all.Enqueue($"{level}.{name} {errno}");
    }

    /// <summary>The host's network without options.</summary>
    private sealed class PlainRadio() : WrappedRadio(new HostNetwork(), static (radio, inner) => new PlainSocket((PlainRadio)radio, inner))
    {
        internal Errno AcceptFails { get; set; }

        private sealed class PlainSocket(PlainRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
        {
            public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value) => Errno.ENOPROTOOPT;

            public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
            {
                (accepted, remote) = (null, default);
                return radio.AcceptFails != Errno.None ? radio.AcceptFails : base.TryAccept(out accepted, out remote);
            }
        }
    }
}
