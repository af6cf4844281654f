namespace SocketPools.Benchmarks.Loops;

/// <summary>The ping-pong of two threads, on sockets that were used asynchronously once before: what mixing costs.</summary>
internal sealed class SyncAfterAsync : Benchmark
{
    internal override string Name => "sync-after-async";

    internal override bool ComparesWithBcl => true;

    internal override double? Goal => 1.0;

    internal override Timing RunPool(SocketPool pool, int count)
    {
        using PoolPair pair = PoolPair.OpenTcp(pool);
        ExchangeAsync(pair).GetAwaiter().GetResult();
        return PingPong.Run(pair, count);
    }

    internal override Timing RunBcl(int count)
    {
        using BclPair pair = BclPair.OpenTcp();
        ExchangeAsync(pair).GetAwaiter().GetResult();
        return PingPong.Run(pair, count);
    }

    private static async Task ExchangeAsync(PoolPair pair)
    {
        Memory<byte> data = new byte[Small];
        ValueTask<int> there = pair.Server.ReceiveIntoAsync(data);
        await pair.Client.SendAsync(data);
        Need(await there == Small);
        ValueTask<int> back = pair.Client.ReceiveIntoAsync(data);
        await pair.Server.SendAsync(data);
        Need(await back == Small);
    }

    private static async Task ExchangeAsync(BclPair pair)
    {
        Memory<byte> data = new byte[Small];
        ValueTask<int> there = pair.Server.ReceiveAsync(data);
        await pair.Client.SendAsync(data);
        Need(await there == Small);
        ValueTask<int> back = pair.Client.ReceiveAsync(data);
        await pair.Server.SendAsync(data);
        Need(await back == Small);
    }
}
