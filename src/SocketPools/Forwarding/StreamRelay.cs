using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools.Async;
using SocketPools.Radios;

namespace SocketPools.Forwarding;

/// <summary>
/// Two connections that are one: what either peer sends goes to the other. The end of one direction is passed on as such, and the other
/// direction goes on. A reset of one connection resets the other one.
/// </summary>
/// <remarks>
/// A direction has one buffer while it has bytes, and none while it waits. It receives again when everything was sent, so that a peer that does
/// not read holds up the one that sends.
/// </remarks>
internal sealed class StreamRelay(
    PoolSocket client, PoolSocket target, ForwardedConnection connection, ForwarderTally tally, SocketForwarderOptions options)
{
    private Exception? _abortReason;
    private int _activity;

    /// <summary>Forwards until both directions have ended, or one connection is lost. Both sockets are closed then.</summary>
    /// <returns>Why it was cut; null after an orderly end.</returns>
    internal async Task<Exception?> RunAsync()
    {
        foreach (PoolSocket socket in new[] { client, target })
        {
            _ = socket.TrySetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1);
            KeepAlive(socket);
        }

        Task back = PumpAsync(target, client, isToTarget: false);
        Task there = PumpAsync(client, target, isToTarget: true);
        bool isBackFirst = await Task.WhenAny(back, there).ConfigureAwait(false) == back;
        if (_abortReason is null)
        {
            await WatchAsync(isBackFirst ? target : client, isBackFirst ? there : back).ConfigureAwait(false);
        }

        await Task.WhenAll(back, there).ConfigureAwait(false);
        client.Close();
        target.Close();
        return _abortReason;
    }

    /// <summary>Resets both connections. The first reason counts.</summary>
    internal void Abort(Exception reason)
    {
        if (Interlocked.CompareExchange(ref _abortReason, reason, null) is null)
        {
            Reset(client);
            Reset(target);
        }
    }

    /// <summary>Closes a connection so that the peer sees that its end is no regular one, where the radio can do it.</summary>
    internal static void Reset(PoolSocket socket)
    {
        // struct linger: on, for 0 seconds.
        _ = socket.TrySetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, 1, 0);
        socket.Close();
    }

    /// <summary>Has the system find out that a silent peer is gone, where the radio can.</summary>
    internal static void KeepAlive(PoolSocket socket) => _ = socket.TrySetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, 1);

    /// <summary>While the other direction goes on, no call receives from a peer that has ended its own direction: it may reset the connection all the same.</summary>
    private async Task WatchAsync(PoolSocket ended, Task other)
    {
        using CancellationTokenSource stop = new();
        Task watching = AbortOnResetAsync(ended, stop.Token);
        await Task.WhenAny(other).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
    }

    private async Task AbortOnResetAsync(PoolSocket ended, CancellationToken stop)
    {
        try
        {
            // Errors are reported whatever is waited for. A radio that reports none lets it wait until the other direction ends.
            RadioResult ready = await ended.WaitAsync(Readiness.None, Deadline.Never, stop).ConfigureAwait(false);
            if (!ready.Failed && HasError(ended))
            {
                Abort(ended, Errno.ECONNRESET, "recv_into");
            }
        }
        catch (OperationCanceledException)
        {
            // The other direction has ended.
        }
    }

    /// <summary>SO_ERROR: a receive would say no more than the end again. Linux names a reset EPIPE here.</summary>
    private static bool HasError(PoolSocket socket)
    {
        Span<byte> error = stackalloc byte[sizeof(int)];
        error.Clear();
        return !socket.RadioSocket.GetOption(SocketOptionLevel.Socket, SocketOptionName.Error, error).Failed && error.ContainsAnyExcept<byte>(0);
    }

    private async Task PumpAsync(PoolSocket from, PoolSocket to, bool isToTarget)
    {
        byte[]? buffer = null;
        try
        {
            // The thread that starts the pump does not forward with it: a peer that sends without pause would hold up the other direction.
            RadioResult ready = await WaitAsync(from, Readiness.Readable).ConfigureAwait(false);
            while (!ready.Failed)
            {
                buffer ??= ArrayPool<byte>.Shared.Rent(options.BufferSize);
                RadioResult received = from.TryReceive(buffer);
                if (received.Failed && received.Errno != Errno.EAGAIN)
                {
                    Abort(from, received.Errno, "recv_into");
                    return;
                }

                if (!received.Failed)
                {
                    if (received.Count == 0)
                    {
                        // If that fails the connection is lost, and the other direction finds out why.
                        _ = to.RadioSocket.Shutdown(SocketShutdown.Send);
                        return;
                    }

                    if (!await SendAsync(to, buffer.AsMemory(0, received.Count)).ConfigureAwait(false))
                    {
                        return;
                    }

                    Interlocked.Increment(ref _activity);
                    tally.Add(connection, isToTarget, received.Count);
                    if (received.Count == buffer.Length)
                    {
                        continue;
                    }
                }

                ArrayPool<byte>.Shared.Return(buffer);
                buffer = null;
                ready = await WaitAsync(from, Readiness.Readable).ConfigureAwait(false);
            }

            Abort(from, ready.Errno, "recv_into");
        }
        catch (Exception e) when (e is OutOfMemoryException or ObjectDisposedException)
        {
            Abort(e);
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<bool> SendSlowlyAsync(PoolSocket to, ReadOnlyMemory<byte> data)
    {
        while (true)
        {
            RadioResult ready = await WaitAsync(to, Readiness.Writable).ConfigureAwait(false);
            RadioResult sent = ready.Failed ? ready : to.TrySend(data.Span);
            if (sent.Failed && sent.Errno != Errno.EAGAIN)
            {
                Abort(to, sent.Errno, "send");
                return false;
            }

            if (!sent.Failed)
            {
                Interlocked.Increment(ref _activity);
                data = data[sent.Count..];
                if (data.IsEmpty)
                {
                    return true;
                }
            }
        }
    }

    private ValueTask<bool> SendAsync(PoolSocket to, ReadOnlyMemory<byte> data)
    {
        RadioResult sent = to.TrySend(data.Span);
        if (sent.Failed && sent.Errno != Errno.EAGAIN)
        {
            Abort(to, sent.Errno, "send");
            return ValueTask.FromResult(false);
        }

        int count = sent.Failed ? 0 : sent.Count;
        return count == data.Length ? ValueTask.FromResult(true) : SendSlowlyAsync(to, data[count..]);
    }

    /// <summary>Waits; ETIMEDOUT when neither direction has moved a byte for the idle timeout.</summary>
    private ValueTask<RadioResult> WaitAsync(PoolSocket socket, Readiness interest) =>
        options.TcpIdleTimeout == Timeout.InfiniteTimeSpan ? socket.WaitUntilReadyAsync(interest) : WaitWhileActiveAsync(socket, interest);

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<RadioResult> WaitWhileActiveAsync(PoolSocket socket, Readiness interest)
    {
        while (true)
        {
            int activity = Volatile.Read(ref _activity);
            Deadline deadline = new(socket.Pool.Radio.TimeProvider, options.TcpIdleTimeout);
            RadioResult ready = await socket.WaitAsync(interest, deadline, CancellationToken.None).ConfigureAwait(false);
            if (ready.Errno != Errno.ETIMEDOUT || activity == Volatile.Read(ref _activity))
            {
                return ready;
            }
        }
    }

    private void Abort(PoolSocket socket, Errno errno, string operation) => Abort(errno switch
    {
        Errno.ETIMEDOUT when options.TcpIdleTimeout != Timeout.InfiniteTimeSpan =>
            new TimeoutException($"Nothing was sent in either direction for {options.TcpIdleTimeout.TotalSeconds:0.###} s."),
        Errno.EBADF => new ObjectDisposedException(nameof(SocketForwarder), "The forwarder or its pool was disposed."),
        _ => socket.CreateException(errno, operation, Deadline.Never),
    });
}
