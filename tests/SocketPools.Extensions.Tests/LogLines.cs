using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SocketPools.Extensions.Tests;

/// <summary>A log that keeps what is written to the pools' category.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];

    internal string[] All => [.. _lines];

    internal TaskCompletionSource Warned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ILogger CreateLogger(string categoryName) =>
        categoryName == "SocketPools" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public void Dispose() => _lines.Enqueue("disposed");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _lines.Enqueue($"{logLevel} {eventId.Id} {eventId.Name}: {formatter(state, exception)}");
        if (logLevel == LogLevel.Warning)
        {
            Warned.TrySetResult();
        }
    }
}
