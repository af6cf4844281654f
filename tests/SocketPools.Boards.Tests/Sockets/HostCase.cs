using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards.Tests.Sockets;

/// <summary>A board's pool on the host radio, whose peers are on this machine.</summary>
public abstract class HostCase : IDisposable
{
    private readonly List<IDisposable> _ends = [];

    internal SocketPool NewPool(BoardProfile profile, TimeProvider? clock = null)
    {
        Radio host = clock is null ? new HostNetwork() : new WrappedRadio(new HostNetwork(), static (radio, inner) => new WrappedSocket(radio, inner), clock);
        SocketPool pool = SocketPool.For(new BoardRadio(host, profile) { ReachesThisMachine = true });
        _ends.Add(pool);
        return pool;
    }

    internal Peer NewPeer(Func<Socket, Task> script)
    {
        Peer peer = new(script);
        _ends.Add(peer);
        return peer;
    }

    internal static PoolSocket Connect(SocketPool pool, Peer peer, double? timeout = 5)
    {
        PoolSocket socket = pool.CreateSocket();
        socket.SetTimeout(5);
        socket.Connect(peer.EndPoint);
        socket.SetTimeout(timeout);
        return socket;
    }

    internal static PoolSocketException Fails(Errno errno, Action action)
    {
        PoolSocketException error = Assert.Throws<PoolSocketException>(action);
        Assert.Equal(errno, error.Errno);
        return error;
    }

    internal static IPEndPoint Nobody()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    public void Dispose()
    {
        foreach (IDisposable end in Enumerable.Reverse(_ends))
        {
            end.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
