using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using SocketPools.Diagnostics;

namespace SocketPools.Tests.Telemetry;

[Collection(AloneCollection.Name)]
public sealed class CallbackExceptionTests
{
    [Fact]
    public void A_report_reaches_every_handler_also_after_one_that_throws()
    {
        InvalidOperationException failure = new("from a callback");
        List<(object?, string, Exception)> reports = [];
        long before = CallbackExceptions.Count;
        using Subscription first = new((_, _) => throw new InvalidOperationException("from a handler"));
        using Subscription second = new((source, e) => reports.Add((source, e.Callback, e.Exception)));
        CallbackExceptions.Report("A.B", failure, this);
        Assert.Equal([(this, "A.B", failure)], reports);
        Assert.Equal(before + 1, CallbackExceptions.Count);
    }

    [Fact]
    public async Task A_leak_handler_that_throws_is_reported_and_the_next_handler_runs()
    {
        using TestPool pool = new();
        InvalidOperationException failure = new("from a leak handler");
        TaskCompletionSource<(string, Exception)> reported = new();
        TaskCompletionSource<long> told = new();
        using Subscription subscription = new((source, e) =>
        {
            if (source == pool.Pool)
            {
                reported.TrySetResult((e.Callback, e.Exception));
            }
        });
        pool.Pool.SocketLeaked += (_, _) => throw failure;
        pool.Pool.SocketLeaked += (_, e) => told.TrySetResult(e.Socket.Id);
        long number = MakeAndForget(pool.Pool);
        Assert.Throws<SocketLeakException>(pool.Pool.AssertNoLeaks);
        Assert.Equal(("SocketPool.SocketLeaked", failure), await reported.Task);
        Assert.Equal(number, await told.Task);
    }

    [Fact]
    public void An_observer_that_throws_everywhere_is_reported_by_method_and_harms_no_call()
    {
        using TestPool pool = new(maxSockets: 4);
        List<string> reports = [];
        using Subscription subscription = new((_, e) => reports.Add(e.Callback));
        using IDisposable observation = pool.Pool.AddObserver(new FaultyObserver());
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        client.SendAll([1]);
        Assert.Equal(1, server.ReceiveInto(new byte[1]));
        client.Close();
        server.Close();
        Assert.Equal(0, pool.Pool.OpenCount);
        string suffix = " of " + typeof(FaultyObserver).FullName;
        Assert.Equal(
            ["OnOpened", "OnOpened", "OnConnecting", "OnConnected", "OnOpened", "OnAccepted", "OnClosed", "OnClosed", "OnClosed"],
            reports.Select(r => r.Replace("SocketPoolObserver.", "", StringComparison.Ordinal).Replace(suffix, "", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_listener_of_the_meter_or_of_activities_that_throws_is_reported_and_harms_no_call()
    {
        using TestPool pool = new(new NamedRadio());
        List<string> reports = [];
        using Subscription subscription = new((_, e) => reports.Add(e.Callback));
        using MeterListener meter = new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == SocketPoolTelemetry.Name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        meter.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidOperationException("long"));
        meter.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException("double"));
        meter.Start();
        using ActivityListener activities = new()
        {
            ShouldListenTo = source => source.Name == SocketPoolTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _ => throw new InvalidOperationException("activity"),
        };
        ActivitySource.AddActivityListener(activities);
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        client.SendAll([1]);
        Assert.Equal(1, server.ReceiveInto(new byte[1]));
        client.Close();
        server.Close();
        Assert.Equal(0, pool.Pool.OpenCount);
        Assert.Contains("listener of socketpool.socket.opened", reports);
        Assert.Contains("listener of socketpool.socket.closed", reports);
        Assert.Contains("listener of socketpool.network.io", reports);
        Assert.Contains("listener of socketpool.connect.duration", reports);
        Assert.Contains("listener of SocketPools.Connect", reports);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long MakeAndForget(SocketPool pool) => pool.CreateSocket().Id;

    private sealed class FaultyObserver : SocketPoolObserver
    {
        public override void OnOpened(SocketPool pool, SocketInfo socket) => throw new InvalidOperationException();

        public override void OnAccepted(SocketPool pool, SocketInfo socket) => throw new InvalidOperationException();

        public override void OnClosed(SocketPool pool, SocketInfo socket, SocketCloseReason reason) => throw new InvalidOperationException();

        public override void OnConnecting(SocketPool pool, SocketInfo socket, Radios.IPSocketAddress remote) => throw new InvalidOperationException();

        public override void OnConnected(SocketPool pool, SocketInfo socket, Radios.IPSocketAddress remote, TimeSpan elapsed) => throw new InvalidOperationException();
    }

    internal sealed class Subscription : IDisposable
    {
        private readonly EventHandler<CallbackExceptionEventArgs> _handler;

        internal Subscription(EventHandler<CallbackExceptionEventArgs> handler) => CallbackExceptions.Unhandled += _handler = handler;

        public void Dispose() => CallbackExceptions.Unhandled -= _handler;
    }
}
