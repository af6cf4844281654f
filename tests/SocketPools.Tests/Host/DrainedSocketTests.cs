using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Host;

/// <summary>A receive that did not fill its buffer has emptied the socket, so that the wait after it asks nobody: it must miss nothing.</summary>
public sealed class DrainedSocketTests
{
    private const int Times = 2000;

    [Fact]
    public async Task An_end_that_comes_with_the_last_bytes_is_seen()
    {
        using TestPool pool = new();
        using PoolSocket listener = pool.Listener();
        byte[] buffer = new byte[16];
        for (int i = 0; i < Times; i++)
        {
            using PoolSocket client = pool.Pool.CreateSocket();
            client.Connect(listener.LocalEndPoint);
            using PoolSocket server = listener.Accept();
            Task<int> first = WaitAndReceiveAsync(server, buffer);
            client.SendAll("abc"u8);
            if (i % 2 == 0)
            {
                client.Shutdown(SocketShutdown.Send);
            }

            Task? other = i % 2 == 0 ? null : Task.Run(() => client.Shutdown(SocketShutdown.Send));
            Assert.Equal(3, await first);
            Assert.Equal(0, await WaitAndReceiveAsync(server, buffer));
            await (other ?? Task.CompletedTask);
        }
    }

    [Fact]
    public async Task Bytes_behind_urgent_data_are_seen()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a receive stops at urgent data on Linux");
        using TestPool pool = new();
        using PoolSocket listener = pool.Listener();
        byte[] buffer = new byte[64];
        for (int i = 0; i < Times; i++)
        {
            using Socket client = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await client.ConnectAsync(listener.LocalEndPoint);
            using PoolSocket server = listener.Accept();
            Task<int> first = WaitAndReceiveAsync(server, buffer);
            client.Send("ab"u8);
            client.Send("!"u8, SocketFlags.OutOfBand);
            client.Send("cd"u8);
            int count = await first;
            while (count < 4)
            {
                count += await WaitAndReceiveAsync(server, buffer.AsMemory(count));
            }

            Assert.Equal("abcd"u8, buffer.AsSpan(0, 4));
        }
    }

    [Fact]
    public async Task A_reset_that_comes_with_the_last_bytes_is_seen()
    {
        using TestPool pool = new();
        using PoolSocket listener = pool.Listener();
        byte[] buffer = new byte[16];
        for (int i = 0; i < Times; i++)
        {
            using Socket client = new(SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(listener.LocalEndPoint);
            using PoolSocket server = listener.Accept();
            ValueTask<RadioResult> first = server.WaitUntilReadyAsync(Readiness.Readable);
            client.Send("abc"u8);
            client.LingerState = new LingerOption(true, 0);
            Task reset = Task.Run(client.Close);
            Assert.False((await first).Failed);

            // The reset may have taken the bytes with it.
            RadioResult result = server.TryReceive(buffer);
            while (!result.Failed || result.Errno == Errno.EAGAIN)
            {
                Assert.False((await server.WaitUntilReadyAsync(Readiness.Readable)).Failed);
                result = server.TryReceive(buffer);
            }

            Assert.Equal(Errno.ECONNRESET, result.Errno);
            await reset;
        }
    }

    /// <summary>Waits and attempts, as Kestrel's loop does it after a receive; a wait may end for nothing.</summary>
    private static async Task<int> WaitAndReceiveAsync(PoolSocket socket, Memory<byte> buffer)
    {
        RadioResult result;
        do
        {
            Assert.False((await socket.WaitUntilReadyAsync(Readiness.Readable)).Failed);
            result = socket.TryReceive(buffer.Span);
        }
        while (result.Errno == Errno.EAGAIN);
        Assert.Equal(Errno.None, result.Errno);
        return result.Count;
    }
}
