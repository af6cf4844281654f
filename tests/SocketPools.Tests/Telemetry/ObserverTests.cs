using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Tests.Telemetry;

public sealed class ObserverTests
{
    [Fact]
    public async Task An_observer_hears_everything_until_it_is_let_go()
    {
        NamedRadio radio = new(maxSockets: 4);
        using TestPool pool = new(radio);
        Notes notes = new();
        IDisposable observation = pool.Pool.AddObserver(notes);
        PoolSocket listener = pool.Listener();
        PoolSocket client = pool.Pool.CreateSocket();
        await client.ConnectAsync(listener.LocalEndPoint);
        PoolSocket server = await listener.AcceptAsync();
        PoolSocket refused = pool.Pool.CreateSocket();
        Assert.Throws<OutOfSocketsException>(() => pool.Pool.CreateSocket());
        server.Close();
        EndPoint closed = MetricsTests.ClosedPort(pool, client.Family);
        Assert.Throws<PoolSocketException>(() => refused.Connect((IPEndPoint)closed));
        pool.Pool.GetAddressInfo("localhost", 80);
        radio.Answer = new AddressLookup(AddressInfoError.NoName);
        Assert.Throws<AddressInfoException>(() => pool.Pool.GetAddressInfo("nowhere.test", 80));
        observation.Dispose();
        observation.Dispose();
        client.Close();
        Assert.Equal(
            [
                "opened 1 tcp",
                "opened 2 tcp",
                $"connecting 2 to {listener.LocalEndPoint}",
                $"connected 2 to {listener.LocalEndPoint}",
                "opened 3 tcp",
                $"accepted 3 tcp -> {notes.Client}",
                "opened 4 tcp",
                "exhausted 4",
                $"closed 3 tcp -> {notes.Client} Closed",
                "opened 5 tcp",
                $"connecting 4 to {closed}",
                $"failed 4 to {closed}: ECONNREFUSED",
                "looked up localhost",
                "lookup failed nowhere.test: NoName",
            ],
            notes.All);
    }

    [Fact]
    public async Task A_leak_is_told_to_observers()
    {
        using TestPool pool = new();
        Notes notes = new();
        using IDisposable observation = pool.Pool.AddObserver(notes);
        MakeAndForget(pool.Pool);
        while (!notes.Leaked.IsCompleted)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.WhenAny(notes.Leaked, Task.Delay(10));
        }

        Assert.Equal(["opened 1 tcp", "closed 1 tcp Leaked", "leaked 1"], notes.All);
    }

    [Fact]
    public void An_observer_that_throws_harms_neither_the_call_nor_the_others()
    {
        using TestPool pool = new(maxSockets: 1);
        Notes notes = new();
        using IDisposable first = pool.Pool.AddObserver(new Thrower());
        using IDisposable second = pool.Pool.AddObserver(notes);
        pool.Pool.CreateSocket().Close();
        pool.Pool.CreateSocket().Close();
        Assert.Equal(["opened 1 tcp", "closed 1 tcp Closed", "opened 2 tcp", "closed 2 tcp Closed"], notes.All);
        Assert.Equal(0, pool.Pool.OpenCount);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeAndForget(SocketPool pool) => pool.CreateSocket();

    private sealed class Thrower : SocketPoolObserver
    {
        public override void OnOpened(SocketPool pool, SocketInfo socket) => throw new InvalidTimeZoneException();

        public override void OnClosed(SocketPool pool, SocketInfo socket, SocketCloseReason reason) => throw new InvalidTimeZoneException();
    }

    private sealed class Notes : SocketPoolObserver
    {
        private readonly ConcurrentQueue<string> _all = [];
        private readonly TaskCompletionSource _leaked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal string[] All => [.. _all];

        internal Task Leaked => _leaked.Task;

        /// <summary>The peer of the accepted connection.</summary>
        internal IPSocketAddress Client { get; private set; }

        public override void OnOpened(SocketPool pool, SocketInfo socket) => _all.Enqueue($"opened {socket.Id} {socket.Transport}");

        public override void OnAccepted(SocketPool pool, SocketInfo socket)
        {
            Client = socket.Remote;
            _all.Enqueue($"accepted {socket}");
        }

        public override void OnClosed(SocketPool pool, SocketInfo socket, SocketCloseReason reason) =>
            _all.Enqueue($"closed {socket} {reason}");

        public override void OnConnecting(SocketPool pool, SocketInfo socket, IPSocketAddress remote) =>
            _all.Enqueue($"connecting {socket.Id} to {remote}");

        public override void OnConnected(SocketPool pool, SocketInfo socket, IPSocketAddress remote, TimeSpan elapsed) =>
            _all.Enqueue($"connected {socket.Id} to {remote}");

        public override void OnConnectFailed(SocketPool pool, SocketInfo socket, IPSocketAddress remote, Exception exception, TimeSpan elapsed) =>
            _all.Enqueue($"failed {socket.Id} to {remote}: {((PoolSocketException)exception).Errno}");

        public override void OnLookupCompleted(SocketPool pool, AddressQuery query, TimeSpan elapsed) => _all.Enqueue($"looked up {query.Host}");

        public override void OnLookupFailed(SocketPool pool, AddressQuery query, Exception exception, TimeSpan elapsed) =>
            _all.Enqueue($"lookup failed {query.Host}: {((AddressInfoException)exception).Error}");

        public override void OnExhausted(SocketPool pool) => _all.Enqueue($"exhausted {pool.MaxSockets}");

        public override void OnLeaked(SocketPool pool, SocketSnapshot socket)
        {
            _all.Enqueue($"leaked {socket.Id}");
            _leaked.TrySetResult();
        }
    }
}
