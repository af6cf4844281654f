using System.Runtime.CompilerServices;
using SocketPools.Radios;

namespace SocketPools.Tests.Pool;

/// <summary>A pool that becomes full between the taking of a connection and the looking for its place.</summary>
public sealed class ParkedConnectionTests
{
    [Fact]
    public void A_parked_connection_is_ready_and_the_next_accept_returns_it()
    {
        HookedRadio radio = new(maxSockets: 2);
        using SocketPool pool = new(radio);
        PoolSocket listener = Park(radio, pool, out PoolSocket last);
        Assert.Equal(Readiness.Readable, listener.Poll(Readiness.Readable, TimeSpan.Zero));
        Assert.Throws<OutOfSocketsException>(() => listener.Accept());
        last.Close();
        listener.Accept().Close();
        listener.Close();
        Assert.Equal(0, radio.OpenSockets);
    }

    [Fact]
    public void Disposing_the_pool_closes_parked_connections_too()
    {
        HookedRadio radio = new(maxSockets: 2);
        SocketPool pool = new(radio);
        PoolSocket listener = Park(radio, pool, out _);
        Assert.Equal(3, radio.OpenSockets);
        pool.Dispose();
        Assert.Equal(0, radio.OpenSockets);
        listener.Close();
    }

    [Fact]
    public void Collecting_a_listener_closes_parked_connections_too()
    {
        HookedRadio radio = new(maxSockets: 2);
        using SocketPool pool = new(radio);
        ParkAndForget(radio, pool);
        Assert.Equal(2, Assert.Throws<SocketLeakException>(pool.AssertNoLeaks).LeakedCount);
        Assert.Equal(0, radio.OpenSockets);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ParkAndForget(HookedRadio radio, SocketPool pool) => Park(radio, pool, out _);

    private static PoolSocket Park(HookedRadio radio, SocketPool pool, out PoolSocket last)
    {
        using TestPool clients = new();
        PoolSocket listener = pool.CreateSocket();
        listener.Bind("127.0.0.1", 0);
        listener.Listen();
        clients.Pool.CreateSocket().Connect(listener.LocalEndPoint);
        PoolSocket? taken = null;
        radio.Accepted = () => taken = pool.CreateSocket();
        Assert.Throws<OutOfSocketsException>(() => listener.Accept());
        radio.Accepted = null;
        last = taken!;
        return listener;
    }
}
