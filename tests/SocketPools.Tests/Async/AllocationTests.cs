using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Async;

/// <summary>A completed operation allocates nothing, whether it had to wait or not.</summary>
[Collection(AloneCollection.Name)]
public sealed class AllocationTests
{
    private const int WarmUp = 500;
    private const int Operations = 2000;

    // The runtime's own threads allocate a little now and then; a state machine or a task for each would be 100 and more.
    private const double Bound = 1;

    public static MatrixTheoryData<AddressFamily, bool, bool> Ways =>
        new([AddressFamily.InterNetwork, AddressFamily.InterNetworkV6], [false, true], [false, true]);

    [Theory, MemberData(nameof(Ways))]
    public async Task Calls_that_complete_at_once_allocate_nothing(AddressFamily family, bool hasTimeout, bool hasToken)
    {
        using TestPool pool = new();
        using CancellationTokenSource source = new();
        CancellationToken token = hasToken ? source.Token : default;
        (PoolSocket client, PoolSocket server) = pool.TcpPair(family);
        PoolSocket one = pool.Udp(family);
        PoolSocket two = pool.Udp(family);
        SetTimeout(hasTimeout, client, server, one, two);
        IPSocketAddress to = two.LocalEndPoint;
        byte[] buffer = new byte[64];
        await AllocateNothing(6, async times =>
        {
            for (int i = 0; i < times; i++)
            {
                await client.SendAsync(buffer, token);
                await server.ReceiveIntoAsync(buffer, token);
                await client.SendAllAsync(buffer, token);
                await server.ReceiveFromIntoAsync(buffer, token);
                await one.SendToAsync(buffer, to, token);
                await two.ReceiveFromIntoAsync(buffer, token);
            }
        });
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Calls_that_wait_allocate_nothing(AddressFamily family, bool hasTimeout, bool hasToken)
    {
        using TestPool pool = new();
        using CancellationTokenSource source = new();
        CancellationToken token = hasToken ? source.Token : default;
        (PoolSocket client, PoolSocket server) = pool.TcpPair(family);
        PoolSocket one = pool.Udp(family);
        PoolSocket two = pool.Udp(family);
        SetTimeout(hasTimeout, client, server, one, two);
        IPSocketAddress to = two.LocalEndPoint;
        byte[] data = new byte[64];
        byte[] buffer = new byte[64];
        int atOnce = 0;
        await AllocateNothing(4, async times =>
        {
            for (int i = 0; i < times; i++)
            {
                ValueTask<int> receiving = server.ReceiveIntoAsync(buffer, token);
                atOnce += receiving.IsCompleted ? 1 : 0;
                await client.SendAsync(data, token);
                await receiving;
                ValueTask<ReceiveFromResult> receivingFrom = two.ReceiveFromIntoAsync(buffer, token);
                atOnce += receivingFrom.IsCompleted ? 1 : 0;
                await one.SendToAsync(data, to, token);
                await receivingFrom;
            }
        });
        Assert.Equal(0, atOnce);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Calls_with_several_datagrams_allocate_nothing(AddressFamily family, bool hasTimeout, bool hasToken)
    {
        using TestPool pool = new();
        using CancellationTokenSource source = new();
        CancellationToken token = hasToken ? source.Token : default;
        PoolSocket one = pool.Udp(family);
        PoolSocket two = pool.Udp(family);
        SetTimeout(hasTimeout, one, two);
        one.Connect(two.LocalEndPoint);
        IPSocketAddress to = two.LocalEndPoint;
        byte[] data = new byte[640];
        byte[] buffer = new byte[PoolSocket.SegmentBufferSize];
        int waits = 0;
        await AllocateNothing(6, async times =>
        {
            for (int i = 0; i < times; i++)
            {
                ValueTask<ReceiveSegmentsResult> receiving = two.ReceiveSegmentsIntoAsync(buffer, token);
                waits += receiving.IsCompleted ? 0 : 1;
                await one.SendSegmentsToAsync(data, 64, to, token);
                int count = (await receiving).Count;
                one.SendSegments(data, 64);
                one.SendSegmentsTo(data, 64, to);
                await one.SendSegmentsAsync(data, 64, token);
                while (count < 4 * data.Length)
                {
                    count += two.ReceiveSegmentsInto(buffer, out _, out _);
                }
            }
        });
        Assert.True(waits > Operations, $"{waits} receives waited");
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Sends_that_wait_allocate_nothing(AddressFamily family, bool hasTimeout, bool hasToken)
    {
        using TestPool pool = new();
        using CancellationTokenSource source = new();
        CancellationToken token = hasToken ? source.Token : default;
        (PoolSocket client, PoolSocket server) = pool.TcpPair(family);
        SetTimeout(hasTimeout, client, server);
        byte[] data = new byte[8 << 20];
        byte[] buffer = new byte[65_536];
        (int waited, int sends) = (0, 0);
        await AllocateNothing(1, async times =>
        {
            for (int left = times; left > 0;)
            {
                // More than the system takes as a rule: it waits again and again.
                ValueTask sending = client.SendAllAsync(data, token);
                waited += sending.IsCompleted ? 0 : 1;
                sends++;
                for (int bytes = data.Length; bytes > 0; left--)
                {
                    bytes -= await server.ReceiveIntoAsync(buffer, token);
                }

                await sending;
            }
        });
        Assert.True(waited > sends / 2, $"{waited} of {sends} sends waited");
    }

    private static async Task AllocateNothing(int operationsAtOnce, Func<int, Task> run)
    {
        await run(WarmUp);
        double least = double.MaxValue;

        // What other tests have left to the background may allocate for seconds; a call that allocates does so in every attempt.
        for (int attempt = 0; attempt < 200 && least >= Bound; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await run(Operations);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)(Operations * operationsAtOnce));
        }

        Assert.True(least < Bound, $"{least} bytes an operation");
    }

    private static void SetTimeout(bool hasTimeout, params PoolSocket[] sockets) =>
        Array.ForEach(sockets, socket => socket.SetTimeout(hasTimeout ? 300 : null));
}
