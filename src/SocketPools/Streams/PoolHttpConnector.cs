using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Slots;

namespace SocketPools.Streams;

/// <summary>Makes the connections of one <see cref="SocketsHttpHandler"/>, and knows which requests wait for a place.</summary>
[UnsupportedOSPlatform("browser")]
internal sealed class PoolHttpConnector
{
    private readonly SocketsHttpHandler _handler;

    // The last connect to each host, unless it found a place.
    private readonly ConcurrentDictionary<string, PendingConnect> _latest = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConditionalWeakTable<HttpRequestMessage, PendingConnect> _connects = [];

    // Connects under way, each with its host.
    private readonly ConcurrentDictionary<PendingConnect, string> _pending = [];
    private int _pendingCount;

    private PoolHttpConnector(SocketPool pool, SocketsHttpHandler handler) => (Pool, _handler) = (pool, handler);

    internal SocketPool Pool { get; }

    /// <summary>Puts a handler on a pool.</summary>
    /// <exception cref="InvalidOperationException">The handler has another ConnectCallback, or has sent a request.</exception>
    internal static PoolHttpConnector Attach(SocketPool pool, SocketsHttpHandler handler)
    {
        if (handler.ConnectCallback is { } callback)
        {
            return callback.Target is PoolHttpConnector connector && connector.Pool.SharesWith(pool)
                ? connector
                : throw new InvalidOperationException(
                    "The handler has a ConnectCallback already, and UseSocketPool would replace it. Set either one: a callback of your own can call pool.ConnectStreamAsync.");
        }

        PoolHttpConnector made = new(pool, handler);
        handler.ConnectCallback = made.ConnectAsync;
        return made;
    }

    /// <summary>Says that the handler was taken off the pool.</summary>
    internal void ThrowIfReplaced(SocketsHttpHandler handler)
    {
        if (handler.ConnectCallback is not { } callback || !ReferenceEquals(callback.Target, this))
        {
            throw new InvalidOperationException(
                "The handler's ConnectCallback was replaced after UseSocketPool: its connections would pass the pool by. Set either one.");
        }
    }

    /// <summary>
    /// Why a request could not be sent, if it was waiting for a place when it was cancelled: null if it was not, or if the reason is in its
    /// exception already.
    /// </summary>
    internal OutOfSocketsException? FindRefusal(HttpRequestMessage request, Exception error)
    {
        for (Exception? e = error; e is not null; e = e.InnerException)
        {
            if (e is OutOfSocketsException)
            {
                return null;
            }
        }

        return HasWaited(request) ? Pool.OutOfSockets() : null;
    }

    /// <summary>The request has its response, or has failed. A connect that was begun for it may go on, and is then for others.</summary>
    internal void End(HttpRequestMessage request)
    {
        if (Volatile.Read(ref _pendingCount) > 0 && _connects.TryGetValue(request, out PendingConnect? own))
        {
            own.HasLostRequest = true;
        }
    }

    /// <summary>Whether the connection for a request, or one that it waits for with others, waits for a place.</summary>
    private bool HasWaited(HttpRequestMessage request)
    {
        if (_connects.TryGetValue(request, out PendingConnect? own))
        {
            return own.IsWaiting;
        }

        // All HTTP/2 requests to a host wait for the same connection. One of HTTP/1.1 waits for a connection that was begun for a request which
        // has ended before: the handler begins no other one meanwhile.
        string authority = AuthorityOf(request);
        return !Pool.HasRoom && (request.Version.Major >= 2
            ? _latest.TryGetValue(authority, out PendingConnect? latest) && latest.IsWaiting
            : _pending.Any(pair => pair.Key is { HasLostRequest: true, IsWaiting: true } && string.Equals(pair.Value, authority, StringComparison.OrdinalIgnoreCase)));
    }

    private static string AuthorityOf(HttpRequestMessage request) => request.RequestUri?.GetLeftPart(UriPartial.Authority) ?? "";

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        (string host, int port) = (context.DnsEndPoint.Host.Trim('[', ']'), context.DnsEndPoint.Port);
        PoolSocket socket;
        PendingConnect connect = new(context);
        string authority = AuthorityOf(context.InitialRequestMessage);
        _latest[authority] = connect;
        _connects.AddOrUpdate(context.InitialRequestMessage, connect);
        _pending[connect] = authority;
        Interlocked.Increment(ref _pendingCount);
        try
        {
            socket = await Pool.ConnectWhenRoomAsync(host, port, connect, Deadline.Never, WaitLimit(), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (e.InnerException is OutOfSocketsException full)
        {
            // The handler makes a cancellation of it again and keeps this inside; of a cancellation it would keep nothing.
            throw full;
        }
        finally
        {
            Interlocked.Decrement(ref _pendingCount);
            _pending.TryRemove(connect, out _);
            if (!connect.IsWaiting)
            {
                _latest.TryRemove(new KeyValuePair<string, PendingConnect>(authority, connect));
            }
        }

        try
        {
            // A radio may not know the option: without it the client is still one.
            _ = socket.TrySetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1);

            // A client that closes has its answer, or wants none: there is nothing that the server could lose.
            return new PoolSocketStream(socket) { LingerTimeout = TimeSpan.Zero };
        }
        catch
        {
            socket.Close();
            throw;
        }
    }

    /// <summary>
    /// A wait ends shortly before ConnectTimeout: after that the handler reports a cancellation, which policies do not take for a failed
    /// connection (gRPC's Unavailable, retries of HttpRequestException).
    /// </summary>
    private Deadline WaitLimit()
    {
        TimeSpan timeout = _handler.ConnectTimeout;
        return timeout == Timeout.InfiniteTimeSpan || timeout > CallTimeout.Max
            ? Deadline.Never
            : new Deadline(TimeProvider.System, timeout - TimeSpan.FromTicks(Math.Min(timeout.Ticks / 4, TimeSpan.TicksPerSecond / 4)));
    }

    /// <summary>A connection that is being made, and the request that it was begun for.</summary>
    private sealed class PendingConnect(SocketsHttpConnectionContext context)
        : WaitSubject($"{VisibleText.Escape(context.DnsEndPoint.Host)}:{context.DnsEndPoint.Port}")
    {
        /// <summary>Whether the request that it was begun for has ended.</summary>
        internal volatile bool HasLostRequest;
    }
}
