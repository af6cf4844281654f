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
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken = default)
    {
        Task room;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_open < _radio.MaxSockets)
            {
                return ValueTask.CompletedTask;
            }

            room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        return WaitForRoomAsync(room, cancellationToken);
    }

    private async ValueTask WaitForRoomAsync(Task room, CancellationToken cancellationToken)
    {
        while (true)
        {
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (_open < _radio.MaxSockets)
                {
                    return;
                }

                room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
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
