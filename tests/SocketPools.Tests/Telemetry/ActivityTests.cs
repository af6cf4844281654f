using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Tests.Telemetry;

public sealed class ActivityTests
{
    [Theory]
    [InlineData(AddressFamily.InterNetwork, "ipv4", "127.0.0.1")]
    [InlineData(AddressFamily.InterNetworkV6, "ipv6", "::1")]
    public async Task A_connect_has_an_activity_with_the_peer_and_its_family(AddressFamily family, string type, string address)
    {
        using Traces traces = new();
        using TestPool pool = new(traces.Radio);
        using PoolSocket listener = pool.Listener(family);
        using PoolSocket sync = pool.Pool.CreateSocket(family);
        sync.Connect(listener.LocalEndPoint);
        using PoolSocket async = pool.Pool.CreateSocket(family);
        await async.ConnectAsync(listener.LocalEndPoint);
        Activity[] activities = traces.Take();
        Assert.Equal(2, activities.Length);
        foreach (Activity activity in activities)
        {
            Assert.Equal(ActivityKind.Client, activity.Kind);
            Assert.Equal("SocketPools.Connect", activity.OperationName);
            Assert.Equal($"socket connect {listener.LocalEndPoint}", activity.DisplayName);
            Assert.Equal("tcp", activity.GetTagItem("network.transport"));
            Assert.Equal(type, activity.GetTagItem("network.type"));
            Assert.Equal(address, activity.GetTagItem("network.peer.address"));
            Assert.Equal(listener.LocalEndPoint.Port, activity.GetTagItem("network.peer.port"));
            Assert.Null(activity.GetTagItem("server.address"));
            Assert.Null(activity.GetTagItem("error.type"));
            Assert.Equal(ActivityStatusCode.Unset, activity.Status);
            Assert.True(activity.IsStopped);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connect_to_a_name_tells_the_name_and_covers_its_lookup(bool isAsync)
    {
        using Traces traces = new();
        using TestPool pool = new(traces.Radio);
        traces.Radio.AnswerLoopback(AddressFamily.InterNetwork);
        using PoolSocket listener = pool.Listener();
        int port = listener.LocalEndPoint.Port;
        using PoolSocket socket = pool.Pool.CreateSocket();
        await ConnectAsync(socket, "device.test", port, isAsync);
        Activity activity = Assert.Single(traces.Take());
        Assert.Equal("device.test", activity.GetTagItem("server.address"));
        Assert.Equal(port, activity.GetTagItem("server.port"));
        Assert.Equal("127.0.0.1", activity.GetTagItem("network.peer.address"));

        traces.Radio.Answer = new AddressLookup(AddressInfoError.NoName);
        using PoolSocket lost = pool.Pool.CreateSocket();
        await Assert.ThrowsAsync<AddressInfoException>(() => ConnectAsync(lost, "nowhere.test", 80, isAsync));
        Activity failed = Assert.Single(traces.Take());
        Assert.Equal("socket connect nowhere.test:80", failed.DisplayName);
        Assert.Equal("host_not_found", failed.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, failed.Status);
        Assert.Null(failed.GetTagItem("network.peer.address"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refused_connect_has_an_error_and_the_current_activity_is_the_old_one_again(bool isAsync)
    {
        using Traces traces = new();
        using TestPool pool = new(traces.Radio);
        using Activity parent = new Activity("parent").Start();
        int port = ((IPEndPoint)MetricsTests.ClosedPort(pool, AddressFamily.InterNetwork)).Port;
        using PoolSocket socket = pool.Pool.CreateSocket();
        PoolSocketException error = await Assert.ThrowsAsync<PoolSocketException>(() => ConnectAsync(socket, "127.0.0.1", port, isAsync));
        Activity activity = Assert.Single(traces.Take());
        Assert.Equal("connection_refused", activity.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, activity.Status);
        Assert.Equal(error.Message, activity.StatusDescription);
        Assert.Equal("127.0.0.1", activity.GetTagItem("server.address"));
        Assert.Equal(parent.SpanId, activity.ParentSpanId);
        Assert.Same(parent, Activity.Current);
    }

    [Fact]
    public async Task A_cancelled_connect_has_the_exceptions_type_and_one_that_goes_on_has_no_error()
    {
        using Traces traces = new();
        using TestPool pool = new(traces.Radio);
        traces.Radio.NeverAnswers = true;
        using PoolSocket socket = pool.Pool.CreateSocket();
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await socket.ConnectAsync("device.test", 80, soon.Token));
        Activity cancelled = Assert.Single(traces.Take());
        Assert.Equal("System.OperationCanceledException", cancelled.GetTagItem("error.type"));

        using PoolSocket listener = pool.Listener();
        using PoolSocket goesOn = pool.Pool.CreateSocket();
        goesOn.SetTimeout(0);
        Assert.Equal(Errno.EINPROGRESS, Assert.Throws<PoolSocketException>(() => goesOn.Connect(listener.LocalEndPoint)).Errno);
        Activity unknown = Assert.Single(traces.Take());
        Assert.Null(unknown.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Unset, unknown.Status);
    }

    [Fact]
    public async Task A_connection_that_tries_several_addresses_has_an_activity_for_each()
    {
        using Traces traces = new();
        using TestPool pool = new(traces.Radio);
        using PoolSocket listener = pool.Listener();
        int port = listener.LocalEndPoint.Port;
        traces.Radio.Answer = new AddressLookup([Row(IPAddress.IPv6Loopback), Row(IPAddress.Loopback)]);
        using PoolSocket socket = await pool.Pool.CreateConnectionAsync("device.test", port);
        Activity[] activities = traces.Take();
        Assert.Equal(["::1", "127.0.0.1"], activities.Select(a => a.GetTagItem("network.peer.address")));
        Assert.Equal(["connection_refused", null], activities.Select(a => a.GetTagItem("error.type")));
        Assert.All(activities, a => Assert.Equal("device.test", a.GetTagItem("server.address")));

        static AddressInfo Row(IPAddress address) =>
            new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp, "", new IPEndPoint(address, 0));
    }

    private static async Task ConnectAsync(PoolSocket socket, string host, int port, bool isAsync)
    {
        if (isAsync)
        {
            await socket.ConnectAsync(host, port);
        }
        else
        {
            socket.Connect(host, port);
        }
    }

    /// <summary>The activities of one radio that have ended.</summary>
    private sealed class Traces : IDisposable
    {
        private readonly ActivityListener _listener;
        private readonly ConcurrentQueue<Activity> _ended = [];

        internal Traces()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == SocketPoolTelemetry.Name,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity =>
                {
                    if (Equals(activity.GetTagItem("socketpool.radio"), Radio.Name))
                    {
                        _ended.Enqueue(activity);
                    }
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        internal NamedRadio Radio { get; } = new();

        public void Dispose() => _listener.Dispose();

        internal Activity[] Take()
        {
            Activity[] taken = [.. _ended];
            _ended.Clear();
            return taken;
        }
    }
}
