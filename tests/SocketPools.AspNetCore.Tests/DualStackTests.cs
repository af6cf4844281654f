using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using SocketPools.Radios;
using SocketPools.Stack;
using SocketPools.Stack.Links;
using SocketPools.Streams;

namespace SocketPools.AspNetCore.Tests;

/// <summary>Endpoints that mean every address serve IPv4 and IPv6 on a stack, as they do on the host; a radio that refuses says so.</summary>
public sealed class DualStackTests
{
    [Theory]
    [InlineData("any")]
    [InlineData("star")]
    [InlineData("listen")]
    public async Task Every_address_of_a_stack_serves_both_versions(string how)
    {
        LinkPair cable = LinkPair.Create(new LinkPairOptions { WakeMode = LinkWakeMode.Queued });
        using StackRadio near = Station(cable.A, 1);
        using StackRadio far = Station(cable.B, 2);
        using SocketPool clients = new(near), servers = new(far);
        await using WebApplication app = Build(servers, how);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using (HttpClient client = new(new SocketsHttpHandler { UseProxy = false }.UseSocketPool(clients)))
        {
            Assert.Equal("::ffff:192.0.2.1", await client.GetStringAsync("http://192.0.2.2:8080/", TestContext.Current.CancellationToken));
            Assert.Equal("2001:db8::1", await client.GetStringAsync("http://[2001:db8::2]:8080/", TestContext.Current.CancellationToken));
        }

        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_radio_that_refuses_the_option_makes_any_IPv4_by_Kestrels_rule_and_an_explicit_endpoint_an_error()
    {
        WrappedRadio radio = new(new HostNetwork(), (owner, socket) => new RefusingSocket(owner, socket));
        using SocketPool pool = new(radio);
        await using (WebApplication app = Build(pool, "any", port: 0))
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith("http://0.0.0.0:", Assert.Single(app.Urls), StringComparison.Ordinal);
            await app.StopAsync(TestContext.Current.CancellationToken);
        }

        await using WebApplication strict = Build(pool, "listen", port: 0);
        PoolSocketException error = await Assert.ThrowsAsync<PoolSocketException>(() => strict.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Errno.ENOPROTOOPT, error.Errno);
        Assert.Equal(0, pool.OpenCount);
    }

    private static WebApplication Build(SocketPool pool, string how, int port = 8080)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSocketPool(pool);
        if (how == "star")
        {
            builder.WebHost.UseUrls($"http://*:{port}");
        }
        else
        {
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                if (how == "any")
                {
                    kestrel.ListenAnyIP(port);
                }
                else
                {
                    kestrel.Listen(IPAddress.IPv6Any, port);
                }
            });
        }

        WebApplication app = builder.Build();
        app.MapGet("/", (Microsoft.AspNetCore.Http.HttpContext context) => context.Connection.RemoteIpAddress!.ToString());
        return app;
    }

    private static StackRadio Station(ILink link, int last)
    {
        StackRadio radio = new();
        StackInterface home = radio.AddInterface(link);
        home.AddAddress(IPAddress.Parse($"192.0.2.{last}"), 24);
        home.AddAddress(IPAddress.Parse($"2001:db8::{last}"), 64, skipDuplicateAddressDetection: true);
        return radio;
    }

    private sealed class RefusingSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
    {
        public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value) =>
            name == SocketOptionName.IPv6Only && level == SocketOptionLevel.IPv6 ? Errno.ENOPROTOOPT : base.SetOption(level, name, value);
    }
}
