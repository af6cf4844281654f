using SocketPools.Radios;
using SocketPools.Telemetry;

namespace SocketPools;

// Waiting for a place: what a server, and a client that can wait, does in place of failing when its pool is full.
public sealed partial class SocketPool
{
    /// <summary>
    /// How long a client that waits for a place waits at most where nothing shorter limits it, 30 s by default: HttpClient on a pool,
    /// <c>ConnectStreamAsync</c> and MQTTnet's client. After that the call fails with <see cref="OutOfSocketsException"/>.
    /// <see cref="Timeout.InfiniteTimeSpan"/> sets no limit. Servers that accept, and <see cref="WaitForCapacityAsync(CancellationToken)"/>, have none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or above 24.8 days.</exception>
    public TimeSpan CapacityTimeout
    {
        get => _state.CapacityTimeout;
        set => _state.CapacityTimeout = value == Timeout.InfiniteTimeSpan ? value : CallTimeout.RequireFinite(value);
    }

    /// <summary>How many calls wait for a place now.</summary>
    public int CapacityWaitCount => _state.Waits.Count;

    /// <summary>Gets how many calls have waited for a slot, including those that wait now.</summary>
    public long TotalCapacityWaits => _state.Waits.Total;

    /// <summary>Returns the calls that wait for a slot now, in the order in which they began.</summary>
    public IReadOnlyList<CapacityWait> GetCapacityWaits() => _state.Waits.ToArray();

    /// <summary>
    /// Waits until the pool has a free slot. Another caller may take it first: attempt to create the socket, and wait again if the pool is
    /// full.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled. After a wait an <see cref="OutOfSocketsException"/> is inside, which says who holds the places.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed, or was while waiting.</exception>
    public ValueTask WaitForCapacityAsync(CancellationToken cancellationToken = default) => WaitForCapacityAsync("wait", cancellationToken);

    /// <summary>Waits until the pool has a free slot, and says what for. The rest is as for the other overload.</summary>
    /// <param name="purpose">What the place is for, as <see cref="CapacityWait.Purpose"/> shows it: <c>connect to example.com:1883</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, with an <see cref="OutOfSocketsException"/> inside.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed, or was while waiting.</exception>
    public ValueTask WaitForCapacityAsync(string purpose, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        ValueTask<bool> wait = TryWaitForCapacityAsync(purpose, null, cancellationToken);
        if (!wait.IsCompletedSuccessfully)
        {
            return OrThrowAsync(wait);
        }

        ObjectDisposedException.ThrowIf(!wait.Result, this);
        return ValueTask.CompletedTask;
    }

    /// <summary>As <see cref="WaitForCapacityAsync(CancellationToken)"/>; false when the pool is disposed, or was while waiting.</summary>
    /// <param name="operation">What waits, for those who look.</param>
    /// <param name="subject">The socket that it does that with, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal ValueTask<bool> TryWaitForCapacityAsync(string operation, object? subject, CancellationToken cancellationToken)
    {
        Task? room = RoomOrNull(out bool isDisposed);
        return room is null ? ValueTask.FromResult(!isDisposed) : TryWaitForCapacityAsync(room, operation, subject, cancellationToken);
    }

    private async ValueTask<bool> TryWaitForCapacityAsync(Task room, string operation, object? subject, CancellationToken cancellationToken)
    {
        CapacityWatch watch = CapacityWatch.Start(this, _state.Waits, PurposeOf(operation, subject), NameCaller(), OutOfSockets);
        try
        {
            while (true)
            {
                await room.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (RoomOrNull(out bool isDisposed) is not { } next)
                {
                    watch.End(isDisposed ? new ObjectDisposedException(nameof(SocketPool)) : null);
                    return !isDisposed;
                }

                room = next;
            }
        }
        catch (OperationCanceledException)
        {
            OutOfSocketsException full = OutOfSockets();
            watch.End(full);
            throw new OperationCanceledException($"The wait for a place ({PurposeOf(operation, subject)}) was cancelled. {full.Message}", full, cancellationToken);
        }
    }

    private async ValueTask OrThrowAsync(ValueTask<bool> wait) =>
        ObjectDisposedException.ThrowIf(!await wait.ConfigureAwait(false), this);

    private static string PurposeOf(string operation, object? subject) => subject switch
    {
        null => operation,
        PoolSocket socket => $"{operation} at {socket.LocalAddress}",
        _ => $"{operation} to {subject}",
    };

    /// <summary>What to wait for; null when there is nothing to wait for: a place is free, or the pool is gone.</summary>
    private Task? RoomOrNull(out bool isDisposed)
    {
        lock (_state.Gate)
        {
            isDisposed = IsDisposed;
            return isDisposed || _state.Open < _state.Radio.MaxSockets ? null : _state.Waits.NextChange();
        }
    }
}
