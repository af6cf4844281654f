using System.Net;
using System.Net.WebSockets;
using System.Runtime.Versioning;

namespace SocketPools.Streams;

/// <summary>WebSockets over a pool: <c>await webSocket.ConnectAsync(uri, pool, cancellationToken)</c>.</summary>
[UnsupportedOSPlatform("browser")]
public static class PoolWebSocketExtensions
{
    /// <summary>
    /// Connects a WebSocket over a socket of a pool. <see cref="ClientWebSocket.ConnectAsync(Uri, CancellationToken)"/> alone always uses a
    /// socket of the system.
    /// </summary>
    /// <param name="webSocket">A WebSocket that was not connected yet.</param>
    /// <param name="uri">The address: <c>ws</c> or <c>wss</c>.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="cancellationToken">Ends the connect and leaves no socket behind.</param>
    /// <remarks>
    /// All of the WebSocket's options hold. Those about the connection (credentials, certificates, cookies, proxy) are moved to the handler that
    /// connects, so that they are unset afterwards. A full pool is waited for, within <see cref="SocketPool.CapacityTimeout"/>.
    /// </remarks>
    /// <exception cref="WebSocketException">
    /// The connect or the handshake failed. The reason is inside: an <see cref="OutOfSocketsException"/> if no place became free.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <example><code>await webSocket.ConnectAsync(new Uri("wss://example.com/feed"), pool, cancellationToken);</code></example>
    public static async Task ConnectAsync(this ClientWebSocket webSocket, Uri uri, SocketPool pool, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(webSocket);
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentNullException.ThrowIfNull(pool);

        // The WebSocket keeps its connection when the handler is disposed.
        using HttpMessageInvoker invoker = new(TakeSettings(webSocket.Options).UseSocketPool(pool));
        await webSocket.ConnectAsync(uri, invoker, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Moves the options about the connection to a handler: a WebSocket with a handler of its caller refuses them.</summary>
    private static SocketsHttpHandler TakeSettings(ClientWebSocketOptions options)
    {
        using ClientWebSocket untouched = new();
        IWebProxy? systemProxy = untouched.Options.Proxy;
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseCookies = options.Cookies is not null,
            Credentials = options.UseDefaultCredentials ? CredentialCache.DefaultCredentials : options.Credentials,
            UseProxy = options.Proxy is not null,
        };
        if (options.Cookies is { } cookies)
        {
            handler.CookieContainer = cookies;
        }

        if (!ReferenceEquals(options.Proxy, systemProxy))
        {
            handler.Proxy = options.Proxy;
        }

        handler.SslOptions.RemoteCertificateValidationCallback = options.RemoteCertificateValidationCallback;
        if (options.ClientCertificates.Count > 0)
        {
            handler.SslOptions.ClientCertificates = options.ClientCertificates;
        }

        options.UseDefaultCredentials = false;
        (options.Credentials, options.Cookies, options.Proxy) = (null, null, systemProxy);
        options.RemoteCertificateValidationCallback = null;
        options.ClientCertificates = [];
        return handler;
    }
}
