using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;

namespace SocketPools.AspNetCore.Transport;

/// <summary>What the connections of a listener have in common.</summary>
internal sealed class ConnectionSettings(SocketPool pool, SocketPoolTransportOptions options, MemoryPool<byte> memory, ILogger logger)
{
    /// <summary>
    /// Whether to look for the rest of a request before the application runs (<see cref="InputForecast"/>). Only where bytes come in real time,
    /// and where the application does not start meanwhile.
    /// </summary>
    internal bool LooksForRest { get; } = pool.Radio is HostNetwork && !options.AlwaysUseThreadPool;

    internal MemoryPool<byte> Memory { get; } = memory;

    internal ILogger Logger { get; } = logger;

    /// <summary>How long an orderly close may take; null for what the pool says.</summary>
    internal TimeSpan? LingerTimeout { get; } = options.LingerTimeout;

    /// <summary>
    /// From the peer to the application. Receiving never blocks, so that it goes on wherever the application made room for it;
    /// where the application goes on is the scheduler's matter.
    /// </summary>
    internal PipeOptions Input { get; } = Pipe(
        memory, options.AlwaysUseThreadPool ? PipeScheduler.ThreadPool : InputScheduler.Instance, PipeScheduler.Inline, options.MaxReadBufferSize);

    /// <summary>
    /// From the application to the peer. An attempt to send never blocks, so that it is made where the application flushes. The
    /// application, which may block, is never run by the sender.
    /// </summary>
    internal PipeOptions Output { get; } = Pipe(
        memory, PipeScheduler.Inline, PipeScheduler.ThreadPool, options.MaxWriteBufferSize);

    // 0 is no limit to a pipe.
    private static PipeOptions Pipe(MemoryPool<byte> memory, PipeScheduler reader, PipeScheduler writer, long? limit) =>
        new(memory, reader, writer, pauseWriterThreshold: limit ?? 0, resumeWriterThreshold: (limit ?? 0) / 2, useSynchronizationContext: false);
}
