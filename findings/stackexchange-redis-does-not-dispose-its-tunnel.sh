#!/bin/bash
# StackExchange.Redis 3.4.35 (NuGet): the stream of a Tunnel is never disposed
#
# Guess: a stream that BeforeAuthenticateAsync returns belongs to the connection from then on, and is disposed when the connection ends or
# the multiplexer is closed.
# Observed: a second after the multiplexer was closed and disposed, Dispose has been called for none of its streams (Redis 7.0.15).
# Why it matters: a tunnel through a proxy, SSH or a pool of sockets keeps a socket with each reconnect until a garbage collection, and a
# pool with a limit is empty after a few faults of the network. Let the stream close its socket at the end of its reads.
source "$(dirname "$0")/support/lib.sh"
debian redis-tools=5:7.0.15-1~deb12u10 liblzf1=3.6-3 libjemalloc2=5.3.0-1 liblua5.1-0=5.1.5-9 lua-cjson=2.1.0+dfsg-2.2 lua-bitop=1.0.2-7
ln -s redis-check-rdb "$root/usr/bin/redis-server"
port=$(free_port)
start redis-server --port "$port" --bind 127.0.0.1 --save "" --dir "$work"
wait_tcp "$port"
out=$(PORT=$port csharp StackExchange.Redis@3.4.35 <<'CSHARP'
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

ConfigurationOptions options = new() { EndPoints = { { "127.0.0.1", int.Parse(Environment.GetEnvironmentVariable("PORT")) } }, AbortOnConnectFail = false, Tunnel = new Counting() };
ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(options);
await redis.GetDatabase().StringSetAsync("a", "b");
Console.WriteLine($"answer {await redis.GetDatabase().StringGetAsync("a")}, streams {Counted.Made > 0}");
await redis.CloseAsync();
await redis.DisposeAsync();
await Task.Delay(1000);
Console.WriteLine($"disposed {Counted.Disposed}");

sealed class Counting : Tunnel
{
    public override ValueTask<EndPoint> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken token) => new((EndPoint)null);

    public override async ValueTask<Stream> BeforeAuthenticateAsync(EndPoint endpoint, ConnectionType type, Socket socket, CancellationToken token)
    {
        Socket own = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await own.ConnectAsync(endpoint, token);
        return new Counted(own);
    }
}

sealed class Counted : NetworkStream
{
    public static int Made, Disposed;

    public Counted(Socket socket) : base(socket, ownsSocket: true) => Interlocked.Increment(ref Made);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Interlocked.Increment(ref Disposed);
        }
        base.Dispose(disposing);
    }
}
CSHARP
)
expect "with a Tunnel" "$out" $'answer b, streams True\ndisposed 0'
