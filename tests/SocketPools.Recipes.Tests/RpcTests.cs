using SocketPools.Streams;
using StreamJsonRpc;
using Thrift;
using Thrift.Protocol;
using Thrift.Protocol.Entities;
using Thrift.Transport;
using Thrift.Transport.Client;

namespace SocketPools.Recipes.Tests;

/// <summary>Remote calls over a stream: docs/recipes/rpc.md.</summary>
public sealed class RpcTests
{
    [Fact]
    public async Task StreamJsonRpc_calls_and_is_called_over_the_pool()
    {
        await using Far far = new(async stream =>
        {
            using JsonRpc rpc = JsonRpc.Attach(stream, new Lab());
            await rpc.Completion;
        });
        (SocketPool pool, string host, int port) = (far.Pool, Far.Host, far.Port);

        // {
        using JsonRpc rpc = JsonRpc.Attach(await pool.ConnectStreamAsync(host, port, TimeSpan.FromSeconds(5)));
        int sum = await rpc.InvokeAsync<int>("Add", 20, 22);
        // }
        Assert.Equal(42, sum);
        int[] sums = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => rpc.InvokeAsync<int>("Add", n, 1)));
        Assert.Equal(Enumerable.Range(1, 200), sums);
        Assert.Equal(1, pool.TotalOpened);
    }

    [Fact]
    public async Task Thrift_carries_a_call_over_the_pool()
    {
        PageCode.AssertRunsHere("docs/recipes/rpc.md");
        await using Far far = new(async stream =>
        {
            using TProtocol protocol = new TBinaryProtocol(new TFramedTransport(new TStreamTransport(stream, stream, new TConfiguration())));
            TMessage message = await protocol.ReadMessageBeginAsync(default);
            int number = await protocol.ReadI32Async(default);
            await protocol.ReadMessageEndAsync(default);
            await protocol.WriteMessageBeginAsync(new TMessage(message.Name, TMessageType.Reply, message.SeqID), default);
            await protocol.WriteI32Async(number * 2, default);
            await protocol.WriteMessageEndAsync(default);
            await protocol.Transport.FlushAsync(default);
        });
        (SocketPool pool, string host, int port) = (far.Pool, Far.Host, far.Port);

        // {
        PoolSocketStream stream = await pool.ConnectStreamAsync(host, port, TimeSpan.FromSeconds(5));
        using TProtocol protocol = new TBinaryProtocol(new TFramedTransport(new TStreamTransport(stream, stream, new TConfiguration())));
        // }
        await protocol.WriteMessageBeginAsync(new TMessage("double", TMessageType.Call, 1), default);
        await protocol.WriteI32Async(21, default);
        await protocol.WriteMessageEndAsync(default);
        await protocol.Transport.FlushAsync(default);
        Assert.Equal("double", (await protocol.ReadMessageBeginAsync(default)).Name);
        Assert.Equal(42, await protocol.ReadI32Async(default));
    }

    private sealed class Lab
    {
        [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "StreamJsonRpc calls methods of an object.")]
        public int Add(int a, int b) => a + b;
    }
}
