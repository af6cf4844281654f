using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using SocketPools.Radios;
using SocketPools.Serving;

namespace SocketPools.AspNetCore.Transport;

/// <summary>
/// A listening socket of a pool. It takes a connection when the pool has a place for it; until then connections stay in the
/// backlog. When the system has no descriptors left, it tries again until some come back.
/// </summary>
internal sealed class PoolListener : IConnectionListener
{
    private readonly PoolSocket _socket;
    private readonly SocketPoolTransportOptions _options;
    private readonly ConnectionSettings _settings;
    private readonly MemoryPool<byte> _memory;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly AcceptRecovery _recovery;

    internal PoolListener(PoolSocket socket, SocketPoolTransportOptions options, MemoryPool<byte> memory, ILogger logger)
    {
        _socket = socket;
        _options = options;
        _memory = memory;
        _logger = logger;
        _settings = new ConnectionSettings(socket.Pool, options, memory, logger);
        EndPoint = socket.LocalEndPoint;
        _recovery = new AcceptRecovery(socket.Pool.Radio.TimeProvider);
    }

    /// <summary>The real address, with the port that the system chose.</summary>
    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource? both =
            cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellationToken) : null;
        CancellationToken token = both?.Token ?? _stop.Token;
        try
        {
            while (true)
            {
                try
                {
                    if (_recovery.IsNearLimit)
                    {
                        await GoOnAfterAsync(Errno.EMFILE, token).ConfigureAwait(false);
                    }

                    AcceptResult accepted = await _socket.TryAcceptAsync(token).ConfigureAwait(false);
                    if (accepted.Socket is { } connection)
                    {
                        return Start(connection);
                    }

                    if (accepted.Errno == Errno.EBADF)
                    {
                        return null;
                    }

                    await GoOnAfterAsync(accepted.Errno, token).ConfigureAwait(false);
                }
                catch (OutOfMemoryException)
                {
                    // A thread that could not be started is one, too. Kestrel ends a listener that throws, for good.
                    await GoOnAfterAsync(Errno.ENOMEM, token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return null;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _stop.Cancel();
        _socket.Close();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync().ConfigureAwait(false);
        _recovery.Dispose();
        _memory.Dispose();
    }

    private PoolConnection Start(PoolSocket socket)
    {
        try
        {
            if (_recovery.IsPaused)
            {
                TransportLog.AcceptingAgain(_logger, EndPoint);
            }

            _recovery.Succeed(socket.Descriptor);

            if (_options.NoDelay)
            {
                // A radio may not know the option: without it a server is still one.
                _ = socket.TrySetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1);
            }

            PoolConnection connection = new(socket, _settings);
            connection.Start();
            return connection;
        }
        catch
        {
            socket.Close();
            throw;
        }
    }

    /// <summary>What accept(2) reports is about one connection that has gone already, about the host, or about this socket.</summary>
    private async ValueTask GoOnAfterAsync(Errno errno, CancellationToken cancellationToken)
    {
        switch (AcceptRecovery.Classify(errno))
        {
            case AcceptFailure.Listener:
                throw _socket.CreateException(errno, "accept", Deadline.Never);
            case AcceptFailure.Exhaustion:
                _recovery.ReleaseReserve();
                if (!_recovery.IsPaused)
                {
                    TransportLog.AcceptingPaused(_logger, EndPoint, errno);
                }

                await _recovery.PauseAsync(cancellationToken).ConfigureAwait(false);
                break;
            case AcceptFailure.Network:
                TransportLog.AcceptFailed(_logger, EndPoint, errno);
                if (_recovery.MustPauseForNetwork())
                {
                    await _recovery.PauseAsync(cancellationToken).ConfigureAwait(false);
                }

                break;
            default:
                TransportLog.AcceptFailed(_logger, EndPoint, errno);
                break;
        }
    }
}
