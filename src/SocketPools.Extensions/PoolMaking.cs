using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SocketPools.Radios;

namespace SocketPools.Extensions;

/// <summary>How a container makes a pool from a radio and the options of its name.</summary>
internal static class PoolMaking
{
    internal static SocketPool Make(IServiceProvider services, Radio radio, string optionsName)
    {
        SocketPoolOptions options = services.GetRequiredService<IOptionsMonitor<SocketPoolOptions>>().Get(optionsName);
        SocketPool pool = new(radio);
        try
        {
            if (options.MaxSockets is { } maxSockets)
            {
                radio.MaxSockets = maxSockets;
            }

            pool.TrackCallers = options.TrackCallers;
            if (options.EnableLogging && services.GetService<ILoggerFactory>() is { } loggerFactory)
            {
                pool.AddObserver(new SocketPoolLogger(loggerFactory));
            }

            return pool;
        }
        catch
        {
            pool.Dispose();
            throw;
        }
    }
}
