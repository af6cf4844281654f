using System.Runtime.CompilerServices;

namespace SocketPools.Tests.Pool;

public sealed class LeakTests
{
    [Fact]
    public async Task A_socket_nobody_closed_gives_its_place_back_when_it_is_collected_and_is_reported()
    {
        using TestPool pool = new();
        pool.Pool.TrackCallers = true;
        TaskCompletionSource<Diagnostics.SocketSnapshot> reported = new(TaskCreationOptions.RunContinuationsAsynchronously);
        pool.Pool.SocketLeaked += (_, e) => reported.TrySetResult(e.Socket);
        long number = MakeAndForget(pool.Pool);
        SocketLeakException error = Assert.Throws<SocketLeakException>(pool.Pool.AssertNoLeaks);
        Assert.Equal(1, error.LeakedCount);
        Assert.Empty(error.Open);
        Assert.Contains("LeakTests.cs:", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, pool.Pool.OpenCount);
        Assert.Equal(1, pool.Pool.LeakedCount);
        Diagnostics.SocketSnapshot socket = await reported.Task;
        Assert.Equal(number, socket.Id);
    }

    [Fact]
    public void An_open_socket_is_a_leak_and_a_closed_one_is_none()
    {
        using TestPool pool = new();
        PoolSocket socket = pool.Pool.CreateSocket();
        SocketLeakException error = Assert.Throws<SocketLeakException>(pool.Pool.AssertNoLeaks);
        Assert.Single(error.Open);
        Assert.Contains("TrackCallers", error.Message, StringComparison.Ordinal);
        socket.Close();
        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public void A_connect_that_failed_and_a_socket_that_could_not_be_made_leave_nothing()
    {
        using TestPool pool = new();
        Assert.Throws<PoolSocketException>(() => pool.Pool.CreateSocket((System.Net.Sockets.AddressFamily)99));
        Assert.Throws<PoolSocketException>(() => pool.Pool.CreateSocket(type: (System.Net.Sockets.SocketType)99));
        Assert.Equal(0, pool.Pool.OpenCount);
        Assert.Equal(0, pool.Pool.TotalOpened);
        pool.Pool.AssertNoLeaks();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long MakeAndForget(SocketPool pool) => pool.CreateSocket().Id;
}
