using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SocketPools.Radios;

namespace SocketPools.AspNetCore.Transport;

// The receiving loop. It is no async method, because of its order: what it received wakes the application, which is to run on
// this thread, but only after the loop has begun its next wait. Then nothing that the application does can hold it up.
#pragma warning disable CA2012 // Each awaiter is asked for its result once, by the loop or by what follows its wait.
internal sealed partial class PoolConnection
{
    // Half of one of Kestrel's blocks: less would be many receives, more a block of its own each time.
    private const int MinBuffer = 2048;

    // How long to look for the rest of a request before the application runs: as long as the second send of a client on this machine takes.
    private static readonly long s_maxLook = 10 * TimeProvider.System.TimestampFrequency / 1_000_000;

    private readonly Action _onReadable;
    private readonly Action _onFlushed;
    private InputForecast _forecast;

    // Written by the sending loop. A value that is read too early makes a wrong forecast and nothing else.
    private bool _hasAnswered = true;

    private ConfiguredValueTaskAwaitable<RadioResult>.ConfiguredValueTaskAwaiter _readable;
    private ConfiguredValueTaskAwaitable<FlushResult>.ConfiguredValueTaskAwaiter _flushed;

    private enum Next
    {
        Receive,
        AfterReadable,
        AfterFlush,
        Nothing,
    }

    private void OnReadable()
    {
        _forecast.Begin(_hasAnswered);
        _hasAnswered = false;
        Receive(_readable.GetResult());
    }

    private void OnFlushed()
    {
        if (_logger.IsEnabled(LogLevel.Debug))
        {
            TransportLog.ReadingResumed(_logger, ConnectionId);
        }

        Receive(IsOver(_flushed.GetResult()) ? Errno.ECANCELED : RadioResult.Ok);
    }

    /// <summary>Receives until nothing is there, begins the next wait, and then runs the application.</summary>
    /// <param name="ready">Ok: something is there. EAGAIN: nothing is. Else why the loop ends.</param>
    private void Receive(RadioResult ready)
    {
        InputScheduler.Hold();
        Next next;
        int held = 0;
        try
        {
            do
            {
                if (held >= InputForecast.MaxBytes)
                {
                    InputScheduler.Dispatch();
                }

                next = ready.Errno switch
                {
                    Errno.None => ReceiveOnce(ref held),
                    Errno.EAGAIN => Next.AfterReadable,
                    Errno.ECANCELED => End(null),
                    _ => End(ToException(ready.Errno, "recv_into")),
                };
                if (next == Next.AfterReadable && _settings.LooksForRest && _forecast.ExpectsMore && held > 0)
                {
                    next = LookForRest(ref held);
                }

                if (next == Next.AfterReadable)
                {
                    next = AwaitReadable(out ready);
                }
            }
            while (next == Next.Receive);
        }
        catch (Exception e)
        {
            // No memory for a buffer, or a pool of buffers that is gone.
            TransportLog.Unexpected(_logger, ConnectionId, e);
            next = End(e);
        }

        // From the registration on, another thread may be in this loop.
        InputScheduler.Work application = InputScheduler.Release();
        switch (next)
        {
            case Next.AfterReadable:
                _readable.UnsafeOnCompleted(_onReadable);
                break;
            case Next.AfterFlush:
                _flushed.UnsafeOnCompleted(_onFlushed);
                break;
        }

        application.Run();
    }

    private Next ReceiveOnce(ref int held)
    {
        Memory<byte> buffer = _input.Writer.GetMemory(MinBuffer);
        RadioResult received = _socket.TryReceive(buffer.Span);
        if (received.Failed)
        {
            return received.Errno == Errno.EAGAIN ? Next.AfterReadable : End(ToException(received.Errno, "recv_into"));
        }

        if (received.Count == 0)
        {
            if (_logger.IsEnabled(LogLevel.Debug))
            {
                TransportLog.ReceivedEnd(_logger, ConnectionId);
            }

            return End(null);
        }

        held += received.Count;
        _forecast.Add(received.Count);
        _input.Writer.Advance(received.Count);
        _flushed = _input.Writer.FlushAsync().ConfigureAwait(false).GetAwaiter();
        if (!_flushed.IsCompleted)
        {
            if (_logger.IsEnabled(LogLevel.Debug))
            {
                TransportLog.ReadingPaused(_logger, ConnectionId);
            }

            return Next.AfterFlush;
        }

        if (IsOver(_flushed.GetResult()))
        {
            return End(null);
        }

        // A buffer that was not filled has emptied the socket.
        return received.Count == buffer.Length ? Next.Receive : Next.AfterReadable;
    }

    private Next LookForRest(ref int held)
    {
        int before = held;
        long start = TimeProvider.System.GetTimestamp();
        Next next;
        do
        {
            // The client's thread may need this processor to send the rest.
            Thread.Yield();
            next = ReceiveOnce(ref held);
        }
        while (next == Next.AfterReadable && held == before && TimeProvider.System.GetTimestamp() - start < s_maxLook);
        _forecast.Note(held > before);
        return next;
    }

    private Next AwaitReadable(out RadioResult ready)
    {
        _readable = _socket.WaitUntilReadyAsync(Readiness.Readable).ConfigureAwait(false).GetAwaiter();
        bool isReady = _readable.IsCompleted;
        ready = isReady ? _readable.GetResult() : Errno.EAGAIN;
        return isReady ? Next.Receive : Next.AfterReadable;
    }

    /// <summary>Nothing more will come: the application reads the end, or why there is none.</summary>
    private Next End(Exception? error)
    {
        _input.Writer.Complete(_endReason ?? error);

        // The callbacks are the application's. The source is disposed after them.
        ThreadPool.UnsafeQueueUserWorkItem(
            static connection =>
            {
                try
                {
                    connection._closed.Cancel();
                }
                catch (AggregateException e)
                {
                    TransportLog.Unexpected(connection._logger, connection.ConnectionId, e);
                }

                connection._received.TrySetResult();
            },
            this,
            preferLocal: false);

        // After them, so that a reader of the end finds the connection closed.
        InputScheduler.Dispatch();
        return Next.Nothing;
    }

    private static bool IsOver(FlushResult flushed) => flushed.IsCompleted || flushed.IsCanceled;
}
