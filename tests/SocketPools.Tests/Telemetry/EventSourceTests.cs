using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Tests.Telemetry;

public sealed class EventSourceTests
{
    [Fact]
    public async Task Every_event_tells_what_happened()
    {
        NamedRadio radio = new(maxSockets: 4);
        using TestPool pool = new(radio);
        using Events events = new(radio.Name);
        PoolSocket listener = pool.Listener();
        string peer = listener.LocalEndPoint.ToString();
        PoolSocket client = pool.Pool.CreateSocket();
        client.Connect(listener.LocalEndPoint);
        PoolSocket server = listener.Accept();
        string from = client.LocalEndPoint.ToString();
        PoolSocket refused = pool.Pool.CreateSocket();
        Assert.Throws<OutOfSocketsException>(() => pool.Pool.CreateSocket());
        server.Close();
        IPEndPoint closed = (IPEndPoint)MetricsTests.ClosedPort(pool, client.Family);
        await Assert.ThrowsAsync<PoolSocketException>(async () => await refused.ConnectAsync(closed));
        radio.Answer = new AddressLookup(AddressInfoError.NoName);
        Assert.Throws<AddressInfoException>(() => pool.Pool.GetAddressInfo("nowhere.test", 80));
        using (pool.Pool.AddObserver(new ThrowingObserver()))
        {
            client.Close();
        }

        Assert.Equal(
            [
                "Opened 1 tcp ipv4",
                "Opened 2 tcp ipv4",
                $"ConnectStart 2 {peer}",
                $"ConnectStop 2 {peer} s",
                "Opened 3 tcp ipv4",
                $"Accepted 3 {from}",
                "Opened 4 tcp ipv4",
                "Exhausted 4",
                "Closed 3 closed s",
                "Opened 5 tcp ipv4",
                $"ConnectStart 4 {closed}",
                $"ConnectFailed 4 {closed} connection_refused",
                $"ConnectStop 4 {closed} s",
                "LookupStart nowhere.test",
                "LookupFailed nowhere.test host_not_found",
                "LookupStop nowhere.test s",
                "Closed 2 closed s",
            ],
            events.All.Take(17));
        Assert.StartsWith($"ObserverFailed {typeof(ThrowingObserver).FullName} System.InvalidTimeZoneException", events.All.Skip(17).Single(), StringComparison.Ordinal);
        GC.KeepAlive(listener);
        GC.KeepAlive(refused);
    }

    [Fact]
    public async Task A_leak_is_told_with_the_line_that_made_the_socket()
    {
        NamedRadio radio = new();
        using TestPool pool = new(radio);
        pool.Pool.TrackCallers = true;
        using Events events = new(radio.Name);
        MakeAndForget(pool.Pool);
        while (!events.Leaked.IsCompleted)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.WhenAny(events.Leaked, Task.Delay(10));
        }

        Assert.Contains("Closed 1 leaked s", events.All);
        Assert.StartsWith("Leaked 1 EventSourceTests.cs:", events.All.Last(), StringComparison.Ordinal);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeAndForget(SocketPool pool) => pool.CreateSocket();

    private sealed class ThrowingObserver : SocketPoolObserver
    {
        public override void OnClosed(SocketPool pool, SocketInfo socket, SocketCloseReason reason) =>
            throw new InvalidTimeZoneException();
    }

    /// <summary>The events of one radio as text: name and payload, the radio left out, times as "s".</summary>
    private sealed class Events : EventListener
    {
        private readonly string _radio;
        private readonly ConcurrentQueue<string> _all = [];
        private readonly TaskCompletionSource _leaked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // Events may come before this has run: the base class's constructor finds the sources.
        internal Events(string radio)
        {
            _radio = radio;
            EnableEvents(SocketPoolsEventSource.Log, EventLevel.Verbose);
        }

        internal string[] All => [.. _all];

        internal Task Leaked => _leaked.Task;

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventSource != SocketPoolsEventSource.Log || !Equals(eventData.Payload?[0], _radio))
            {
                return;
            }

            IEnumerable<string?> values = eventData.Payload!.Skip(1).Select(v => v is double ? "s" : Convert.ToString(v, CultureInfo.InvariantCulture));
            _all.Enqueue(string.Join(' ', values.Prepend(eventData.EventName)));
            if (eventData.EventName == "Leaked")
            {
                _leaked.TrySetResult();
            }
        }
    }
}
