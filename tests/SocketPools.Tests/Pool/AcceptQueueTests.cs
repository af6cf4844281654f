using SocketPools.Radios;

namespace SocketPools.Tests.Pool;

/// <summary>A connection that one call has parked, and the other calls that wait for the listener's next.</summary>
public sealed class AcceptQueueTests : IDisposable
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(60);

    private readonly HookedRadio _radio = new(maxSockets: 2);
    private readonly SocketPool _pool;
    private readonly TestPool _clients = new();
    private readonly PoolSocket _listener;
    private PoolSocket? _filler;

    public AcceptQueueTests()
    {
        _pool = new SocketPool(_radio);
        _listener = _pool.CreateSocket();
        _listener.Bind("127.0.0.1", 0);
        _listener.Listen();
    }

    public void Dispose()
    {
        _pool.Dispose();
        _clients.Dispose();
        Assert.Equal(0, _radio.OpenSockets);
    }

    [Fact]
    public async Task A_connection_that_one_thread_parks_is_returned_by_anothers_blocking_accept()
    {
        FillWhenAccepted();
        Task<PoolSocket>[] accepts = [Block(), Block()];
        await WaitUntilTwoWaitAsync();
        Connect();
        Task<PoolSocket> refused = await Task.WhenAny(accepts).WaitAsync(s_soon);
        await Assert.ThrowsAsync<OutOfSocketsException>(() => refused);
        Task<PoolSocket> other = accepts[refused == accepts[0] ? 1 : 0];
        Assert.False(other.IsCompleted);
        _filler!.Close();
        (await other.WaitAsync(s_soon)).Close();
    }

    [Fact]
    public async Task A_connection_that_one_call_parks_is_returned_by_anothers_asynchronous_accept()
    {
        Task<PoolSocket> other = _listener.AcceptAsync().AsTask();
        FillWhenAccepted();
        Task<PoolSocket>[] accepts = [other, _listener.AcceptAsync().AsTask(), _listener.AcceptAsync().AsTask()];
        Connect();
        Task<PoolSocket> refused = await Task.WhenAny(accepts).WaitAsync(s_soon);
        await Assert.ThrowsAsync<OutOfSocketsException>(() => refused);
        _filler!.Close();
        Task<PoolSocket> got = await Task.WhenAny(accepts.Where(a => a != refused)).WaitAsync(s_soon);
        (await got).Close();
    }

    [Fact]
    public async Task The_thread_that_waits_for_a_parked_connection_keeps_its_timeout_and_hears_of_the_close()
    {
        FillWhenAccepted();
        _listener.SetTimeout(0.2);
        Task<PoolSocket>[] accepts = [Block(), Block(), Block()];
        foreach (Task<PoolSocket> accept in accepts)
        {
            Assert.Equal(Errno.ETIMEDOUT, (await Assert.ThrowsAsync<PoolSocketException>(() => accept).WaitAsync(s_soon)).Errno);
        }

        _listener.SetTimeout(null);
        accepts = [Block(), Block()];
        await WaitUntilTwoWaitAsync();
        Connect();
        Task<PoolSocket> refused = await Task.WhenAny(accepts).WaitAsync(s_soon);
        await Assert.ThrowsAsync<OutOfSocketsException>(() => refused);
        Task<PoolSocket> other = accepts[refused == accepts[0] ? 1 : 0];
        _listener.Close();
        Assert.Equal(Errno.EBADF, (await Assert.ThrowsAsync<PoolSocketException>(() => other).WaitAsync(s_soon)).Errno);
    }

    [Fact]
    public async Task Closing_ends_every_accept_that_waits()
    {
        Task<PoolSocket>[] accepts = [Block(), Block(), Block(), _listener.AcceptAsync().AsTask(), _listener.AcceptAsync().AsTask()];
        _listener.Close();
        foreach (Task<PoolSocket> accept in accepts)
        {
            Assert.Equal(Errno.EBADF, (await Assert.ThrowsAsync<PoolSocketException>(() => accept).WaitAsync(s_soon)).Errno);
        }
    }

    [Fact]
    public async Task Every_connection_is_returned_while_the_budget_goes_up_and_down_under_all_kinds_of_accept()
    {
        const int Total = 400;
        using TestPool pool = new(maxSockets: 8);
        PoolSocket listener = pool.Listener(backlog: 128);
        int accepted = 0;
        using CancellationTokenSource end = new();
        Task[] servers = [.. Enumerable.Range(0, 6).Select(i => i % 2 == 0
            ? Task.Factory.StartNew(() => Serve(() => listener.Accept()), TaskCreationOptions.LongRunning)
            : Task.Run(() => Serve(() => listener.AcceptAsync().AsTask().GetAwaiter().GetResult())))];
        Task churn = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                pool.Radio.MaxSockets = 2 + (Environment.TickCount % 7);
            }
        });
        System.Net.IPEndPoint address = listener.LocalEndPoint;
        using TestPool clients = new();
        for (int i = 0; i < Total; i++)
        {
            using PoolSocket client = clients.Pool.CreateSocket();
            client.Connect(address);
            Assert.Equal(1, client.ReceiveInto(new byte[1]));
        }

        listener.Close();
        await Task.WhenAll(servers).WaitAsync(s_soon);
        await end.CancelAsync();
        await churn;
        Assert.Equal(Total, accepted);

        void Serve(Func<PoolSocket> accept)
        {
            while (true)
            {
                try
                {
                    using PoolSocket connection = accept();
                    Interlocked.Increment(ref accepted);
                    connection.SendAll([1]);
                }
                catch (OutOfSocketsException)
                {
                    Thread.Yield();
                }
                catch (PoolSocketException e) when (e.Errno == Errno.EBADF)
                {
                    return;
                }
            }
        }
    }

    private Task<PoolSocket> Block() => Task.Factory.StartNew(() => _listener.Accept(), TaskCreationOptions.LongRunning);

    /// <summary>The last place goes when the first connection has been taken.</summary>
    private void FillWhenAccepted() => _radio.Accepted = () =>
    {
        if (_filler is null)
        {
            _filler = _pool.CreateSocket();
        }
    };

    private void Connect() => _clients.Pool.CreateSocket().Connect(_listener.LocalEndPoint);

    private Task WaitUntilTwoWaitAsync() => Task.Run(() => SpinWait.SpinUntil(() => _listener.WaitingAccepts == 2)).WaitAsync(s_soon);
}
