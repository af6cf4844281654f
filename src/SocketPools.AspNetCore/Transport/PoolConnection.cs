using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using SocketPools.Radios;

namespace SocketPools.AspNetCore.Transport;

/// <summary>
/// A connection: a pool socket between two pipes. One loop receives into the input, another sends what the output has; they
/// end apart, so that either direction may go on without the other.
/// </summary>
internal sealed partial class PoolConnection : ConnectionContext
{
    private readonly PoolSocket _socket;
    private readonly ConnectionSettings _settings;
    private readonly ILogger _logger;
    private readonly Pipe _input;
    private readonly Pipe _output;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _received = new();
    private readonly Lock _gate = new();
    private Task _sending = Task.CompletedTask;

    // Why this side has closed the socket; written once, before it is closed.
    private volatile Exception? _endReason;

    internal PoolConnection(PoolSocket socket, ConnectionSettings settings)
    {
        _socket = socket;
        _settings = settings;
        _logger = settings.Logger;
        _input = new Pipe(settings.Input);
        _output = new Pipe(settings.Output);
        _onReadable = OnReadable;
        _onFlushed = OnFlushed;
        Transport = new Ends(_input.Reader, _output.Writer);
        ConnectionId = ConnectionIds.Next();
        ConnectionClosed = _closed.Token;
        LocalEndPoint = socket.RadioSocket.GetLocalAddress(out IPSocketAddress local).Failed ? null : local.ToIPEndPoint();
        RemoteEndPoint = socket.RemoteAddress.ToIPEndPoint();
        Features = CreateFeatures();
    }

    /// <summary>Starts both loops. The first receive waits: the caller goes on accepting.</summary>
    internal void Start()
    {
        _sending = SendAsync();
        Receive(Errno.EAGAIN);
    }

    /// <summary>Ends the connection at once; the peer sees a reset.</summary>
    /// <param name="abortReason">Why. Kestrel gives none, whatever the type says, when the client has gone already.</param>
    public override void Abort(ConnectionAbortedException? abortReason)
    {
        Close(abortReason ?? s_regularEnd, reset: abortReason is not null);
        _output.Reader.CancelPendingRead();
    }

    /// <summary>
    /// Sends what the application has written and the end, discards what still arrives until the client's end or a limit, closes the
    /// socket, and gives its place back. An abort cuts all of it short.
    /// </summary>
    public override async ValueTask DisposeAsync()
    {
        _input.Reader.Complete();
        _output.Writer.Complete();
        await _sending.ConfigureAwait(false);
        if (_endReason is null)
        {
            await _socket.DiscardReceivedAsync(_linger).ConfigureAwait(false);
        }

        Close(s_regularEnd, reset: false);
        await _received.Task.ConfigureAwait(false);
        _closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private static readonly ConnectionAbortedException s_regularEnd = new("The connection was closed by the application.");

    private void Close(Exception reason, bool reset)
    {
        lock (_gate)
        {
            if (_endReason is not null)
            {
                return;
            }

            // First the reason: a loop that finds the socket closed looks for it.
            _endReason = reason;
        }

        if (reset)
        {
            if (_logger.IsEnabled(LogLevel.Debug))
            {
                TransportLog.SendingReset(_logger, ConnectionId, reason.Message);
            }

            // struct linger: on, for 0 seconds. The peer sees at once that the end is not a regular one, where the radio can do it.
            _ = _socket.TrySetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, 1, 0);
        }

        _socket.Close();
    }

    /// <summary>What the application gets for a failure of the socket, with the log entry that Kestrel makes for it.</summary>
    private Exception ToException(Errno errno, string operation)
    {
        if (_endReason is { } ours)
        {
            return ours;
        }

        if (errno == Errno.EBADF)
        {
            return new ConnectionAbortedException($"The socket was closed, or the pool of radio {_socket.Pool.Radio.Name} disposed.");
        }

        PoolSocketException error = _socket.CreateException(errno, operation, Deadline.Never);
        if (errno is Errno.ECONNRESET or Errno.EPIPE or Errno.ECONNABORTED)
        {
            if (_logger.IsEnabled(LogLevel.Debug))
            {
                TransportLog.Reset(_logger, ConnectionId);
            }

            return new ConnectionResetException(error.Message, error);
        }

        if (_logger.IsEnabled(LogLevel.Debug))
        {
            TransportLog.Failed(_logger, ConnectionId, error);
        }

        return error;
    }

    /// <summary>The application's ends of the pipes.</summary>
    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
