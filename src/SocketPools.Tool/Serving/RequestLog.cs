namespace SocketPools.Tool.Serving;

/// <summary>
/// Prints a line for each request from a thread of its own: an output without a reader, or that is paused, holds up the
/// prints and not the clients. Lines that find no room are counted instead.
/// </summary>
internal sealed class RequestLog : IDisposable
{
    private const int MaxWaiting = 10_000;
    private static readonly TimeSpan s_patienceAtEnd = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Queue<string> _waiting = [];
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread _thread;
    private readonly Action<string> _print;
    private long _lost;
    private bool _isClosed;

    /// <param name="print">Prints a line; it may block, and fail with an IOException, which ends the printing.</param>
    internal RequestLog(Action<string> print)
    {
        _print = print;
        _thread = new Thread(Print) { IsBackground = true, Name = "request log" };
        _thread.Start();
    }

    internal void Add(string line)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            if (_waiting.Count == MaxWaiting)
            {
                _lost++;
                return;
            }

            _waiting.Enqueue(line);
        }

        _wake.Release();
    }

    /// <summary>Prints what waits, if that does not take long.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        _wake.Release();
        _thread.Join(s_patienceAtEnd);
    }

    private void Print()
    {
        try
        {
            while (Next() is { } line)
            {
                _print(line);
            }
        }
        catch (IOException)
        {
            // The output has no reader any more. The server goes on in silence.
            lock (_gate)
            {
                _isClosed = true;
                _waiting.Clear();
            }
        }
    }

    /// <returns>Null when the log is closed and everything was printed.</returns>
    private string? Next()
    {
        _wake.Wait();
        lock (_gate)
        {
            if (_lost > 0 && _waiting.Count < MaxWaiting)
            {
                string gap = $"! {_lost} requests were not printed: the output was too slow";
                _lost = 0;
                _wake.Release();
                return gap;
            }

            return _waiting.TryDequeue(out string? line) ? line : null;
        }
    }
}
