using System.Runtime.CompilerServices;
using SocketPools.Async;
using SocketPools.Radios;

namespace SocketPools;

// What the asynchronous calls have in common: a wait that ends at the call's deadline or on the caller's token, and errors
// that come through the task.
public sealed partial class PoolSocket
{
    // Of the waits of each direction; the usual reader and the usual writer need no other.
    private WaitLimit? _receiveLimit;
    private WaitLimit? _sendLimit;

    /// <summary>Waits without holding a thread: ETIMEDOUT when the deadline is up, cancelled with the caller's token.</summary>
    internal ValueTask<RadioResult> WaitAsync(Readiness interest, in Deadline deadline, CancellationToken cancellationToken) =>
        deadline.IsInfinite
            ? _socket.WaitAsync(interest, cancellationToken)
            : WaitUntilAsync(interest, deadline, cancellationToken);

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<RadioResult> WaitUntilAsync(Readiness interest, Deadline deadline, CancellationToken cancellationToken)
    {
        if (deadline.HasExpired)
        {
            return deadline.TimeoutErrno;
        }

        WaitLimit limit = TakeLimit(interest);
        try
        {
            return await _socket.WaitAsync(interest, limit.Begin(deadline, cancellationToken)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.HasExpired)
        {
            return deadline.TimeoutErrno;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The radio saw the limit's token; the caller's is the one it knows.
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            ReturnLimit(interest, limit);
        }
    }

    /// <summary>Waits until a receive would not: for data, the end or an error.</summary>
    internal void WaitReadable(in Deadline deadline)
    {
        RadioResult result = deadline.IsImmediate && _socket.Poll(Readiness.Readable) == Readiness.None
            ? Errno.EAGAIN
            : _socket.Wait(Readiness.Readable, deadline);
        Check(result, "poll", deadline);
    }

    /// <summary>As <see cref="WaitReadable"/>, without holding a thread; the result is always 0.</summary>
    internal ValueTask<int> WaitReadableAsync(in Deadline deadline, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        if (deadline.IsImmediate)
        {
            Readiness ready = _socket.Poll(Readiness.Readable);
            return Completed(_slot.IsClosed ? Errno.EBADF : ready == Readiness.None ? Errno.EAGAIN : Errno.None, "poll", deadline);
        }

        // The radio knows best whether there is anything: the host needs no system call after a receive that took all.
        return WaitUntilReadableAsync(deadline, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<int> WaitUntilReadableAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        Check(await WaitAsync(Readiness.Readable, deadline, cancellationToken).ConfigureAwait(false), "poll", deadline);
        return 0;
    }

    /// <summary>Looks a host up until the deadline, the caller's token or the socket's end.</summary>
    private async ValueTask<IPSocketAddress> ResolveAsync(
        string host, int port, string operation, Deadline deadline, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _slot.Ending);
        try
        {
            return await _pool.ResolveHostAsync(host, port, Family, deadline, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw CreateException(Errno.EBADF, operation, deadline);
        }
    }

    private ref WaitLimit? LimitOf(Readiness interest) => ref interest == Readiness.Readable ? ref _receiveLimit : ref _sendLimit;

    private WaitLimit TakeLimit(Readiness interest) => Interlocked.Exchange(ref LimitOf(interest), null) ?? new WaitLimit(_clock);

    private void ReturnLimit(Readiness interest, WaitLimit limit)
    {
        // Closed first and looked at afterwards, or the other way round: one of the two stops the timer.
        if (!limit.TryFinish() || Interlocked.CompareExchange(ref LimitOf(interest), limit, null) is not null)
        {
            limit.Dispose();
        }
        else if (_slot.IsClosed)
        {
            StopLimits();
        }
    }

    /// <summary>Stops the timers, which would hold on to the limits of a closed socket until they fire.</summary>
    private void StopLimits()
    {
        if (_receiveLimit is not null || _sendLimit is not null)
        {
            Interlocked.Exchange(ref _receiveLimit, null)?.Dispose();
            Interlocked.Exchange(ref _sendLimit, null)?.Dispose();
        }
    }

    /// <summary>Whether an attempt has to be followed by a wait and another attempt.</summary>
    private static bool MustWait(RadioResult result, in Deadline deadline) =>
        result.Errno == Errno.EAGAIN && !deadline.IsImmediate;

    /// <summary>The outcome of a call that is over, for a caller who gets errors through a task.</summary>
    private ValueTask<int> Completed(RadioResult result, string operation, in Deadline deadline, in IPSocketAddress remote = default) =>
        result.Failed
            ? ValueTask.FromException<int>(CreateException(result.Errno, operation, deadline, remote))
            : ValueTask.FromResult(result.Count);
}
