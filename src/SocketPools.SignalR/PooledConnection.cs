using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Connections.Client;
using SocketPools.Streams;

namespace SocketPools.SignalR;

/// <summary>
/// Stands in the three hooks of a connection's options. Each of them sees when another was replaced: what one makes would use the pool, and
/// what the other makes would pass it by.
/// </summary>
internal sealed class PooledConnection
{
    private readonly HttpConnectionOptions _options;
    private readonly SocketPool _pool;
    private readonly Func<HttpMessageHandler, HttpMessageHandler>? _wrap;
    private readonly Func<Task<string?>>? _findToken;

    private PooledConnection(HttpConnectionOptions options, SocketPool pool) =>
        (_options, _pool, _wrap, _findToken) = (options, pool, options.HttpMessageHandlerFactory, options.AccessTokenProvider);

    internal static void Attach(HttpConnectionOptions options, SocketPool pool)
    {
        if (options.WebSocketFactory is { } factory)
        {
            if (factory.Target is not PooledConnection former || !ReferenceEquals(former._pool.Radio, pool.Radio))
            {
                throw new InvalidOperationException(
                    "The options have a WebSocketFactory already, and UseSocketPool would replace it. Set either one: a factory of your own can call webSocket.ConnectAsync(uri, pool).");
            }

            former.ThrowIfReplaced();
            return;
        }

        PooledConnection connection = new(options, pool);
        options.HttpMessageHandlerFactory = connection.CreateHandler;
        options.WebSocketFactory = connection.ConnectWebSocketAsync;
        options.AccessTokenProvider = connection.FindTokenAsync;
    }

    private HttpMessageHandler CreateHandler(HttpMessageHandler given)
    {
        ThrowIfReplaced();
        HttpMessageHandler handler = _wrap is null ? given : _wrap(given) ?? throw new InvalidOperationException("HttpMessageHandlerFactory returned null.");
        DelegatingHandler? last = null;
        for (HttpMessageHandler? inner = handler; inner is DelegatingHandler outer and not SocketPoolHttpHandler; inner = outer.InnerHandler)
        {
            last = outer;
        }

        PooledHandler pooled = new(ToPool(last is null ? handler : last.InnerHandler));
        if (last is null)
        {
            return pooled;
        }

        last.InnerHandler = pooled;
        return handler;
    }

    private SocketPoolHttpHandler ToPool(HttpMessageHandler? handler) => handler switch
    {
        SocketPoolHttpHandler pooled when ReferenceEquals(pooled.Pool.Radio, _pool.Radio) => pooled,
        SocketsHttpHandler sockets => sockets.UseSocketPool(_pool),
        HttpClientHandler client when client.GetType() == typeof(HttpClientHandler) => ClientHandlerSettings.Copy(client, _options.Url).UseSocketPool(_pool),
        _ => throw new InvalidOperationException(
            $"The connection uses a socket pool, and its HttpMessageHandlerFactory ends in {(object?)handler?.GetType() ?? "nothing"}, whose connections would pass the pool by. End it in the handler that it was given, or in a SocketsHttpHandler."),
    };

    private Task<string?> FindTokenAsync()
    {
        ThrowIfReplaced();
        return _findToken is null ? Task.FromResult<string?>(null) : _findToken();
    }

    private async ValueTask<WebSocket> ConnectWebSocketAsync(WebSocketConnectionContext context, CancellationToken cancellationToken)
    {
        ThrowIfReplaced();
        ClientWebSocket webSocket = new();
        try
        {
            WebSocketSettings.Apply(webSocket.Options, context.Options);
            string? token = context.Options.AccessTokenProvider is { } findToken ? await findToken().ConfigureAwait(false) : null;
            if (!string.IsNullOrWhiteSpace(token))
            {
                webSocket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
            }

            await webSocket.ConnectAsync(context.Uri, _pool, cancellationToken).ConfigureAwait(false);
            return webSocket;
        }
        catch
        {
            webSocket.Dispose();
            throw;
        }
    }

    private void ThrowIfReplaced()
    {
        string? replaced =
            !ReferenceEquals(_options.HttpMessageHandlerFactory?.Target, this) ? nameof(HttpConnectionOptions.HttpMessageHandlerFactory)
            : !ReferenceEquals(_options.WebSocketFactory?.Target, this) ? nameof(HttpConnectionOptions.WebSocketFactory)
            : null;
        if (replaced is not null)
        {
            throw new InvalidOperationException(
                $"{replaced} was replaced after UseSocketPool: its connections would pass the pool by. Call UseSocketPool last, or on the HubConnectionBuilder.");
        }
    }

    /// <summary>Tells the pool's handler that the WebSockets are on the pool as well.</summary>
    private sealed class PooledHandler(SocketPoolHttpHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Options.Set(SocketPoolHttpHandler.CoversWebSockets, true);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
