using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Async;

/// <summary>Closing ends what waits, and what is over leaves nothing.</summary>
public sealed class EndTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(600.0)]
    public async Task Close_ends_every_call_that_waits_on_the_socket_with_EBADF(double? timeout)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket peer) = pool.TcpPair();
        PoolSocket listener = pool.Listener();
        PoolSocket full = TimeLimitTests.FullListener(pool.Pool);
        PoolSocket connecting = pool.Pool.CreateSocket();
        PoolSocket[] sockets = [client, listener, connecting];
        Array.ForEach(sockets, s => s.SetTimeout(timeout));
        Task[] calls =
        [
            client.ReceiveIntoAsync(new byte[1]).AsTask(),
            client.ReceiveIntoAsync(new byte[1]).AsTask(),
            client.ReceiveFromIntoAsync(new byte[1]).AsTask(),
            client.SendAllAsync(new byte[32 << 20]).AsTask(),
            listener.AcceptAsync().AsTask(),
            listener.AcceptAsync().AsTask(),
            connecting.ConnectAsync(full.LocalEndPoint).AsTask(),
        ];
        Assert.All(calls, call => Assert.False(call.IsCompleted));
        Array.ForEach(sockets, s => s.Close());
        foreach (Task call in calls)
        {
            Assert.Equal(Errno.EBADF, (await Assert.ThrowsAsync<PoolSocketException>(() => call)).Errno);
        }

        peer.Close();
        await TwinTests.Fails(client.ReceiveIntoAsync(new byte[1]), Errno.EBADF);
        await TwinTests.Fails(client.SendAsync(new byte[1]), Errno.EBADF);
        await TwinTests.Fails(listener.AcceptAsync(), Errno.EBADF);
        await TwinTests.Fails(connecting.ConnectAsync(full.LocalEndPoint), Errno.EBADF);
    }

    [Fact]
    public async Task Closing_at_any_moment_ends_the_call()
    {
        using TestPool pool = new();
        Random random = new(815);
        for (int i = 0; i < 3000; i++)
        {
            PoolSocket udp = pool.Udp();
            int spins = random.Next(300);
            Task closing = Task.Run(() =>
            {
                Thread.SpinWait(spins);
                udp.Close();
            });
            await TwinTests.Fails(udp.ReceiveIntoAsync(new byte[1]), Errno.EBADF);
            await closing;
        }

        Assert.Equal(0, pool.Pool.OpenCount);
    }

    [Fact]
    public async Task Closing_a_socket_or_its_pool_ends_the_lookup_of_a_name()
    {
        HookedRadio radio = new() { Answering = token => new TaskCompletionSource<AddressLookup>().Task.WaitAsync(token) };
        SocketPool pool = new(radio);
        PoolSocket one = pool.CreateSocket();
        Task connecting = one.ConnectAsync("far.example", 80).AsTask();
        one.Close();
        Assert.Equal(Errno.EBADF, (await Assert.ThrowsAsync<PoolSocketException>(() => connecting)).Errno);
        Task sending = pool.CreateSocket(type: SocketType.Dgram).SendToAsync(new byte[1], "far.example", 9).AsTask();
        Task asking = pool.GetAddressInfoAsync("far.example", 9).AsTask();
        pool.Dispose();
        Assert.Equal(Errno.EBADF, (await Assert.ThrowsAsync<PoolSocketException>(() => sending)).Errno);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => asking);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await pool.GetAddressInfoAsync("127.0.0.1", 9));
    }

    [Fact]
    public async Task Disposing_the_pool_under_load_ends_everything()
    {
        for (int round = 0; round < 10; round++)
        {
            TestPool pool = new(maxSockets: 200);
            List<Task> work = [];
            for (int i = 0; i < 20; i++)
            {
                (PoolSocket client, PoolSocket server) = pool.TcpPair();
                client.SetTimeout(i % 2 == 0 ? null : 300);
                work.Add(Loop(async () => await client.SendAllAsync(new byte[10_000])));
                work.Add(Loop(async () => await server.ReceiveIntoAsync(new byte[4000])));
                work.Add(Loop(async () => await client.ReceiveIntoAsync(new byte[1])));
            }

            PoolSocket listener = pool.Listener();
            IPEndPoint address = listener.LocalEndPoint;
            work.Add(Loop(async () => (await listener.AcceptAsync()).Close()));
            work.Add(Loop(async () =>
            {
                using PoolSocket client = pool.Pool.CreateSocket();
                await client.ConnectAsync(address);
            }));
            work.Add(Loop(async () => await pool.Pool.GetAddressInfoAsync("localhost", 80)));
            await work[0].WaitAsync(TimeSpan.FromMilliseconds(20)).ContinueWith(_ => { }, TaskScheduler.Default);
            pool.Dispose();
            await Task.WhenAll(work).WaitAsync(TimeSpan.FromSeconds(120)); // long before the sockets' own timeouts
            Assert.Equal(0, pool.Pool.OpenCount);
        }

        // Until the end of the pool, which must be a clear one.
        static async Task Loop(Func<Task> call)
        {
            try
            {
                while (true)
                {
                    await Task.Yield();
                    await call();
                }
            }
            catch (PoolSocketException e) when (e.Errno is Errno.EBADF or Errno.EPIPE or Errno.ECONNRESET or Errno.ECONNREFUSED)
            {
                // EBADF is ours; the others come from a peer that was closed a moment earlier.
            }
            catch (ObjectDisposedException)
            {
            }
        }
    }

    [Fact]
    public async Task Shutting_down_the_reception_ends_a_receive_that_waits()
    {
        using TestPool pool = new();
        for (int i = 0; i < 500; i++)
        {
            using PoolSocket udp = pool.Udp();
            udp.SetTimeout(i % 2 == 0 ? null : 600);
            Task<ReceiveFromResult> receiving = udp.ReceiveFromIntoAsync(new byte[1]).AsTask();
            try
            {
                udp.Shutdown(SocketShutdown.Receive);
            }
            catch (PoolSocketException e) when (e.Errno == Errno.ENOTCONN)
            {
                // It says so and does it.
            }

            Assert.Equal(0, (await receiving).Count);
        }
    }
}
