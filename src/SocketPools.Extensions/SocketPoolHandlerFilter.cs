using System.Runtime.Versioning;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using SocketPools.Streams;

namespace SocketPools.Extensions;

/// <summary>Puts the primary handler of a client on its pool, when all that configures the client has run.</summary>
[UnsupportedOSPlatform("browser")]
internal sealed class SocketPoolHandlerFilter(IOptionsMonitor<PooledClientOptions> options) : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (options.Get(builder.Name).FindPool is { } findPool)
        {
            Attach(builder, findPool(builder.Services));
        }
    };

    private static void Attach(HttpMessageHandlerBuilder builder, SocketPool pool)
    {
        switch (builder.PrimaryHandler)
        {
            case SocketsHttpHandler handler:
                builder.PrimaryHandler = handler.UseSocketPool(pool);
                break;
            case DelegatingHandler outer when FindLast(outer) is { InnerHandler: SocketsHttpHandler handler } last:
                HttpMessageHandler pooled = handler.UseSocketPool(pool);
                last.InnerHandler = last is SocketPoolHttpHandler ? handler : pooled;
                break;
            default:
                throw new InvalidOperationException(
                    $"The client \"{builder.Name}\" uses a socket pool, and its primary handler is {builder.PrimaryHandler.GetType()}, whose connections would pass the pool by. Use ConfigurePrimaryHttpMessageHandler with a SocketsHttpHandler, or UseSocketsHttpHandler, or leave UseSocketPool out.");
        }
    }

    private static DelegatingHandler FindLast(DelegatingHandler handler)
    {
        while (handler.InnerHandler is DelegatingHandler inner)
        {
            handler = inner;
        }

        return handler;
    }
}
