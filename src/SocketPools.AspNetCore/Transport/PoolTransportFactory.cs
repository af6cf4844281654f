using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SocketPools.Radios;

namespace SocketPools.AspNetCore.Transport;

/// <summary>Which pool serves the ordinary IP endpoints; none serves only the endpoints that name a pool.</summary>
internal sealed record ServedPool(SocketPool? Pool);

/// <summary>Makes the listeners. Kestrel asks it first, because it was registered last.</summary>
internal sealed class PoolTransportFactory(
    ServedPool served, IOptions<SocketPoolTransportOptions> options, ILoggerFactory loggers, IMemoryPoolFactory<byte> memory)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly ILogger _logger = loggers.CreateLogger("SocketPools.AspNetCore.Transport");

    /// <summary>The pool of the ordinary IP endpoints, if there is one.</summary>
    internal SocketPool? Pool => served.Pool;

    public bool CanBind(EndPoint endpoint) =>
        endpoint is SocketPoolEndPoint || (endpoint is IPEndPoint && served.Pool is not null);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        (SocketPool pool, IPEndPoint address) = endpoint switch
        {
            SocketPoolEndPoint named => (named.Pool, named.Address),
            IPEndPoint ip when served.Pool is { } all => (all, ip),
            _ => throw new NotSupportedException($"A socket pool serves IP endpoints, not {endpoint}."),
        };

        PoolSocket socket = pool.CreateSocket(address.AddressFamily);
        try
        {
            Bind(socket, address);
            socket.Listen(options.Value.Backlog);
            IConnectionListener listener = new PoolListener(socket, options.Value, memory.Create(), _logger);
            return ValueTask.FromResult(listener);
        }
        catch (PoolSocketException e) when (e.Errno == Errno.EADDRINUSE)
        {
            // What Kestrel expects, and makes its own message of.
            socket.Close();
            throw new AddressInUseException(e.Message, e);
        }
        catch
        {
            socket.Close();
            throw;
        }
    }

    private static void Bind(PoolSocket socket, IPEndPoint address)
    {
        // As the BCL does it: a server that starts again finds its port, although old connections still linger on it. A radio without the
        // option serves as well.
        if (!OperatingSystem.IsWindows())
        {
            _ = socket.TrySetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, 1);
        }

        // "Any" means IPv4 as well. Where the radio refuses that, ListenAnyIP and http://* fall back to IPv4 by Kestrel's own rule, and
        // a caller that asked for [::] gets the reason.
        if (address.Address.Equals(IPAddress.IPv6Any))
        {
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, false);
        }

        socket.Bind(address);
    }
}
