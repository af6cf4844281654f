using System.Net.Sockets;
using Npgsql;
using SocketPools.Forwarding;

namespace SocketPools.Recipes.Tests;

/// <summary>Npgsql has no hook for its sockets: docs/recipes/postgresql.md.</summary>
[Trait("Speed", "Slow")]
public sealed class PostgresTests
{
    [Fact]
    public async Task Npgsql_reaches_PostgreSQL_through_a_forwarder()
    {
        PageCode.AssertRunsHere("docs/recipes/postgresql.md");
        await using LabServer server = await StartAsync();
        (SocketPool pool, string host, int port) = (server.Pool, LabServer.Host, server.Port);

        // {
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(pool, host, port);
        NpgsqlConnectionStringBuilder settings = new() { Host = "127.0.0.1", Port = forwarder.LocalEndPoint.Port, Username = "lab", Database = "postgres" };
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(settings.ConnectionString);
        await using NpgsqlCommand command = source.CreateCommand("select 6 * 7");
        object? answer = await command.ExecuteScalarAsync();
        // }
        Assert.Equal(42, answer);

        // A large result, and many at once.
        await using (NpgsqlCommand large = source.CreateCommand("select repeat('x', 20000000)"))
        {
            Assert.Equal(20_000_000, ((string)(await large.ExecuteScalarAsync())!).Length);
        }

        int[] sums = await Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
        {
            await using NpgsqlCommand sum = source.CreateCommand($"select {n} + 1");
            return (int)(await sum.ExecuteScalarAsync())!;
        }));
        Assert.Equal(Enumerable.Range(1, 20), sums);
        Assert.InRange(pool.TotalOpened, 1, 22);

        // A notification arrives on a connection that is silent otherwise.
        await using NpgsqlConnection listening = await source.OpenConnectionAsync();
        TaskCompletionSource<string> heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        listening.Notification += (_, e) => heard.TrySetResult(e.Payload);
        await using (NpgsqlCommand listen = new("listen lab", listening))
        {
            await listen.ExecuteNonQueryAsync();
        }

        Task waiting = listening.WaitAsync();
        await using (NpgsqlCommand notify = source.CreateCommand("notify lab, 'news'"))
        {
            await notify.ExecuteNonQueryAsync();
        }

        await waiting.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal("news", await heard.Task);
    }

    [Fact]
    public async Task A_connection_that_the_server_ends_is_an_error_for_Npgsql()
    {
        await using LabServer server = await StartAsync();
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(server.Pool, LabServer.Host, server.Port);
        await using NpgsqlDataSource source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={forwarder.LocalEndPoint.Port};Username=lab;Database=postgres");
        await using NpgsqlConnection victim = await source.OpenConnectionAsync();
        await using (NpgsqlCommand end = source.CreateCommand($"select pg_terminate_backend({victim.ProcessID})"))
        {
            await end.ExecuteScalarAsync();
        }

        await using NpgsqlCommand command = new("select 1", victim);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => command.ExecuteScalarAsync());
        await using NpgsqlCommand next = source.CreateCommand("select 2");
        Assert.Equal(2, await next.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_pool_that_stays_full_ends_the_open()
    {
        await using LabServer server = await StartAsync();
        server.Pool.Radio.MaxSockets = 1;
        using PoolSocket holder = server.Pool.CreateSocket();
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(
            server.Pool, LabServer.Host, server.Port, new SocketForwarderOptions { ConnectTimeout = TimeSpan.FromSeconds(0.3) });
        await using NpgsqlDataSource source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={forwarder.LocalEndPoint.Port};Username=lab;Database=postgres");
        NpgsqlException e = await Assert.ThrowsAnyAsync<NpgsqlException>(() => source.OpenConnectionAsync().AsTask());
        Assert.True(e.InnerException is IOException or SocketException or EndOfStreamException, e.ToString());
    }

    private static async Task<LabServer> StartAsync()
    {
        string initdb = LabServer.Require("postgresql", [.. Versions("initdb"), "/usr/local/bin/initdb"]);
        string postgres = LabServer.Require("postgresql", [.. Versions("postgres"), "/usr/local/bin/postgres"]);
        LabServer server = new();
        string data = Path.Combine(server.Folder, "data");
        Directory.CreateDirectory(data);

        // The server refuses to run as root.
        string[] asUser = [];
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chmod", "755", server.Folder);
            await RunAsync("chown", "postgres", data);
            asUser = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"];
        }

        await RunAsync([.. asUser, initdb, "-D", data, "-U", "lab", "-A", "trust", "-N", "--no-instructions"]);
        string[] command =
        [
            .. asUser, postgres, "-D", data, "-p", $"{server.Port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={data}", "-c", "fsync=off",
        ];
        server.Start(command[0], command[1..]);
        await server.PublishAsync(ready: "ready to accept connections");
        return server;
    }

    private static IEnumerable<string> Versions(string program) =>
        Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(folder => Path.Combine(folder, "bin", program)) : [];

    private static async Task RunAsync(params string[] command)
    {
        ProgramRun.Result result = await ProgramRun.RunAsync(command[0], command[1..]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }
}
