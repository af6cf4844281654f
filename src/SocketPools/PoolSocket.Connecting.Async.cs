using System.Net;
using System.Runtime.CompilerServices;
using SocketPools.Async;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Slots;
using SocketPools.Telemetry;

namespace SocketPools;

public sealed partial class PoolSocket
{
    /// <summary>
    /// Connects to a host without holding a thread. The timeout covers the lookup of the name and the connect together.
    /// </summary>
    /// <param name="host">A name, an address in digits, <c>""</c> for any address, <c>"&lt;broadcast&gt;"</c>.</param>
    /// <param name="port">0..65535.</param>
    /// <param name="cancellationToken">Ends the wait and closes the socket: how far the connect has come is not known then.</param>
    /// <exception cref="PoolSocketException">As for <see cref="Connect(string, int)"/>.</exception>
    /// <exception cref="AddressInfoException">The name does not resolve.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, and the socket is closed.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is out of range.</exception>
    public ValueTask ConnectAsync(string host, int port, CancellationToken cancellationToken = default)
    {
        Deadline deadline = StartCall();
        bool isKnown = SocketPool.TryReadHost(host, port, Family, out IPSocketAddress remote);
        if (ConnectWatch.MayWatch(_pool))
        {
            return ConnectWatchedAsync(remote, host, port, deadline, cancellationToken);
        }

        return isKnown
            ? ConnectUnwatchedAsync(remote, deadline, cancellationToken)
            : ResolveAndConnectAsync(host, port, deadline, cancellationToken);
    }

    /// <summary>Connects to an address without holding a thread.</summary>
    /// <param name="remote">The peer, in the socket's family.</param>
    /// <param name="cancellationToken">Ends the wait and closes the socket: how far the connect has come is not known then.</param>
    /// <exception cref="PoolSocketException">As for <see cref="Connect(IPSocketAddress)"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, and the socket is closed.</exception>
    public ValueTask ConnectAsync(IPSocketAddress remote, CancellationToken cancellationToken = default) =>
        ConnectAsync(remote, StartCall(), cancellationToken);

    /// <inheritdoc cref="ConnectAsync(IPSocketAddress, CancellationToken)"/>
    public ValueTask ConnectAsync(IPEndPoint remote, CancellationToken cancellationToken = default) =>
        ConnectAsync((IPSocketAddress)remote, cancellationToken);

    /// <summary>As <see cref="Connect(EndPoint)"/>, without holding a thread.</summary>
    /// <param name="remote">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <param name="cancellationToken">Ends the wait and closes the socket: how far the connect has come is not known then.</param>
    /// <exception cref="PoolSocketException">As for <see cref="Connect(IPSocketAddress)"/>.</exception>
    /// <exception cref="AddressInfoException">The name does not resolve.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, and the socket is closed.</exception>
    /// <exception cref="ArgumentException"><paramref name="remote"/> is of another kind.</exception>
    public ValueTask ConnectAsync(EndPoint remote, CancellationToken cancellationToken = default) => remote switch
    {
        IPEndPoint address => ConnectAsync(address, cancellationToken),
        DnsEndPoint name when IsForeign(name) => ValueTask.FromException(CreateException(Errno.EAFNOSUPPORT, "connect", StartCall())),
        DnsEndPoint name => ConnectAsync(HostOf(name), name.Port, cancellationToken),
        _ => throw UnknownEndPoint(remote),
    };

    /// <summary>Takes the next connection without holding a thread. The new socket has this socket's timeout.</summary>
    /// <param name="cancellationToken">Ends the wait; no connection is lost.</param>
    /// <returns>The connection, with a place of its own in the pool.</returns>
    /// <exception cref="PoolSocketException">As for <see cref="Accept()"/>.</exception>
    /// <exception cref="OutOfSocketsException">
    /// A connection is there and the pool has no place for it. It stays in the backlog, and a later call returns it;
    /// <see cref="AcceptWhenCapacityAsync"/> waits for a place in place of that.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<PoolSocket> AcceptAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<PoolSocket>(cancellationToken);
        }

        Deadline deadline = StartCall();
        try
        {
            return TryAccept(deadline, out PoolSocket? socket)
                ? ValueTask.FromResult(socket)
                : AcceptWhenReadyAsync(deadline, cancellationToken);
        }
        catch (Exception e) when (e is PoolSocketException or OutOfSocketsException or ObjectDisposedException)
        {
            return ValueTask.FromException<PoolSocket>(e);
        }
    }

    /// <summary>Connects within a deadline that began before. The host is what the caller named, if he did: telemetry tells it.</summary>
    internal ValueTask ConnectAsync(in IPSocketAddress remote, in Deadline deadline, CancellationToken cancellationToken, string? host = null) =>
        ConnectWatch.MayWatch(_pool)
            ? ConnectWatchedAsync(remote, host, remote.Port, deadline, cancellationToken)
            : ConnectUnwatchedAsync(remote, deadline, cancellationToken);

    private async ValueTask ConnectWatchedAsync(
        IPSocketAddress remote, string? host, int port, Deadline deadline, CancellationToken cancellationToken)
    {
        ConnectWatch? watch = ConnectWatch.Start(_pool, _slot, host, port);
        try
        {
            if (!remote.HasValue && host is not null)
            {
                remote = await ResolveToConnectAsync(host, port, deadline, cancellationToken).ConfigureAwait(false);
            }

            watch?.Begin(remote);
            await ConnectUnwatchedAsync(remote, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            watch?.Fail(e);
            throw;
        }

        watch?.Succeed();
    }

    private ValueTask ConnectUnwatchedAsync(in IPSocketAddress remote, in Deadline deadline, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            CloseBecause(SocketCloseReason.ConnectCancelled);
            return ValueTask.FromCanceled(cancellationToken);
        }

        RadioResult result = remote.Family == Family ? _socket.TryConnect(remote) : Errno.EAFNOSUPPORT;
        if (result.Errno == Errno.EINPROGRESS)
        {
            _slot.NotePeer(SocketState.Connecting, remote);
        }

        // A connect that waits also waits for one that is under way already, and tells how that ended.
        if (result.Errno is Errno.EINPROGRESS or Errno.EALREADY && !deadline.IsImmediate)
        {
            return FinishConnectAsync(remote, result.Errno == Errno.EALREADY, deadline, cancellationToken);
        }

        if (result.Failed)
        {
            return ValueTask.FromException(CreateException(result.Errno, "connect", deadline, remote));
        }

        _slot.NotePeer(SocketState.Connected, remote);
        return ValueTask.CompletedTask;
    }

    private async ValueTask ResolveAndConnectAsync(string host, int port, Deadline deadline, CancellationToken cancellationToken)
    {
        IPSocketAddress remote = await ResolveToConnectAsync(host, port, deadline, cancellationToken).ConfigureAwait(false);
        await ConnectUnwatchedAsync(remote, deadline, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<IPSocketAddress> ResolveToConnectAsync(string host, int port, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            return await ResolveAsync(host, port, "connect", deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            CloseBecause(SocketCloseReason.ConnectCancelled);
            throw;
        }
    }

    private async ValueTask FinishConnectAsync(
        IPSocketAddress remote, bool isShared, Deadline deadline, CancellationToken cancellationToken)
    {
        RadioResult result;
        do
        {
            RadioResult wait;
            try
            {
                wait = await WaitAsync(Readiness.Writable, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                CloseBecause(SocketCloseReason.ConnectCancelled);
                throw;
            }

            result = wait.Failed ? wait : _socket.FinishConnect();
        }
        while (result.Errno == Errno.EINPROGRESS);
        if (isShared)
        {
            result = result.Errno == Errno.ETIMEDOUT ? Errno.EALREADY
                : !result.Failed && _socket.GetRemoteAddress(out _).Failed ? Errno.ECONNABORTED // the other call was told why
                : result;
        }

        Check(result, "connect", deadline, remote);
        _slot.NotePeer(SocketState.Connected, remote);
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<PoolSocket> AcceptWhenReadyAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        AcceptQueue queue = _slot.Accepting;
        queue.EnterShared();
        try
        {
            while (true)
            {
                await WaitForConnectionAsync(queue, deadline, cancellationToken).ConfigureAwait(false);
                if (TryAccept(queue, deadline, mayRefuseParked: false, out PoolSocket? socket))
                {
                    return socket;
                }
            }
        }
        finally
        {
            queue.LeaveShared();
        }
    }

    /// <summary>Waits for a connection of the radio's, or for one that another call has parked and for a place for that.</summary>
    private async ValueTask WaitForConnectionAsync(AcceptQueue queue, Deadline deadline, CancellationToken cancellationToken)
    {
        CancellationToken parked = queue.Parked;
        if (!_slot.HasParked)
        {
            RadioResult wait = await WaitForConnectionAsync(deadline, parked, cancellationToken).ConfigureAwait(false);
            Check(wait, "accept", deadline);
            if (!_slot.HasParked)
            {
                return;
            }
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _slot.Ending);
        ValueTask<bool> room = _pool.TryWaitForCapacityAsync("accept", this, end.Token);
        try
        {
            _ = deadline.IsInfinite
                ? await room.ConfigureAwait(false)
                : await room.AsTask().WaitAsync(deadline.Remaining, deadline.TimeProvider, end.Token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw NoRoomInTime(deadline);
        }
        catch (OperationCanceledException e)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(e.Message, e.InnerException, cancellationToken);
            }

            Check(Errno.EBADF, "accept", deadline);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits for a connection of the radio's; the wait also ends when one is parked.</summary>
    private async ValueTask<RadioResult> WaitForConnectionAsync(Deadline deadline, CancellationToken parked, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, parked);
        try
        {
            return await WaitAsync(Readiness.Readable, deadline, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested ? throw new OperationCanceledException(cancellationToken) : RadioResult.Ok;
        }
    }
}
