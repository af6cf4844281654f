using System.Net;
using System.Net.Sockets;

namespace SocketPools.Boards.Tests.Sockets;

/// <summary>A server of the system's on a port of its own, with a script for its one connection.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task _script;

    internal Peer(Func<Socket, Task> script)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(8);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _script = RunAsync(script);
    }

    internal IPEndPoint EndPoint { get; }

    /// <summary>Completes when the script is over; its failure is the test's.</summary>
    internal Task Script => _script;

    public void Dispose() => _listener.Dispose();

    private async Task RunAsync(Func<Socket, Task> script)
    {
        using Socket client = await _listener.AcceptAsync();
        await script(client);
    }
}
