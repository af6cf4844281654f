using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace SocketPools.AspNetCore.Transport;

/// <summary>
/// Fails the start of a server whose IP endpoints would not be served by the pool that <c>UseSocketPool</c> named: another transport was
/// registered after it, or another pool.
/// </summary>
internal sealed class TransportOrder(IEnumerable<IConnectionListenerFactory> factories) : IPostConfigureOptions<KestrelServerOptions>
{
    private static readonly IPEndPoint s_anyIP = new(IPAddress.Loopback, 0);

    public void PostConfigure(string? name, KestrelServerOptions options)
    {
        // Kestrel's own rule: the last one that can bind an endpoint binds it, and one that does not say can bind all.
        IConnectionListenerFactory[] able = [.. factories.Where(factory => factory is not IConnectionListenerFactorySelector selector || selector.CanBind(s_anyIP))];
        if (able[^1] is not PoolTransportFactory chosen)
        {
            throw new InvalidOperationException(
                $"{able[^1].GetType().Name} was registered after UseSocketPool and would serve all IP endpoints without the pool. Call UseSocketPool after it.");
        }

        if (able.OfType<PoolTransportFactory>().FirstOrDefault(factory => factory.Pool!.Radio != chosen.Pool!.Radio) is { } other)
        {
            throw new InvalidOperationException(
                $"UseSocketPool was called for two pools, of {other.Pool!.Radio.Name} and of {chosen.Pool!.Radio.Name}. Name one of them in a SocketPoolEndPoint instead.");
        }
    }
}
