using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using SocketPools.Radios;

namespace SocketPools.AspNetCore.Transport;

// The sending loop. It runs where the application flushes, and leaves that thread when the socket takes no more.
internal sealed partial class PoolConnection
{
    // How long to linger after the end was sent; written by the sending loop at its end.
    private TimeSpan _linger;
    private bool _hasSent;

    private async Task SendAsync()
    {
        Exception? error = null;
        try
        {
            RadioResult result = RadioResult.Ok;
            while (!result.Failed)
            {
                ReadResult read = await _output.Reader.ReadAsync().ConfigureAwait(false);
                if (read.IsCanceled)
                {
                    break;
                }

                result = Send(read.Buffer);
                if (result.Errno == Errno.EAGAIN)
                {
                    result = await _socket.WaitUntilReadyAsync(Readiness.Writable).ConfigureAwait(false);
                }
                else if (read.IsCompleted && result.Count == read.Buffer.Length)
                {
                    break;
                }
            }

            error = result.Failed ? ToException(result.Errno, "send") : null;
        }
        catch (Exception e)
        {
            // The application has completed its output with an error.
            error = e;
        }

        EndSending(error);
    }

    /// <summary>Sends what fits and takes it out of the pipe.</summary>
    private RadioResult Send(in ReadOnlySequence<byte> data)
    {
        RadioResult sent = data.IsEmpty ? RadioResult.Ok : _socket.TrySend(data);
        if (sent.Count > 0)
        {
            _hasSent = true;
            _hasAnswered = true;
        }

        _output.Reader.AdvanceTo(sent.Failed ? data.Start : sent.Count == data.Length ? data.End : data.GetPosition(sent.Count));
        return sent;
    }

    /// <summary>After everything was sent the peer reads the end, and may still send; after a failure the connection is over.</summary>
    private void EndSending(Exception? error)
    {
        if (error is null)
        {
            if (_endReason is null)
            {
                if (_logger.IsEnabled(LogLevel.Debug))
                {
                    TransportLog.SendingEnd(_logger, ConnectionId);
                }

                TimeSpan limit = _hasSent ? _settings.LingerTimeout ?? _socket.Pool.LingerTimeout : TimeSpan.Zero;
                _linger = _socket.ShutdownSending(limit, waitsForPeer: true);
            }
        }
        else
        {
            Close(error, reset: true);
        }

        // Resets and aborts are no exception for a flush: the completed pipe says enough.
        _output.Reader.Complete(error as PoolSocketException);

        // The receiver may wait for room in a pipe without a reader.
        if (error is not null || _endReason is not null)
        {
            _input.Writer.CancelPendingFlush();
        }
    }
}
