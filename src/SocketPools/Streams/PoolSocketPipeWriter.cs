using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using SocketPools.Async;
using SocketPools.Radios;

namespace SocketPools.Streams;

/// <summary>
/// Collects what is written in pages, and sends them together when it is flushed. One thread writes, as in every
/// <see cref="PipeWriter"/>; any thread may cancel.
/// </summary>
internal sealed class PoolSocketPipeWriter(PoolSocketStream stream) : PipeWriter
{
    private const int PageSize = 4096;

    private readonly Lock _cancelGate = new();
    private PipePage? _first;
    private PipePage? _last;
    private int _handedOut;
    private long _written;
    private long _sent;
    private CancellationTokenSource? _cancel;
    private bool _completed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _written - _sent;

    /// <summary>What was written and not sent yet: a flush that was cancelled leaves the rest for the next.</summary>
    private ReadOnlySequence<byte> Unsent =>
        _first is null ? default : new ReadOnlySequence<byte>(_first, 0, _last!, _last!.Memory.Length).Slice(_sent);

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_completed)
        {
            throw new InvalidOperationException("The writer is completed: nothing can be written any more.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        int wanted = Math.Max(sizeHint, 1);
        if (_last is null || _last.Free.Length < wanted)
        {
            PipePage page = new(Math.Max(wanted, PageSize));
            _last?.Append(page);
            _first ??= page;
            _last = page;
        }

        _handedOut = _last.Free.Length;
        return _last.Free;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        // Only what was asked for since the last flush: the page's old bytes are not to go out again.
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _handedOut);
        _last?.Take(bytes);
        _handedOut -= bytes;
        _written += bytes;
    }

    public override void CancelPendingFlush()
    {
        CancellationTokenSource cancel;
        lock (_cancelGate)
        {
            cancel = _cancel ??= new CancellationTokenSource();
        }

        cancel.Cancel();
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        UnflushedBytes == 0
            ? ValueTask.FromResult(new FlushResult(TakeCancel(), isCompleted: false))
            : SendAsync(cancellationToken);

    /// <summary>Sends what is left, unless there was an error, and ends sending.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (_completed)
        {
            return;
        }

        _completed = true;
        try
        {
            if (exception is null && stream.CanWrite)
            {
                foreach (ReadOnlyMemory<byte> piece in Unsent)
                {
                    stream.Write(piece.Span);
                }

                EndSending();
            }
        }
        finally
        {
            Clear();
        }
    }

    /// <summary>As <see cref="Complete"/>, without holding a thread. Cancelling the flush drops what is left, and sends no end.</summary>
    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (_completed)
        {
            return;
        }

        _completed = true;
        try
        {
            if (exception is null && stream.CanWrite)
            {
                TakeCancel(); // meant for a flush, and none came
                if (UnflushedBytes == 0 || !(await SendAsync(CancellationToken.None).ConfigureAwait(false)).IsCanceled)
                {
                    EndSending();
                }
            }
        }
        finally
        {
            Clear();
        }
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<FlushResult> SendAsync(CancellationToken cancellationToken)
    {
        CancellationToken cancelled = CancelToken();
        using CancellationTokenSource? both =
            cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, cancelled) : null;
        try
        {
            Deadline deadline = stream.StartWrite();
            while (UnflushedBytes > 0)
            {
                _sent += await stream.WritePartAsync(Unsent, deadline, both?.Token ?? cancelled).ConfigureAwait(false);
            }

            Clear();
            return new FlushResult(isCanceled: false, isCompleted: false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            TakeCancel();
            return new FlushResult(isCanceled: true, isCompleted: false);
        }
    }

    /// <summary>What ends the next flush, or the one after a flush that was faster.</summary>
    private CancellationToken CancelToken()
    {
        lock (_cancelGate)
        {
            return (_cancel ??= new CancellationTokenSource()).Token;
        }
    }

    private bool TakeCancel()
    {
        lock (_cancelGate)
        {
            if (_cancel is not { IsCancellationRequested: true })
            {
                return false;
            }

            _cancel = null;
            return true;
        }
    }

    private void EndSending()
    {
        try
        {
            stream.CompleteWrites();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The connection is gone, and no peer can read the end.
        }
    }

    /// <summary>Gives all pages back but the last, which the next bytes go to.</summary>
    private void Clear()
    {
        for (PipePage? page = _first; page is not null;)
        {
            PipePage? next = (PipePage?)page.Next;
            if (page != _last || _completed)
            {
                page.Return();
            }

            page = next;
        }

        _handedOut = 0;
        _written = _sent = 0;
        _first = _last = _completed ? null : _last;
        _last?.Reset();
    }
}
