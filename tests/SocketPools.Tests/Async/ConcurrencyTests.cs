using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SocketPools.Radios;

namespace SocketPools.Tests.Async;

/// <summary>Several calls on one socket at once, blocking ones among them.</summary>
public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Many_receives_of_one_socket_are_all_served()
    {
        using TestPool pool = new();
        PoolSocket receiver = pool.Udp();
        PoolSocket sender = pool.Udp();
        for (int round = 0; round < 50; round++)
        {
            Task<ReceiveFromResult>[] receives = [.. Enumerable.Range(0, 20).Select(i =>
                receiver.ReceiveFromIntoAsync(new byte[1]).AsTask())];
            for (int i = 0; i < receives.Length; i++)
            {
                await sender.SendToAsync(new byte[1], receiver.LocalEndPoint);
            }

            Assert.All(await Task.WhenAll(receives), result => Assert.Equal(1, result.Count));
        }
    }

    [Fact]
    public async Task Many_accepts_of_one_listener_are_all_served()
    {
        using TestPool pool = new();
        using PoolSocket listener = pool.Listener(backlog: 64);
        IPEndPoint address = listener.LocalEndPoint;
        for (int round = 0; round < 20; round++)
        {
            Task<PoolSocket>[] accepts = [.. Enumerable.Range(0, 15).Select(_ => listener.AcceptAsync().AsTask())];
            await Parallel.ForAsync(0, 15, async (_, token) =>
            {
                using PoolSocket client = pool.Pool.CreateSocket();
                await client.ConnectAsync(address, token);
            });
            Array.ForEach(await Task.WhenAll(accepts), accepted => accepted.Close());
        }

        Assert.Equal(1, pool.Pool.OpenCount);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, null)]
    [InlineData(AddressFamily.InterNetworkV6, 60.0)]
    public async Task Both_directions_at_once_carry_every_byte(AddressFamily family, double? timeout)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair(family);
        client.SetTimeout(timeout);
        server.SetTimeout(timeout);
        const int Total = 8 << 20;
        byte[][] hashes = await Task.WhenAll(
            Task.Run(() => SendAllAsync(client, Total, seed: 1)),
            Task.Run(() => ReceiveAllAsync(client, Total)),
            Task.Run(() => SendAllAsync(server, Total, seed: 2)),
            Task.Run(() => ReceiveAllAsync(server, Total)));
        Assert.Equal(hashes[0], hashes[3]);
        Assert.Equal(hashes[2], hashes[1]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(60.0)]
    public async Task Blocking_and_asynchronous_receives_share_a_socket(double? timeout)
    {
        using TestPool pool = new();
        PoolSocket receiver = pool.Udp();
        PoolSocket sender = pool.Udp();
        receiver.SetTimeout(timeout);
        const int Total = 4000;
        int left = Total;
        Task<int>[] receivers = [.. Enumerable.Range(0, 4).Select(i => Task.Factory.StartNew(
            () => i % 2 == 0 ? Blocking() : Asynchronous().GetAwaiter().GetResult(),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        IPSocketAddress to = receiver.LocalEndPoint;
        for (int i = 0; i < Total; i++)
        {
            await sender.SendToAsync(new byte[1], to);
            SpinWait.SpinUntil(() => Volatile.Read(ref left) >= Total - i - 50);
            while (Volatile.Read(ref left) > Total - i + 50)
            {
                await Task.Yield(); // a socket's buffer has an end
            }
        }

        while (Volatile.Read(ref left) > 0)
        {
            await Task.Yield();
        }

        receiver.Close();
        Assert.Equal(Total, (await Task.WhenAll(receivers)).Sum());

        int Blocking()
        {
            byte[] buffer = new byte[1];
            int count = 0;
            try
            {
                while (true)
                {
                    count += receiver.ReceiveInto(buffer);
                    Interlocked.Decrement(ref left);
                }
            }
            catch (PoolSocketException e) when (e.Errno == Errno.EBADF)
            {
                return count;
            }
        }

        async Task<int> Asynchronous()
        {
            byte[] buffer = new byte[1];
            int count = 0;
            try
            {
                while (true)
                {
                    count += await receiver.ReceiveIntoAsync(buffer);
                    Interlocked.Decrement(ref left);
                }
            }
            catch (PoolSocketException e) when (e.Errno == Errno.EBADF)
            {
                return count;
            }
        }
    }

    [Fact]
    public async Task Blocking_calls_follow_asynchronous_ones_and_the_reverse()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1); // it sends twice and then waits
        byte[] buffer = new byte[8];
        for (int i = 0; i < 200; i++)
        {
            ValueTask<int> receiving = server.ReceiveIntoAsync(buffer);
            client.Send([1, 2]);
            Assert.Equal(2, await receiving);
            await client.SendAsync(new byte[3]);
            Assert.Equal(3, server.ReceiveInto(buffer));
            Task<int> blocking = Task.Run(() => client.ReceiveInto(new byte[8]));
            await server.SendAllAsync(new byte[4]);
            Assert.Equal(4, await blocking);
        }
    }

    private static async Task<byte[]> SendAllAsync(PoolSocket socket, int total, int seed)
    {
        Random random = new(seed);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[10_007];
        for (int sent = 0; sent < total; sent += block.Length)
        {
            random.NextBytes(block);
            Memory<byte> part = block.AsMemory(0, Math.Min(block.Length, total - sent));
            hash.AppendData(part.Span);
            await socket.SendAllAsync(part);
        }

        return hash.GetHashAndReset();
    }

    private static async Task<byte[]> ReceiveAllAsync(PoolSocket socket, int total)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[8192];
        for (int received = 0; received < total;)
        {
            int count = await socket.ReceiveIntoAsync(block.AsMemory(0, Math.Min(block.Length, total - received)));
            hash.AppendData(block.AsSpan(0, count));
            received += count;
        }

        return hash.GetHashAndReset();
    }
}
