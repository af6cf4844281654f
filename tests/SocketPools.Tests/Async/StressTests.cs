using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Async;

/// <summary>
/// Random programs of asynchronous calls, cancellations, timeouts and closes on many connections. Every byte is accounted for,
/// nothing hangs, nothing is left. ASYNC_STRESS=FIRST:COUNT runs other seeds.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class StressTests
{
    private const int Connections = 12;
    private const int Steps = 300;

    public static IEnumerable<TheoryDataRow<int>> Seeds
    {
        get
        {
            string[] range = (Environment.GetEnvironmentVariable("ASYNC_STRESS") ?? "1:6").Split(':');
            int first = int.Parse(range[0], System.Globalization.CultureInfo.InvariantCulture);
            int count = int.Parse(range[1], System.Globalization.CultureInfo.InvariantCulture);
            return Enumerable.Range(first, count).Select(seed => new TheoryDataRow<int>(seed)
            {
                TestDisplayName = $"A random program loses nothing and ends (seed {seed})",
                Timeout = 240_000,
            });
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_random_program_loses_nothing_and_ends(int seed)
    {
        using TestPool pool = new(maxSockets: 256);
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(i => Task.Run(() => Converse(pool, new Random((seed * 1000) + i)))));
        Assert.Equal(0, pool.Pool.OpenCount);
        pool.Pool.AssertNoLeaks();
    }

    private static async Task Converse(TestPool pool, Random random)
    {
        AddressFamily family = random.Next(2) == 0 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        using PoolSocket listener = pool.Listener(family);
        Task<PoolSocket> accepting = Persist(random.Next(), token => listener.AcceptAsync(token), listener, isShort: false);
        using PoolSocket client = pool.Pool.CreateSocket(family);
        await client.ConnectAsync(listener.LocalEndPoint);
        using PoolSocket server = await accepting;
        client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.SendBuffer, 8192);
        bool breaksOff = random.Next(3) == 0;

        // Both directions have one timeout, and a SendAll whose time is up does not tell how far it came.
        bool isShort = random.Next(2) == 0;
        int seed = random.Next();
        Task<long>[] talk =
        [
            Send(client, new Random(seed), seed + 1, isShort),
            Receive(server, new Random(seed), seed + 2, isShort),
            Send(server, new Random(seed + 3), seed + 4, isShort),
            Receive(client, new Random(seed + 3), seed + 5, isShort),
        ];
        if (breaksOff)
        {
            await Task.WhenAny(talk[random.Next(4)], Delay(random));
            (random.Next(2) == 0 ? client : server).Close();
            await Task.WhenAll(talk);
            return;
        }

        long[] counts = await Task.WhenAll(talk);
        Assert.Equal((counts[0], counts[2]), (counts[1], counts[3]));
    }

    /// <summary>Sends numbered bytes in portions of all sizes, some of them in pieces, and then the end.</summary>
    private static async Task<long> Send(PoolSocket socket, Random bytes, int seed, bool isShort)
    {
        Random random = new(seed);
        long total = 0;
        try
        {
            for (int i = 0; i < Steps; i++)
            {
                byte[] data = new byte[random.Next(8) == 0 ? random.Next(60_000) : random.Next(1, 200)];
                bytes.NextBytes(data);
                switch (random.Next(isShort ? 2 : 5))
                {
                    case 0 or 1:
                        bool isBlocking = random.Next(8) == 0;
                        for (int sent = 0; sent < data.Length;)
                        {
                            int at = sent;
                            sent += await Persist(
                                random.Next(),
                                token => isBlocking ? new(Task.Run(() => socket.Send(data.AsSpan(at)))) : socket.SendAsync(data.AsMemory(at), token),
                                socket,
                                isShort);
                        }

                        break;
                    case 2:
                        await socket.SendAllAsync(PieceTests.Pieces(data, random.Next(1, 40)));
                        break;
                    case 3:
                        await Task.Run(() => socket.SendAll(data));
                        break;
                    default:
                        await socket.SendAllAsync(data);
                        break;
                }

                total += data.Length;
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        catch (PoolSocketException e) when (IsEnd(e))
        {
        }

        return total;
    }

    private static async Task<long> Receive(PoolSocket socket, Random bytes, int seed, bool isShort)
    {
        Random random = new(seed);
        byte[] expected = new byte[1000];
        long total = 0;
        byte[] buffer = new byte[20_000];
        try
        {
            while (true)
            {
                Memory<byte> part = buffer.AsMemory(0, random.Next(1, buffer.Length));
                bool isBlocking = random.Next(8) == 0;
                int count = await Persist(
                    random.Next(),
                    token => isBlocking ? new(Task.Run(() => socket.ReceiveInto(part.Span))) : socket.ReceiveIntoAsync(part, token),
                    socket,
                    isShort);
                if (count == 0)
                {
                    return total;
                }

                for (int i = 0; i < count; i++)
                {
                    int place = (int)((total + i) % expected.Length);
                    if (place == 0)
                    {
                        bytes.NextBytes(expected); // the same bytes as the sender's, whose portions are others
                    }

                    Assert.Equal(expected[place], buffer[i]);
                }

                total += count;
            }
        }
        catch (PoolSocketException e) when (IsEnd(e))
        {
            return total;
        }
    }

    /// <summary>Makes one call again and again, each cancelled or limited in another way, until one succeeds.</summary>
    private static async Task<T> Persist<T>(int seed, Func<CancellationToken, ValueTask<T>> call, PoolSocket socket, bool isShort)
    {
        Random random = new(seed);
        while (true)
        {
            using CancellationTokenSource source = new();
            int way = random.Next(6);
            Task cancelling = Task.CompletedTask;
            if (isShort || way == 0)
            {
                socket.SetTimeout(isShort && way == 1 ? 0.0001 + (random.NextDouble() / 500) : way < 4 ? 60 : null);
            }

            try
            {
                ValueTask<T> pending = call(way == 5 ? default : source.Token);
                if (way == 2)
                {
                    await source.CancelAsync();
                }
                else if (way == 3)
                {
                    int spins = random.Next(2000);
                    cancelling = Task.Run(() =>
                    {
                        Thread.SpinWait(spins);
                        source.Cancel();
                    });
                }

                return await pending;
            }
            catch (OperationCanceledException)
            {
            }
            catch (PoolSocketException e) when (e.Errno == Errno.ETIMEDOUT)
            {
            }
            finally
            {
                await cancelling;
            }
        }
    }

    private static async Task Delay(Random random)
    {
        for (int i = random.Next(500); i > 0; i--)
        {
            await Task.Yield();
        }
    }

    private static bool IsEnd(PoolSocketException e) => e.Errno is Errno.EBADF or Errno.EPIPE or Errno.ECONNRESET or Errno.ENOTCONN;
}
