using System.Net;
using System.Net.Sockets;
using SocketPools.Streams;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>Many connections that are opened, used and closed at the same time, as streams.</summary>
public sealed class CrowdTests
{
    private const int Count = 200;
    private const int Length = 30_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_hundred_clients_of_the_kernels_come_at_once(bool ipv6) => KernelNetwork.Run(network =>
    {
        using PoolSocket listener = network.OurListener(ipv6);
        Socket[] clients = [.. Enumerable.Range(0, Count).Select(_ => KernelNetwork.KernelSocket(ipv6))];
        Complete(
            EchoAsync(async () =>
            {
                PoolSocket accepted = await listener.AcceptAsync();
                accepted.Timeout = KernelNetwork.Patience;
                return new PoolSocketStream(accepted);
            }),
            AskAsync(async number =>
            {
                await clients[number].ConnectAsync(listener.LocalEndPoint);
                return new NetworkStream(clients[number], ownsSocket: true);
            }));
        Assert.Equal(Count + 1, network.Pool.HighWaterMark);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_hundred_clients_of_ours_come_at_once(bool ipv6) => KernelNetwork.Run(network =>
    {
        using Socket listener = KernelNetwork.KernelListener(ipv6);
        Complete(
            EchoAsync(async () => new NetworkStream(await listener.AcceptAsync(), ownsSocket: true)),
            AskAsync(async _ =>
            {
                PoolSocket client = network.OurSocket(ipv6);
                await client.ConnectAsync((IPEndPoint)listener.LocalEndPoint!);
                return new PoolSocketStream(client);
            }));
        Assert.Equal(Count, network.Pool.HighWaterMark);
    });

    private static void Complete(params Task[] both) => Task.WhenAll(both).WaitAsync(KernelNetwork.Patience).GetAwaiter().GetResult();

    private static async Task EchoAsync(Func<Task<Stream>> accept)
    {
        Task[] answers = new Task[Count];
        for (int i = 0; i < Count; i++)
        {
            answers[i] = AnswerAsync(await accept());
        }

        await Task.WhenAll(answers);

        static async Task AnswerAsync(Stream stream)
        {
            await using (stream)
            {
                await stream.CopyToAsync(stream);
            }
        }
    }

    /// <summary>All connect before the first says anything, and none is closed before the last has its answer.</summary>
    private static async Task AskAsync(Func<int, Task<Stream>> connect)
    {
        Stream[] streams = await Task.WhenAll(Enumerable.Range(0, Count).Select(connect));
        await Task.WhenAll(streams.Select(async (stream, number) =>
        {
            byte[] question = new byte[Length];
            byte[] answer = new byte[Length];
            new Random(number).NextBytes(question);
            Task sending = stream.WriteAsync(question).AsTask();
            await stream.ReadExactlyAsync(answer);
            await sending;
            Assert.Equal(question, answer);
        }));
        await Task.WhenAll(streams.Select(stream => stream.DisposeAsync().AsTask()));
    }
}
