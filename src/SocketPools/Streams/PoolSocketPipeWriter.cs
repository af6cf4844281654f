using System.Buffers;
using System.IO.Pipelines;

namespace SocketPools.Streams;

/// <summary>
/// Collects what is written in pages, and sends them together when it is flushed. One thread writes, as in every
/// <see cref="PipeWriter"/>; any thread may cancel.
/// </summary>
internal sealed class PoolSocketPipeWriter(PoolSocketStream stream) : PipeWriter
{
    private const int PageSize = 4096;

    private readonly Lock _cancelGate = new();
    private Page? _first;
    private Page? _last;
    private long _written;
    private long _sent;
    private CancellationTokenSource? _flush;
    private bool _cancelNext;
    private bool _completed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _written - _sent;

    /// <summary>What was written and not sent yet: a flush that was cancelled leaves the rest for the next.</summary>
    private ReadOnlySequence<byte> Unsent =>
        _first is null ? default : new ReadOnlySequence<byte>(_first, 0, _last!, _last!.Memory.Length).Slice(_sent);

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        ThrowIfCompleted();
        int wanted = Math.Max(sizeHint, 1);
        if (_last is null || _last.Free.Length < wanted)
        {
            Page page = new(Math.Max(wanted, PageSize));
            _last?.Append(page);
            _first ??= page;
            _last = page;
        }

        return _last.Free;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        int free = _last?.Free.Length ?? 0;
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, free);
        _last?.Take(bytes);
        _written += bytes;
    }

    public override void CancelPendingFlush()
    {
        lock (_cancelGate)
        {
            _cancelNext = _flush is null;
            _flush?.Cancel();
        }
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (UnflushedBytes == 0 || _completed)
        {
            return new FlushResult(TakeCancel(), _completed);
        }

        using CancellationTokenSource flush = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (!TryBegin(flush))
        {
            return new FlushResult(isCanceled: true, isCompleted: false);
        }

        try
        {
            while (UnflushedBytes > 0)
            {
                _sent += await stream.WritePartAsync(Unsent, flush.Token).ConfigureAwait(false);
            }

            Clear();
            return new FlushResult(isCanceled: false, isCompleted: false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new FlushResult(isCanceled: true, isCompleted: false);
        }
        finally
        {
            lock (_cancelGate)
            {
                _flush = null;
            }
        }
    }

    /// <summary>Sends what is left, unless there was an error, and ends sending.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (!_completed)
        {
            _completed = true;
            try
            {
                if (exception is null)
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
    }

    /// <summary>Sends what is left, unless there was an error, and ends sending.</summary>
    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (!_completed)
        {
            if (exception is null)
            {
                await FlushAsync().ConfigureAwait(false);
            }

            Complete(exception);
        }
    }

    private bool TryBegin(CancellationTokenSource flush)
    {
        lock (_cancelGate)
        {
            if (TakeCancelUnsynchronized())
            {
                return false;
            }

            _flush = flush;
            return true;
        }
    }

    private bool TakeCancel()
    {
        lock (_cancelGate)
        {
            return TakeCancelUnsynchronized();
        }
    }

    private bool TakeCancelUnsynchronized()
    {
        bool cancel = _cancelNext;
        _cancelNext = false;
        return cancel;
    }

    private void EndSending()
    {
        try
        {
            stream.CompleteWrites();
        }
        catch (IOException)
        {
            // The connection is gone, and nobody is there to read the end.
        }
    }

    /// <summary>Gives all pages back but the last, which the next bytes go to.</summary>
    private void Clear()
    {
        for (Page? page = _first; page is not null; page = (Page?)page.Next)
        {
            if (page != _last || _completed)
            {
                page.Return();
            }
        }

        _written = _sent = 0;
        _first = _last = _completed ? null : _last;
        _last?.Reset();
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
        {
            throw new InvalidOperationException("The writer is completed: nothing can be written any more.");
        }
    }

    private sealed class Page(int size) : ReadOnlySequenceSegment<byte>
    {
        private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(size);

        internal Memory<byte> Free => _bytes.AsMemory(Memory.Length);

        internal void Take(int count) => Memory = _bytes.AsMemory(0, Memory.Length + count);

        internal void Append(Page page)
        {
            page.RunningIndex = RunningIndex + Memory.Length;
            Next = page;
        }

        internal void Reset()
        {
            Memory = default;
            Next = null;
            RunningIndex = 0;
        }

        internal void Return() => ArrayPool<byte>.Shared.Return(_bytes);
    }
}
