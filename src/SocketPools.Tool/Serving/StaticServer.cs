using System.Net;
using SocketPools.Radios;
using SocketPools.Serving;
using SocketPools.Tool.Fetching;

namespace SocketPools.Tool.Serving;

/// <summary>Runs something on a thread of its own.</summary>
internal delegate void ThreadStarter(string name, Action body);

/// <summary>
/// Accepts clients, each on a thread of its own, as many at once as the pool has places. While there is none free, nothing
/// is accepted: clients wait in the backlog, and connections that only wait for another request give their places up.
/// </summary>
internal sealed class StaticServer : IDisposable
{
    private static readonly TimeSpan s_patienceAtEnd = TimeSpan.FromSeconds(2);

    private readonly PoolSocket _listener;
    private readonly Responder _responder;
    private readonly ServeLimits _limits;
    private readonly AcceptRecovery _recovery;
    private readonly Action<string> _log;
    private readonly SemaphoreSlim _places;
    private readonly IdleConnections _idle = new();
    private readonly TaskCompletionSource _noClients = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _clock;
    private readonly ThreadStarter _start;
    private int _clients = 1;

    internal StaticServer(SocketPool pool, ServedTree tree, IPEndPoint address, int places, ServeLimits limits, Action<string> log, ThreadStarter? start = null)
    {
        _clock = pool.Radio.TimeProvider;
        _start = start ?? StartThread;
        _places = new SemaphoreSlim(places);
        _responder = new Responder(tree);
        _limits = limits;
        _recovery = new AcceptRecovery(pool.Radio.TimeProvider);
        _log = log;
        _listener = pool.CreateSocket(address.AddressFamily);
        try
        {
            _ = _listener.TrySetSocketOption(System.Net.Sockets.SocketOptionLevel.Socket, System.Net.Sockets.SocketOptionName.ReuseAddress, 1);
            _listener.Bind(address);
            _listener.Listen();
        }
        catch
        {
            _listener.Close();
            _recovery.Dispose();
            throw;
        }
    }

    internal IPEndPoint Address => _listener.LocalEndPoint;

    /// <summary>Accepts clients until it is stopped, or until so many have come, and waits for the last ones.</summary>
    /// <param name="most">How many clients, or null without a limit.</param>
    /// <param name="stop">Cancelled to stop; the listener is then closed by the caller.</param>
    internal void Run(long? most, CancellationToken stop)
    {
        try
        {
            for (long clients = 0; clients < (most ?? long.MaxValue); clients++)
            {
                WaitForPlace(stop);
                Start(AcceptNext(stop));
            }

            _listener.Close();
            Leave();
            ClockWaits.For(_noClients.Task, _clock, Timeout.InfiniteTimeSpan, stop);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or PoolSocketException { Errno: Errno.EBADF })
        {
            // Stopped, or the listener or its pool was closed under us, which means the same.
            _listener.Close();
            Leave();
            if (_clock is not IWaitScheduler)
            {
                ClockWaits.For(_noClients.Task, _clock, s_patienceAtEnd, CancellationToken.None);
            }
        }
    }

    public void Dispose()
    {
        _listener.Close();
        _recovery.Dispose();
    }

    private void WaitForPlace(CancellationToken stop)
    {
        if (_places.Wait(0, stop))
        {
            return;
        }

        // No connection is closed before another one can take the place.
        _listener.Poll(Readiness.Readable, null);
        if (!_places.Wait(0, stop))
        {
            _idle.AskForPlace();
            ClockWaits.Enter(_places, _clock, stop);
            _idle.PlaceFound();
        }
    }

    private PoolSocket AcceptNext(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                if (_recovery.IsNearLimit)
                {
                    _recovery.ReleaseReserve();
                    Pause($"accepting pauses: {Errno.EMFILE}", stop);
                }

                PoolSocket client = _listener.Accept();
                _recovery.Succeed(client.Descriptor);
                return client;
            }
            catch (PoolSocketException e) when (AcceptRecovery.Classify(e.Errno) == AcceptFailure.Connection)
            {
                // The client gave up while it waited in the backlog.
            }
            catch (PoolSocketException e) when (AcceptRecovery.Classify(e.Errno) == AcceptFailure.Exhaustion)
            {
                _recovery.ReleaseReserve();
                Pause($"accepting pauses: {e.Errno}", stop);
            }
            catch (PoolSocketException e) when (AcceptRecovery.Classify(e.Errno) == AcceptFailure.Network)
            {
                if (_recovery.MustPauseForNetwork())
                {
                    Pause($"accepting pauses: {e.Errno}", stop);
                }
            }
            catch (OutOfSocketsException)
            {
                // Others of the pool hold what is missing.
                Pause("accepting pauses: out of sockets", stop);
            }
        }
    }

    /// <summary>Waits; there is no event when others give back what is missing. The first wait is in the log.</summary>
    private void Pause(string why, CancellationToken stop)
    {
        if (!_recovery.IsPaused)
        {
            _log($"! {why}");
        }

        _recovery.Pause(stop);
    }

    private void Start(PoolSocket socket)
    {
        Interlocked.Increment(ref _clients);
        try
        {
            _start("serve", () => Serve(socket));
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            _log("! a client was turned away: the system gives no thread");
            End(socket);
        }
    }

    private void Serve(PoolSocket socket)
    {
        try
        {
            using TimedStream stream = new(socket, _limits.Timeout);
            new ServerConnection(stream, _responder, _idle, _limits, _log).Run();
        }
        catch (Exception e)
        {
            // Whatever one client causes, the others are served on.
            _log($"! {ToolConsole.OneLine(ErrorText.Of(e))}");
        }
        finally
        {
            End(socket);
        }
    }

    private void End(PoolSocket socket)
    {
        socket.Close();
        _places.Release();
        Leave();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _clients) == 0)
        {
            _noClients.SetResult();
        }
    }

    private static void StartThread(string name, Action body) => new Thread(() => body(), 256 * 1024) { IsBackground = true, Name = name }.Start();
}
