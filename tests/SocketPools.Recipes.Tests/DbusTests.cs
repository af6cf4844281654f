using System.Text;
using SocketPools.Streams;
using Tmds.DBus.Protocol;

namespace SocketPools.Recipes.Tests;

/// <summary>D-Bus over TCP: docs/recipes/dbus.md.</summary>
public sealed class DbusTests
{
    [Fact]
    public async Task Tmds_DBus_talks_to_dbus_daemon_over_the_pool()
    {
        PageCode.AssertRunsHere("docs/recipes/dbus.md");
        await using LabServer server = await StartAsync();
        (SocketPool pool, string host, int port) = (server.Pool, LabServer.Host, server.Port);

        // {
        using DBusConnection bus = new(new PoolBus(pool, host, port));
        await bus.ConnectAsync();
        string[] names = await bus.ListServicesAsync();
        // }
        Assert.Contains("org.freedesktop.DBus", names);
        Assert.Equal(1, pool.OpenCount);
    }

    private static async Task<LabServer> StartAsync()
    {
        string daemon = LabServer.Require("dbus-daemon", "/usr/bin/dbus-daemon");
        LabServer server = new();
        string config = Path.Combine(server.Folder, "bus.conf");
        await File.WriteAllTextAsync(config, $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <type>session</type>
              <listen>tcp:host=127.0.0.1,port={server.Port}</listen>
              <auth>ANONYMOUS</auth>
              <allow_anonymous/>
              <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
            </busconfig>
            """, new UTF8Encoding(false));
        server.Start(daemon, ["--nofork", $"--config-file={config}"]);
        await server.PublishAsync();
        return server;
    }

    // {
    private sealed class PoolBus(SocketPool pool, string host, int port) : DBusConnectionOptions("tcp:")
    {
        protected override async ValueTask<SetupResult> SetupAsync(CancellationToken cancellationToken) =>
            new() { ConnectionStream = await pool.ConnectStreamAsync(host, port, TimeSpan.FromSeconds(5), cancellationToken) };
    }
    // }
}
