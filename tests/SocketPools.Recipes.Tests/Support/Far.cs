using System.Net;
using SocketPools.Streams;
using SocketPools.Tests;

namespace SocketPools.Recipes.Tests;

/// <summary>A peer in the test's process on the far one of two stacks: one connection, which a piece of code serves.</summary>
internal sealed class Far : IAsyncDisposable
{
    private readonly TwoStacks _network = new();
    private readonly PoolSocket _listener;
    private readonly Task _serving;

    internal Far(Func<Stream, Task> serve)
    {
        _listener = _network.Far.CreateSocket();
        _listener.Bind(new IPEndPoint(TwoStacks.FarAddress, 0));
        _listener.Listen(4);
        Port = _listener.LocalEndPoint.Port;
        _serving = ServeAsync(serve);
    }

    internal static string Host => TwoStacks.FarAddress.ToString();

    internal int Port { get; }

    internal SocketPool Pool => _network.Near;

    public async ValueTask DisposeAsync()
    {
        await _serving.WaitAsync(TimeSpan.FromSeconds(120));
        _network.Dispose();
    }

    private async Task ServeAsync(Func<Stream, Task> serve)
    {
        using PoolSocket socket = await _listener.AcceptAsync();
        socket.NoDelay = true;
        await using PoolSocketStream stream = new(socket);
        await serve(stream);
    }
}
