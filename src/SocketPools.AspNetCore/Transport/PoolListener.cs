using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using SocketPools.Radios;

namespace SocketPools.AspNetCore.Transport;

/// <summary>
/// A listening socket of a pool. It takes a connection when the pool has a place for it; until then connections stay in the
/// backlog. When the system has no descriptors left, it tries again until some come back.
/// </summary>
internal sealed class PoolListener : IConnectionListener
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(250);

    private readonly PoolSocket _socket;
    private readonly SocketPoolTransportOptions _options;
    private readonly ConnectionSettings _settings;
    private readonly MemoryPool<byte> _memory;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private TimeSpan _pause = s_firstPause;

    internal PoolListener(PoolSocket socket, SocketPoolTransportOptions options, MemoryPool<byte> memory, ILogger logger)
    {
        _socket = socket;
        _options = options;
        _memory = memory;
        _logger = logger;
        _settings = new ConnectionSettings(options, memory, logger);
        EndPoint = socket.LocalEndPoint;
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
                Accepted accepted = await _socket.AcceptWhenRoomAsync(token).ConfigureAwait(false);
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
        _memory.Dispose();
    }

    private PoolConnection Start(PoolSocket socket)
    {
        if (_pause != s_firstPause)
        {
            _pause = s_firstPause;
            TransportLog.AcceptingAgain(_logger, EndPoint);
        }

        if (_options.NoDelay)
        {
            // A radio may not know the option: without it a server is still one.
            _ = socket.TrySetOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1);
        }

        PoolConnection connection = new(socket, _settings);
        connection.Start();
        return connection;
    }

    /// <summary>What accept(2) reports is about one connection that has gone already, about the host, or about this socket.</summary>
    private async ValueTask GoOnAfterAsync(Errno errno, CancellationToken cancellationToken)
    {
        switch (errno)
        {
            case Errno.EINVAL or Errno.ENOTSOCK or Errno.EOPNOTSUPP or Errno.EFAULT:
                throw _socket.Failure(errno, "accept", Deadline.Never);
            case Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM:
                if (_pause == s_firstPause)
                {
                    TransportLog.AcceptingPaused(_logger, EndPoint, errno);
                }

                await PauseAsync(cancellationToken).ConfigureAwait(false);
                break;
            default:
                TransportLog.AcceptFailed(_logger, EndPoint, errno);

                // A connection that went while it waited (ECONNABORTED) is followed by the next at once. The first pause is short,
                // and an error that stays (ENETDOWN) does not turn in circles.
                if (errno is not (Errno.ECONNABORTED or Errno.ECONNRESET or Errno.EPROTO))
                {
                    await PauseAsync(cancellationToken).ConfigureAwait(false);
                }

                break;
        }
    }

    private async ValueTask PauseAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(_pause, _socket.Pool.Radio.TimeProvider, cancellationToken).ConfigureAwait(false);
        _pause = _pause * 2 < s_longestPause ? _pause * 2 : s_longestPause;
    }
}
