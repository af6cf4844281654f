using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using SocketPools.Radios;

namespace SocketPools.Tests.Async;

/// <summary>A token ends a wait and nothing else: no data, no connection and no descriptor is lost.</summary>
public sealed class CancellationTests
{
    public static TheoryData<double?> Timeouts => new((double?)null, 600.0);

    [Theory, MemberData(nameof(Timeouts))]
    public async Task A_token_ends_every_call_before_and_while_it_waits(double? timeout)
    {
        using TestPool pool = new();
        foreach ((string name, Func<CancellationToken, Task> start) in Calls(pool, timeout))
        {
            using CancellationTokenSource before = new();
            await before.CancelAsync();
            await IsCancelled(start(before.Token), name, before.Token);
        }

        foreach ((string name, Func<CancellationToken, Task> start) in Calls(pool, timeout))
        {
            using CancellationTokenSource during = new();
            Task call = start(during.Token);
            Assert.False(call.IsCompleted, name);
            await during.CancelAsync();
            await IsCancelled(call, name, during.Token);
        }
    }

    [Theory, MemberData(nameof(Timeouts))]
    public async Task A_token_that_is_cancelled_afterwards_changes_nothing(double? timeout)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        client.SetTimeout(timeout);
        byte[] buffer = new byte[1];
        for (int i = 0; i < 100; i++)
        {
            using CancellationTokenSource source = new();
            ValueTask<int> receiving = client.ReceiveIntoAsync(buffer, source.Token);
            await server.SendAsync(buffer);
            Assert.Equal(1, await receiving);
            await source.CancelAsync();
        }

        ValueTask<int> last = client.ReceiveIntoAsync(buffer);
        await server.SendAsync(buffer);
        Assert.Equal(1, await last);
    }

    [Fact]
    public async Task Of_a_timeout_and_a_token_the_first_tells_how_the_call_ends()
    {
        FakeTimeProvider clock = new();
        using SocketPool pool = new(new HookedRadio(clock: clock));
        (PoolSocket client, PoolSocket peer) = await TimeLimitTests.Pair(pool);
        client.SetTimeout(1);
        using CancellationTokenSource late = new();
        Task<int> call = client.ReceiveIntoAsync(new byte[1], late.Token).AsTask();
        clock.Advance(TimeSpan.FromSeconds(1));
        await late.CancelAsync();
        Assert.Equal(Errno.ETIMEDOUT, (await Assert.ThrowsAsync<PoolSocketException>(() => call)).Errno);

        using CancellationTokenSource early = new();
        call = client.ReceiveIntoAsync(new byte[1], early.Token).AsTask();
        await early.CancelAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        await IsCancelled(call, "recv_into", early.Token);
        peer.Close();
    }

    [Fact]
    public async Task A_token_is_never_lost_whenever_it_comes()
    {
        // The moment moves over the whole call: before it, while it is registered and parked, while it waits.
        using TestPool pool = new();
        PoolSocket udp = pool.Udp();
        byte[] buffer = new byte[1];
        Random random = new(4711);
        for (int i = 0; i < 20_000; i++)
        {
            using CancellationTokenSource source = new();
            int spins = random.Next(200);
            Task cancelling = Task.Run(() =>
            {
                Thread.SpinWait(spins);
                source.Cancel();
            });
            udp.SetTimeout(i % 2 == 0 ? null : 600);
            await IsCancelled(udp.ReceiveIntoAsync(buffer, source.Token).AsTask(), $"call {i}", source.Token);
            await cancelling;
        }
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_cancelled_connect_leaves_no_descriptor_and_no_place(AddressFamily family)
    {
        HookedRadio radio = new(maxSockets: 64) { Answering = token => new TaskCompletionSource<AddressLookup>().Task.WaitAsync(token) };
        using SocketPool pool = new(radio);
        using TestPool far = new();
        PoolSocket full = far.Listener(family, backlog: 0);
        PoolSocket filler = far.Pool.CreateSocket(family);
        filler.Connect(full.LocalEndPoint);
        IPEndPoint remote = full.LocalEndPoint;
        for (int i = 0; i < 300; i++)
        {
            PoolSocket socket = pool.CreateSocket(family);
            Assert.Equal(1, pool.OpenCount);
            socket.SetTimeout(i % 2 == 0 ? null : 600);
            using CancellationTokenSource source = new();
            Task connecting = i % 3 == 0
                ? socket.ConnectAsync("far.example", remote.Port, source.Token).AsTask()
                : socket.ConnectAsync(remote, source.Token).AsTask();
            await (i % 5 == 0 ? Task.Run(source.Cancel) : source.CancelAsync());
            await IsCancelled(connecting, $"connect {i}", source.Token);
            Assert.Equal((0, 0), (pool.OpenCount, radio.OpenSockets));
            await TwinTests.Fails(socket.ConnectAsync(remote), Errno.EBADF);
        }

        pool.AssertNoLeaks();
    }

    [Theory, MemberData(nameof(Timeouts))]
    public async Task A_cancelled_receive_loses_no_data(double? timeout)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        server.SetTimeout(timeout);
        const int Total = 200_000;
        Task sending = Task.Run(async () =>
        {
            byte[] block = new byte[7];
            for (int sent = 0; sent < Total; sent += block.Length)
            {
                block.AsSpan().Fill((byte)(sent / block.Length));
                await client.SendAllAsync(block);
            }

            client.Shutdown(SocketShutdown.Send);
        });
        byte[] buffer = new byte[64];
        int received = 0;
        for (int round = 0; ; round++)
        {
            using CancellationTokenSource source = new();
            Task<int> receiving = server.ReceiveIntoAsync(buffer, source.Token).AsTask();
            if (round % 3 == 0)
            {
                await source.CancelAsync();
            }

            try
            {
                int count = await receiving;
                for (int i = 0; i < count; i++, received++)
                {
                    Assert.Equal((byte)(received / 7), buffer[i]);
                }

                if (count == 0)
                {
                    break;
                }
            }
            catch (OperationCanceledException)
            {
                // Nothing was received, as the next one proves.
            }
        }

        await sending;
        Assert.Equal((Total + 6) / 7 * 7, received);
    }

    [Fact]
    public async Task A_cancelled_accept_loses_no_connection()
    {
        using TestPool pool = new();
        using PoolSocket listener = pool.Listener(backlog: 64);
        IPEndPoint address = listener.LocalEndPoint;
        const int Total = 500;
        Task connecting = Task.Run(async () =>
        {
            for (int i = 0; i < Total; i++)
            {
                using PoolSocket client = pool.Pool.CreateSocket();
                await client.ConnectAsync(address);
            }
        });
        for (int accepted = 0, round = 0; accepted < Total; round++)
        {
            using CancellationTokenSource source = new();
            Task<PoolSocket> accepting = listener.AcceptAsync(source.Token).AsTask();
            if (round % 3 == 0)
            {
                await source.CancelAsync();
            }

            try
            {
                (await accepting).Close();
                accepted++;
            }
            catch (OperationCanceledException)
            {
                // Nobody was accepted.
            }
        }

        await connecting;
        Assert.Equal(1, pool.Pool.OpenCount);
    }

    [Fact]
    public async Task A_cancelled_send_tells_what_went_out()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        byte[] data = new byte[32 << 20];
        using CancellationTokenSource source = new();
        Task<int> sending = client.SendAsync(data, source.Token).AsTask();
        Assert.False(sending.IsCompleted);
        await source.CancelAsync();
        int sent = await sending;
        Assert.InRange(sent, 1, data.Length - 1);
        client.Shutdown(SocketShutdown.Send);
        int received = 0;
        for (int count; (count = await server.ReceiveIntoAsync(data)) > 0;)
        {
            received += count;
        }

        Assert.Equal(sent, received);
    }

    /// <summary>Every call that waits, each on sockets of its own.</summary>
    private static IEnumerable<(string Name, Func<CancellationToken, Task> Start)> Calls(TestPool pool, double? timeout)
    {
        (PoolSocket client, PoolSocket peer) = pool.TcpPair();
        PoolSocket udp = pool.Udp();
        PoolSocket listener = pool.Listener();
        PoolSocket full = TimeLimitTests.FullListener(pool.Pool);
        PoolSocket connecting = pool.Pool.CreateSocket();
        foreach (PoolSocket socket in new[] { client, udp, listener, connecting })
        {
            socket.SetTimeout(timeout);
        }

        byte[] much = new byte[32 << 20];
        yield return ("recv_into", token => client.ReceiveIntoAsync(new byte[1], token).AsTask());
        yield return ("recvfrom_into", token => udp.ReceiveFromIntoAsync(new byte[1], token).AsTask());
        yield return ("accept", token => listener.AcceptAsync(token).AsTask());
        yield return ("sendall", token => client.SendAllAsync(much, token).AsTask());
        yield return ("sendall of pieces", token => client.SendAllAsync(PieceTests.Pieces(much, 1000), token).AsTask());
        yield return ("send", token => client.SendAsync(much, token).AsTask());
        yield return ("accept again", token => listener.AcceptAsync(token).AsTask());
        yield return ("connect", token => connecting.ConnectAsync(full.LocalEndPoint, token).AsTask());
        peer.Close(); // not before: an end of the stream would end calls, too
    }

    private static async Task IsCancelled(Task call, string name, CancellationToken token)
    {
        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.True(call.IsCanceled, name);
        Assert.True(token == error.CancellationToken, $"{name}: the exception has another token");
    }
}
