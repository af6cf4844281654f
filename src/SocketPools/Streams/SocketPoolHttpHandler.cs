using System.Net;
using System.Runtime.Versioning;

namespace SocketPools.Streams;

/// <summary>
/// A handler for HttpClient whose connections come from a pool: a <see cref="SocketsHttpHandler"/> inside does all of HTTP.
/// <see cref="PoolHttpExtensions.UseSocketPool"/> makes it.
/// </summary>
/// <remarks>
/// <para>A request that is cancelled, or that <see cref="HttpClient.Timeout"/> ends, while its connection waits for a place fails with an
/// <see cref="OutOfSocketsException"/> in the chain of its exception. A wait that reaches its own limit
/// (<see cref="SocketsHttpHandler.ConnectTimeout"/>, <see cref="SocketPool.CapacityTimeout"/>) is an <see cref="HttpRequestException"/> with
/// the same inside.</para>
/// <para>HTTP/3 is QUIC and uses none of the handler's connections. A request that may use a lower version uses it; one that must have
/// HTTP/3 fails with <see cref="HttpRequestException"/>.</para>
/// <para>SignalR's client gives its handler all requests but those of WebSockets. So its negotiation is refused, unless
/// <see cref="CoversWebSockets"/> says that these use the pool as well: the package SocketPools.SignalR sees to both.</para>
/// </remarks>
[UnsupportedOSPlatform("browser")]
public sealed class SocketPoolHttpHandler : DelegatingHandler
{
    // What SignalR's client sets on the request that chooses among its transports.
    private static readonly HttpRequestOptionsKey<bool> s_isNegotiation = new("IsNegotiate");

    private readonly SocketsHttpHandler _handler;
    private readonly PoolHttpConnector _connector;

    internal SocketPoolHttpHandler(SocketPool pool, SocketsHttpHandler handler)
    {
        _handler = handler;
        _connector = PoolHttpConnector.Attach(pool, handler);
        InnerHandler = handler;
    }

    /// <summary>
    /// An option of a request of SignalR's client. True declares that its WebSockets use the pool as well, or are not among its transports.
    /// <c>UseSocketPool</c> of the package SocketPools.SignalR sets it.
    /// </summary>
    public static HttpRequestOptionsKey<bool> CoversWebSockets { get; } = new("SocketPools.CoversWebSockets");

    /// <summary>Gets the pool whose sockets the handler uses.</summary>
    public SocketPool Pool => _connector.Pool;

    /// <summary>
    /// The handler inside, for code that asks for a <see cref="SocketsHttpHandler"/>. Its connections come from the pool, but nothing explains
    /// a request that ends while it waits for a place.
    /// </summary>
    /// <param name="handler">The handler.</param>
    public static implicit operator SocketsHttpHandler(SocketPoolHttpHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return handler._handler;
    }

    /// <summary>Gets the handler that sends the requests.</summary>
    public SocketsHttpHandler ToSocketsHttpHandler() => _handler;

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Prepare(request);
        try
        {
            return base.Send(request, cancellationToken);
        }
        catch (OperationCanceledException e) when (_connector.FindRefusal(request, e) is { } full)
        {
            throw Explain(e, full, cancellationToken);
        }
        finally
        {
            _connector.End(request);
        }
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Prepare(request);
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (_connector.FindRefusal(request, e) is { } full)
        {
            throw Explain(e, full, cancellationToken);
        }
        finally
        {
            _connector.End(request);
        }
    }

    private static TaskCanceledException Explain(OperationCanceledException e, OutOfSocketsException full, CancellationToken cancellationToken) =>
        new($"{e.Message} The request was waiting for a place in the pool. {full.Message}", full, e.CancellationToken.CanBeCanceled ? e.CancellationToken : cancellationToken);

    /// <summary>Refuses what would pass the pool by.</summary>
    private void Prepare(HttpRequestMessage request)
    {
        _connector.ThrowIfReplaced(_handler);
        if (request.Options.TryGetValue(s_isNegotiation, out bool isNegotiation) && isNegotiation
            && !(request.Options.TryGetValue(CoversWebSockets, out bool covers) && covers))
        {
            throw new InvalidOperationException(
                "SignalR's client uses its handler for everything but WebSockets, which would pass the pool by. Call UseSocketPool on HttpConnectionOptions or on the HubConnectionBuilder (package SocketPools.SignalR) in place of setting HttpMessageHandlerFactory.");
        }

        bool isSecure = request.RequestUri is { Scheme: "https" };
        if (request.Version.Major >= 3 && request.VersionPolicy != HttpVersionPolicy.RequestVersionOrLower)
        {
            throw new HttpRequestException(
                HttpRequestError.VersionNegotiationError,
                "HTTP/3 is QUIC, which takes no sockets from a pool. Ask for HTTP/2, or for RequestVersionOrLower.");
        }

        if (request.Version.Major >= 3 || (isSecure && request.VersionPolicy == HttpVersionPolicy.RequestVersionOrHigher))
        {
            // An "or higher" would follow Alt-Svc to HTTP/3; TLS chooses between the versions below it.
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);
        }
    }
}
