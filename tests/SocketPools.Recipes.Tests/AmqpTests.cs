using Amqp;
using SocketPools.Streams;

namespace SocketPools.Recipes.Tests;

/// <summary>AMQP 1.0: docs/recipes/amqp.md.</summary>
[Trait("Speed", "Slow")]
public sealed class AmqpTests
{
    [Fact]
    public async Task AMQPNetLite_talks_to_RabbitMQ_over_the_pool()
    {
        PageCode.AssertRunsHere("docs/recipes/amqp.md");
        await using LabServer server = await RabbitTests.StartAsync();
        (SocketPool pool, string host, int port) = (server.Pool, LabServer.Host, server.Port);
        CancellationToken cancellationToken = default;

        // {
        ConnectionFactory factory = new([new PoolTransport(pool)]);
        Connection connection = await factory.CreateAsync(new Address($"amqp://guest:guest@{host}:{port}"), cancellationToken);
        // }
        try
        {
            Session session = new(connection);
            ReceiverLink receiver = new(session, "receiver", "/queue/lab");
            SenderLink sender = new(session, "sender", "/queue/lab");
            await sender.SendAsync(new Message("over the pool"));
            using Message message = await receiver.ReceiveAsync(TimeSpan.FromSeconds(60));
            Assert.Equal("over the pool", message.Body);
            receiver.Accept(message);
        }
        finally
        {
            await connection.CloseAsync();
        }

        Assert.Equal(1, pool.TotalOpened);
    }

    // {
    private sealed class PoolTransport : TransportProvider
    {
        private readonly SocketPool _pool;

        internal PoolTransport(SocketPool pool)
        {
            _pool = pool;
            AddressSchemes = ["amqp"];
        }

        public override async Task<IAsyncTransport> CreateAsync(Address address) =>
            new Link(await _pool.ConnectStreamAsync(address.Host, address.Port, TimeSpan.FromSeconds(10)));

        private sealed class Link(PoolSocketStream stream) : IAsyncTransport
        {
            public void SetConnection(Connection connection)
            {
            }

            public async Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
            {
                byte[] all = new byte[listSize];
                int at = 0;
                foreach (ByteBuffer buffer in bufferList)
                {
                    buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).CopyTo(all.AsSpan(at));
                    at += buffer.Length;
                }

                await stream.WriteAsync(all);
            }

            public async Task<int> ReceiveAsync(byte[] buffer, int offset, int count) => await stream.ReadAsync(buffer.AsMemory(offset, count));

            public void Send(ByteBuffer buffer) => stream.Write(buffer.Buffer, buffer.Offset, buffer.Length);

            public int Receive(byte[] buffer, int offset, int count) => stream.Read(buffer, offset, count);

            public void Close() => stream.Dispose();
        }
    }
    // }
}
