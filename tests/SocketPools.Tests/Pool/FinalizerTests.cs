using System.Runtime.CompilerServices;
using SocketPools.Tests.Telemetry;

namespace SocketPools.Tests.Pool;

/// <summary>One thread runs all finalizers of the process: a socket that nobody closed must not hold it.</summary>
[Collection(AloneCollection.Name)]
public sealed class FinalizerTests
{
    // Far longer than a slow machine needs, far shorter than what the tests make a close wait for.
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_collected_socket_with_linger_and_unsent_data_does_not_hold_the_finalizers_thread(bool isPortable)
    {
        using TestPool pool = new(isPortable ? new HostNetwork(null, new SocketPools.Host.Portable.PortableBackend()) : new HostNetwork());
        PoolSocket peer = LeaveLingering(pool);
        await Task.Run(CollectGarbage).WaitAsync(s_soon);
        SocketLeakException leak = await Task.Run(() => Assert.Throws<SocketLeakException>(pool.Pool.AssertNoLeaks)).WaitAsync(s_soon);
        Assert.Equal(1, leak.LeakedCount);

        // What was sent arrives nevertheless, and then the end.
        byte[] buffer = new byte[1 << 16];
        int count = 0;
        while (peer.ReceiveInto(buffer) is > 0 and var received)
        {
            count += received;
        }

        Assert.True(count > buffer.Length);
        peer.Close();
    }

    [Fact]
    public async Task A_radio_whose_close_waits_is_not_waited_for_by_the_finalizers_thread()
    {
        using ManualResetEventSlim mayClose = new();
        HookedRadio radio = new();
        using SocketPool pool = new(radio);
        using SemaphoreSlim closing = new(0);
        radio.Closing = () =>
        {
            closing.Release();
            mayClose.Wait();
        };
        MakeAndForget(pool);
        await Task.Run(CollectGarbage).WaitAsync(s_soon);
        Assert.True(await closing.WaitAsync(s_soon));
        Assert.Equal(1, pool.OpenCount);
        mayClose.Set();
        SocketLeakException leak = await Task.Run(() => Assert.Throws<SocketLeakException>(pool.AssertNoLeaks)).WaitAsync(s_soon);
        Assert.Equal(1, leak.LeakedCount);
        Assert.Empty(leak.Open);
        Assert.Equal(0, pool.OpenCount);
    }

    [Fact]
    public void A_radio_whose_close_throws_is_reported_and_the_place_is_given_back()
    {
        HookedRadio radio = new();
        using SocketPool pool = new(radio);
        List<string> reports = [];
        using CallbackExceptionTests.Subscription subscription = new((_, e) => reports.Add($"{e.Callback}: {e.Exception.Message}"));
        radio.Closing = () => throw new InvalidOperationException("no close");
        pool.CreateSocket().Close();
        MakeAndForget(pool);
        Assert.Equal(1, Assert.Throws<SocketLeakException>(pool.AssertNoLeaks).LeakedCount);
        Assert.Equal(["RadioSocket.Close: no close", "RadioSocket.Close: no close"], reports);
        Assert.Equal(0, pool.OpenCount);
        radio.Closing = null;
    }

    private static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeAndForget(SocketPool pool) => _ = pool.CreateSocket().Id;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PoolSocket LeaveLingering(TestPool pool)
    {
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        client.SetTimeout(0);
        try
        {
            while (true)
            {
                client.Send(new byte[1 << 16]);
            }
        }
        catch (PoolSocketException)
        {
            // The buffers of both sides are full.
        }

        client.SetBlocking(true);
        client.SetRawSocketOption(1, 13, [1, 0, 0, 0, 120, 0, 0, 0]); // SOL_SOCKET, SO_LINGER: on, 120 s
        return pool.Keep(server);
    }
}
