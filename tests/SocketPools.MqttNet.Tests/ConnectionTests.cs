using System.Buffers;
using MQTTnet.Protocol;

namespace SocketPools.MqttNet.Tests;

/// <summary>What a packet costs.</summary>
public sealed class ConnectionTests
{
    private static readonly byte[] s_head = [1, 2, 3, 4];

    [Theory]
    [InlineData(10)]
    [InlineData(50_000)]
    public async Task A_publish_is_one_call_to_send(int length)
    {
        Hooks hooks = new();
        using SocketPool pool = new(hooks.Radio);
        await using Broker broker = await Broker.StartAsync(null);
        await using TestClient client = await TestClient.ConnectAsync(pool, broker.Port);
        hooks.Sent.Clear();
        await client.PublishAsync("t", new byte[length], MqttQualityOfServiceLevel.AtMostOnce);
        int sent = Assert.Single(hooks.Sent);
        Assert.InRange(sent, length + 5, length + 12);
    }

    [Fact]
    public async Task A_packet_that_is_there_is_written_and_read_without_allocating()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        using MqttConnection writer = new(client, null, MqttConnection.DefaultBufferSize);
        using MqttConnection reader = new(server, null, MqttConnection.DefaultBufferSize);
        ReadOnlySequence<byte> payload = new(new byte[500]);
        byte[] buffer = new byte[4096];
        _ = PassOnAsync(writer, reader, payload, buffer, 100);
        Task<long> pass = PassOnAsync(writer, reader, payload, buffer, 1000);
        Assert.True(pass.IsCompletedSuccessfully, "it has waited, and the count is another thread's");
        Assert.Equal(0, await pass);
    }

    [Fact]
    public async Task What_one_receive_brought_answers_many_reads()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        using (client)
        using (MqttConnection reader = new(server, null, 16))
        {
            client.SendAll("abcdefghijklmnopqrstuvwxyz"u8);
            byte[] buffer = new byte[64];
            Assert.Equal(2, await reader.ReadAsync(buffer.AsMemory(0, 2), default));
            Assert.Equal(1, await reader.ReadAsync(buffer.AsMemory(2, 1), default));
            Assert.Equal(13, await reader.ReadAsync(buffer.AsMemory(3), default)); // the rest of 16
            Assert.Equal(10, await reader.ReadAsync(buffer.AsMemory(16), default)); // past the buffer
            Assert.Equal("abcdefghijklmnopqrstuvwxyz", System.Text.Encoding.ASCII.GetString(buffer, 0, 26));
            client.Close();
            Assert.Equal(0, await reader.ReadAsync(buffer, default));
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_write_that_fails_forgets_its_packet()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        using MqttConnection writer = new(client, null, 16);
        await writer.WriteAsync(new(s_head), false, default);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => writer.WriteAsync(new([5, 6]), true, new CancellationToken(true)).AsTask());
        await writer.WriteAsync(new([7]), false, default);
        await writer.WriteAsync(new([8]), true, default);
        byte[] buffer = new byte[16];
        Assert.Equal(2, server.ReceiveInto(buffer));
        Assert.Equal(new byte[] { 7, 8 }, buffer[..2]);
        server.Close();
    }

    /// <summary>Tells how many bytes were allocated on the way.</summary>
    private static async Task<long> PassOnAsync(MqttConnection writer, MqttConnection reader, ReadOnlySequence<byte> payload, byte[] buffer, int times)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times; i++)
        {
            await writer.WriteAsync(new ReadOnlySequence<byte>(s_head), false, default);
            await writer.WriteAsync(payload, true, default);
            int left = s_head.Length + (int)payload.Length;
            left -= await reader.ReadAsync(buffer.AsMemory(0, 2), default);
            while (left > 0)
            {
                left -= await reader.ReadAsync(buffer.AsMemory(0, left), default);
            }
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
