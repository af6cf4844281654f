namespace SocketPools;

// Waiting for a place: what a server does in place of failing when its pool is full.
public sealed partial class SocketPool
{
    // Who waits for a place. Completed, and made anew by the next who waits, whenever one may have become free.
    private TaskCompletionSource? _room;

    /// <summary>
    /// Waits until the pool has room for one more socket. Others may be faster: whoever waited tries, and waits again.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed, or was while waiting.</exception>
    public ValueTask WaitForCapacityAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<bool> wait = TryWaitForCapacityAsync(cancellationToken);
        if (!wait.IsCompletedSuccessfully)
        {
            return OrThrowAsync(wait);
        }

        ObjectDisposedException.ThrowIf(!wait.Result, this);
        return ValueTask.CompletedTask;
    }

    /// <summary>As <see cref="WaitForCapacityAsync(CancellationToken)"/>; false when the pool is disposed, or was while waiting.</summary>
    internal ValueTask<bool> TryWaitForCapacityAsync(CancellationToken cancellationToken)
    {
        Task? room = RoomOrNull(out bool isDisposed);
        return room is null ? ValueTask.FromResult(!isDisposed) : TryWaitForCapacityAsync(room, cancellationToken);
    }

    private async ValueTask<bool> TryWaitForCapacityAsync(Task room, CancellationToken cancellationToken)
    {
        while (true)
        {
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (RoomOrNull(out bool isDisposed) is not { } next)
            {
                return !isDisposed;
            }

            room = next;
        }
    }

    private async ValueTask OrThrowAsync(ValueTask<bool> wait) =>
        ObjectDisposedException.ThrowIf(!await wait.ConfigureAwait(false), this);

    /// <summary>What to wait for; null when there is nothing to wait for: a place is free, or the pool is gone.</summary>
    private Task? RoomOrNull(out bool isDisposed)
    {
        lock (_gate)
        {
            isDisposed = _disposed;
            if (isDisposed || _open < _radio.MaxSockets)
            {
                return null;
            }

            return (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void SignalRoom()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            room = _room;
            _room = null;
        }

        room?.TrySetResult();
    }
}
