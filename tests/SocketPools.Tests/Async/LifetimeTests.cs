using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace SocketPools.Tests.Async;

/// <summary>Nothing of a finished call holds on to its socket, and a pending one does.</summary>
public sealed class LifetimeTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(300.0)]
    public async Task A_socket_that_is_idle_after_asynchronous_use_is_collected_and_reported(double? timeout)
    {
        using TestPool pool = new();
        PoolSocket peer = pool.Udp();
        await UseAndForget(pool.Pool, peer, timeout);
        await Task.Yield(); // away from the stack of the method that has just ended
        SocketLeakException error = Assert.Throws<SocketLeakException>(pool.Pool.AssertNoLeaks);
        Assert.Equal(1, error.LeakedCount);
        Assert.Equal(1, pool.Pool.OpenCount);
        GC.KeepAlive(peer);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(300.0)]
    public async Task A_call_that_waits_keeps_its_socket(double? timeout)
    {
        using TestPool pool = new();
        PoolSocket peer = pool.Udp();
        (Task<int> receiving, IPEndPoint address) = StartAndForget(pool.Pool, timeout);
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(2, pool.Pool.OpenCount);
        await peer.SendToAsync(new byte[1], address);
        Assert.Equal(1, await receiving);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task UseAndForget(SocketPool pool, PoolSocket peer, double? timeout) => Task.Run(async () =>
    {
        PoolSocket socket = pool.CreateSocket(type: SocketType.Dgram);
        socket.Bind("127.0.0.1", 0);
        socket.SetTimeout(timeout);
        for (int i = 0; i < 10; i++)
        {
            ValueTask<int> receiving = socket.ReceiveIntoAsync(new byte[1]);
            await peer.SendToAsync(new byte[1], socket.LocalEndPoint);
            await receiving;
        }

        using CancellationTokenSource end = new();
        ValueTask<int> cancelled = socket.ReceiveIntoAsync(new byte[1], end.Token);
        await end.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await cancelled);
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (Task<int> Receiving, IPEndPoint Address) StartAndForget(SocketPool pool, double? timeout)
    {
        PoolSocket socket = pool.CreateSocket(type: SocketType.Dgram);
        socket.Bind("127.0.0.1", 0);
        socket.SetTimeout(timeout);
        return (socket.ReceiveIntoAsync(new byte[1]).AsTask(), socket.LocalEndPoint);
    }
}
