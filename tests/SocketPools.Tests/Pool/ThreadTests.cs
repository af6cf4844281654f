using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SocketPools.Radios;

namespace SocketPools.Tests.Pool;

public sealed class ThreadTests
{
    [Fact]
    public async Task Two_threads_send_and_receive_on_one_socket_and_every_byte_arrives()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        const int Total = 8 << 20;
        byte[][] hashes = await Task.WhenAll(
            OnThread(() => SendAll(client, Total, seed: 1)),
            OnThread(() => ReceiveAll(client, Total)),
            OnThread(() => SendAll(server, Total, seed: 2)),
            OnThread(() => ReceiveAll(server, Total)));
        Assert.Equal(hashes[0], hashes[3]);
        Assert.Equal(hashes[2], hashes[1]);
    }

    [Fact]
    public async Task Closing_from_a_third_thread_ends_a_busy_sender_and_a_busy_receiver()
    {
        for (int round = 0; round < 50; round++)
        {
            using TestPool pool = new();
            (PoolSocket client, PoolSocket server) = pool.TcpPair();
            client.SetTimeout(round % 2 == 0 ? null : 30);
            using CountdownEvent running = new(2);
            Task<Errno> sender = OnThread(() => Until(running, () => client.Send(new byte[4096])));
            Task<Errno> receiver = OnThread(() => Until(running, () => client.ReceiveInto(new byte[4096])));
            running.Wait();
            client.Close();
            Assert.Equal(Errno.EBADF, await sender);
            Assert.Equal(Errno.EBADF, await receiver);
            server.Close();
            Assert.Equal(0, pool.Pool.OpenCount);
        }
    }

    [Fact]
    public async Task Sockets_made_and_closed_by_many_threads_never_touch_each_other()
    {
        // Each thread sends to its own datagram socket and must read its own bytes, while others close theirs: a call on a
        // recycled descriptor would read somebody else's.
        using TestPool pool = new(maxSockets: 64);
        Task<int>[] threads = [.. Enumerable.Range(0, 8).Select(id => OnThread(() => TalkToMyself(pool, (byte)id)))];
        Assert.All(await Task.WhenAll(threads), errors => Assert.Equal(0, errors));
        Assert.Equal(0, pool.Pool.OpenCount);
        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task Disposing_the_pool_ends_what_waits_in_it()
    {
        TestPool pool = new();
        PoolSocket listener = pool.Listener();
        PoolSocket udp = pool.Udp();
        using CountdownEvent running = new(2);
        Task<Errno> accepting = OnThread(() => Until(running, () => listener.Accept().Close()));
        Task<Errno> receiving = OnThread(() => Until(running, () => udp.ReceiveFromInto(new byte[8], out _)));
        running.Wait();
        pool.Dispose();
        Assert.Equal(Errno.EBADF, await accepting);
        Assert.Equal(Errno.EBADF, await receiving);
    }

    private static int TalkToMyself(TestPool pool, byte id)
    {
        int errors = 0;
        Span<byte> buffer = stackalloc byte[16];
        for (int i = 0; i < 2000; i++)
        {
            using PoolSocket socket = pool.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
            socket.SetTimeout(10);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.Connect(socket.LocalEndPoint);
            socket.Send([id]);
            errors += socket.ReceiveInto(buffer) == 1 && buffer[0] == id ? 0 : 1;
        }

        return errors;
    }

    private static byte[] SendAll(PoolSocket socket, int total, int seed)
    {
        // The seed is fixed, so a failure can be repeated.
        Random random = new(seed);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[10_007];
        for (int sent = 0; sent < total; sent += block.Length)
        {
            random.NextBytes(block);
            Span<byte> part = block.AsSpan(0, Math.Min(block.Length, total - sent));
            hash.AppendData(part);
            socket.SendAll(part);
        }

        return hash.GetHashAndReset();
    }

    private static byte[] ReceiveAll(PoolSocket socket, int total)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[8192];
        int received = 0;
        while (received < total)
        {
            int count = socket.ReceiveInto(block.AsSpan(0, Math.Min(block.Length, total - received)));
            hash.AppendData(block.AsSpan(0, count));
            received += count;
        }

        return hash.GetHashAndReset();
    }

    private static Errno Until(CountdownEvent running, Action call)
    {
        running.Signal();
        try
        {
            while (true)
            {
                call();
            }
        }
        catch (PoolSocketException e)
        {
            return e.Errno;
        }
    }

    private static Task<T> OnThread<T>(Func<T> body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
