using System.Diagnostics.CodeAnalysis;
using SocketPools.Radios;
using SocketPools.Serving;

namespace SocketPools.Forwarding;

/// <summary>
/// Accepts connections as long as there is room for them, and hands each to a handler. While there is none, connections stay in the backlog.
/// </summary>
internal sealed class StreamAcceptor : IDisposable
{
    private readonly PoolSocket _listener;
    private readonly AcceptRecovery _recovery;
    private readonly SemaphoreSlim _room;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running = 1;

    internal StreamAcceptor(PoolSocket listener, int maxConnections)
    {
        _listener = listener;
        _room = new SemaphoreSlim(maxConnections);
        _recovery = new AcceptRecovery(listener.Pool.Radio.TimeProvider);
    }

    /// <summary>Accepts until the listener is closed or its error says that it will never accept again.</summary>
    /// <param name="handle">Owns the connection, and throws nothing.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="PoolSocketException">The listener cannot accept any more.</exception>
    internal async Task RunAsync(Func<PoolSocket, Task> handle, CancellationToken stop)
    {
        while (true)
        {
            await _room.WaitAsync(stop).ConfigureAwait(false);
            PoolSocket? connection = null;
            try
            {
                connection = await AcceptAsync(stop).ConfigureAwait(false);
            }
            finally
            {
                if (connection is null)
                {
                    _room.Release();
                }
            }

            if (connection is null)
            {
                return;
            }

            Interlocked.Increment(ref _running);
            _ = HandleAsync(connection, handle);
        }
    }

    /// <summary>Waits until the handlers have ended.</summary>
    internal Task WaitForHandlersAsync()
    {
        End();
        return _ended.Task;
    }

    public void Dispose()
    {
        _recovery.Dispose();
        _room.Dispose();
    }

    private void End()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _ended.TrySetResult();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "One connection, whatever it causes, ends no other.")]
    private async Task HandleAsync(PoolSocket connection, Func<PoolSocket, Task> handle)
    {
        try
        {
            await Task.Yield();
            await handle(connection).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            connection.Close();
            Diagnostics.CallbackExceptions.Report(nameof(SocketForwarder), e, connection.Pool);
        }
        finally
        {
            _room.Release();
            End();
        }
    }

    private async ValueTask<PoolSocket?> AcceptAsync(CancellationToken stop)
    {
        while (true)
        {
            Errno errno;
            try
            {
                AcceptResult accepted = _recovery.IsNearLimit ? new AcceptResult(null, Errno.EMFILE) : await _listener.TryAcceptAsync(stop).ConfigureAwait(false);
                if (accepted.Socket is { } connection)
                {
                    _recovery.Succeed(connection.Descriptor);
                    return connection;
                }

                errno = accepted.Errno;
            }
            catch (OutOfMemoryException)
            {
                // A thread that could not be started is one, too.
                errno = Errno.ENOMEM;
            }

            if (errno == Errno.EBADF)
            {
                return null;
            }

            await RecoverAsync(errno, stop).ConfigureAwait(false);
        }
    }

    private async ValueTask RecoverAsync(Errno errno, CancellationToken stop)
    {
        switch (AcceptRecovery.Classify(errno))
        {
            case AcceptFailure.Listener:
                throw _listener.CreateException(errno, "accept", Deadline.Never);
            case AcceptFailure.Exhaustion:
                _recovery.ReleaseReserve();
                await _recovery.PauseAsync(stop).ConfigureAwait(false);
                break;
            case AcceptFailure.Network when _recovery.MustPauseForNetwork():
                await _recovery.PauseAsync(stop).ConfigureAwait(false);
                break;
        }
    }
}
