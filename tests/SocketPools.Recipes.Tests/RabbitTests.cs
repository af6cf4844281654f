using System.Globalization;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using SocketPools.Forwarding;

namespace SocketPools.Recipes.Tests;

/// <summary>RabbitMQ's client has no hook for its sockets: docs/recipes/rabbitmq.md.</summary>
[Trait("Speed", "Slow")]
public sealed class RabbitTests
{
    [Fact]
    public async Task Messages_go_through_a_forwarder_and_the_connection_recovers()
    {
        PageCode.AssertRunsHere("docs/recipes/rabbitmq.md");
        await using LabServer server = await StartAsync();
        (SocketPool pool, string host, int port) = (server.Pool, LabServer.Host, server.Port);

        // {
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(pool, host, port);
        ConnectionFactory factory = new() { HostName = "127.0.0.1", Port = forwarder.LocalEndPoint.Port, NetworkRecoveryInterval = TimeSpan.FromSeconds(1) };
        await using IConnection connection = await factory.CreateConnectionAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        // }
        await channel.QueueDeclareAsync("lab", durable: false, exclusive: false, autoDelete: false);
        TaskCompletionSource<string> received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        AsyncEventingBasicConsumer consumer = new(channel);
        consumer.ReceivedAsync += (_, e) =>
        {
            received.TrySetResult(Encoding.UTF8.GetString(e.Body.Span));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync("lab", autoAck: true, consumer);
        await channel.BasicPublishAsync("", "lab", Encoding.UTF8.GetBytes("over the pool"));
        Assert.Equal("over the pool", await received.Task.WaitAsync(TimeSpan.FromSeconds(120)));

        // The pool's socket is lost: the forwarder passes that on, and the client connects anew, through the forwarder.
        TaskCompletionSource recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.RecoverySucceededAsync += (_, _) =>
        {
            recovered.TrySetResult();
            return Task.CompletedTask;
        };
        await server.CutAsync();
        await recovered.Task.WaitAsync(TimeSpan.FromSeconds(120));
        received = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await channel.BasicPublishAsync("", "lab", Encoding.UTF8.GetBytes("again"));
        Assert.Equal("again", await received.Task.WaitAsync(TimeSpan.FromSeconds(120)));
        Assert.Equal(2, forwarder.GetCounters().ConnectionsOpened);
    }

    internal static async Task<LabServer> StartAsync()
    {
        string rabbit = LabServer.Require("rabbitmq-server", "/usr/lib/rabbitmq/bin/rabbitmq-server");
        LabServer server = new();
        (int distribution, int mapper) = (LoopbackPort.Find(), LoopbackPort.Find());

        // The port mapper that it would leave behind as a daemon.
        server.Start("epmd", ["-port", mapper.ToString(CultureInfo.InvariantCulture), "-address", "127.0.0.1"]);
        string folder = server.Folder;
        await File.WriteAllTextAsync(Path.Combine(folder, "plugins"), "[rabbitmq_amqp1_0].\n");
        server.Start(rabbit, [], new Dictionary<string, string>
        {
            ["HOME"] = folder,
            ["RABBITMQ_NODENAME"] = $"lab{server.Port}@localhost",
            ["RABBITMQ_NODE_PORT"] = server.Port.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_DIST_PORT"] = distribution.ToString(CultureInfo.InvariantCulture),
            ["ERL_EPMD_PORT"] = mapper.ToString(CultureInfo.InvariantCulture),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "mnesia"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_PID_FILE"] = Path.Combine(folder, "pid"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "plugins"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "none"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(folder, "none.conf"),
        });
        await server.PublishAsync();
        return server;
    }
}
