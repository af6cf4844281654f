using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.AspNetCore.Tests;

/// <summary>Kestrel on one stack, HttpClient on another, and a cable between them: the host's network has no part in it.</summary>
public sealed class StackTests
{
    private static readonly IPAddress s_server = IPAddress.Parse("192.0.2.2");
    private static readonly IPAddress s_server6 = IPAddress.Parse("2001:db8::2");

    [Theory]
    [InlineData(false, false, "1.1", HttpProtocols.Http1)]
    [InlineData(true, false, "1.1", HttpProtocols.Http1)]
    [InlineData(false, true, "1.1", HttpProtocols.Http1AndHttp2)]
    [InlineData(false, false, "2.0", HttpProtocols.Http2)]
    [InlineData(true, true, "2.0", HttpProtocols.Http1AndHttp2)]
    public async Task Bodies_arrive_whole_in_both_directions(bool ipv6, bool tls, string version, HttpProtocols protocols)
    {
        LinkPair cable = LinkPair.Create(new LinkPairOptions { WakeMode = LinkWakeMode.Queued });
        await ExchangeAsync(cable.A, cable.B, 5_000_000, Version.Parse(version), new ServerSetup
        {
            Address = ipv6 ? s_server6 : s_server,
            Tls = tls,
            Protocols = protocols,
        });
    }

    [Theory]
    [InlineData(17)]
    [InlineData(4711)]
    public async Task Bodies_arrive_whole_over_a_cable_that_loses_and_reorders(int seed)
    {
        LinkPair cable = LinkPair.Create(new LinkPairOptions { WakeMode = LinkWakeMode.Queued, Offloads = LinkOffloads.None });
        LinkFaults faults = new()
        {
            Loss = 0.01,
            Corruption = 0.005,
            Duplication = 0.01,
            Reordering = 0.02,
            ReorderDelay = TimeSpan.FromMilliseconds(2),
        };
        FaultyLink harmful = new(cable.A, new FaultyLinkOptions { Seed = seed, Inbound = faults, Outbound = faults });
        await ExchangeAsync(harmful, cable.B, 500_000, HttpVersion.Version11, new ServerSetup { Address = s_server });
        Assert.True(harmful.OutboundCounters.FramesLost + harmful.InboundCounters.FramesLost > 0, "nothing was lost");
    }

    [Fact]
    public async Task A_thousand_requests_over_fifty_connections_are_all_answered()
    {
        LinkPair cable = LinkPair.Create(new LinkPairOptions { WakeMode = LinkWakeMode.Queued });
        using StackRadio near = Station(cable.A, "192.0.2.1", "2001:db8::1");
        using StackRadio far = Station(cable.B, s_server.ToString(), s_server6.ToString());
        using SocketPool clients = new(near);
        await using TestServer server = await TestServer.StartAsync(
            app => app.MapGet("/{n:int}", (int n) => n), new ServerSetup { Radio = far, Address = s_server });
        using (HttpClient client = server.CreateClient(maxConnections: 50, pool: clients))
        {
            string[] answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(n => client.GetStringAsync($"/{n}")));
            Assert.Equal(Enumerable.Range(0, 1000).Select(n => $"{n}"), answers);
        }

        // HttpClient may have begun connections that no request waited for any more: they end with the pool.
        Assert.InRange(clients.HighWaterMark, 2, 50);
    }

    private static async Task ExchangeAsync(ILink nearLink, ILink farLink, int length, Version version, ServerSetup setup)
    {
        byte[] content = new byte[length];
        new Random(4711).NextBytes(content);
        using StackRadio near = Station(nearLink, "192.0.2.1", "2001:db8::1");
        using StackRadio far = Station(farLink, s_server.ToString(), s_server6.ToString());
        using SocketPool clients = new(near);
        await using TestServer server = await TestServer.StartAsync(
            app =>
            {
                app.MapPost("/hash", async (HttpContext context) =>
                    $"{Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body))}");
                app.MapGet("/content", () => Results.Bytes(content));
            },
            setup with { Radio = far });
        using (HttpClient client = server.CreateClient(version, pool: clients))
        {
            using HttpResponseMessage hash = await client.PostAsync("/hash", new ByteArrayContent(content));
            Assert.Equal(Convert.ToHexString(SHA256.HashData(content)), await hash.Content.ReadAsStringAsync());
            Assert.Equal(content, await client.GetByteArrayAsync("/content"));
            Assert.Equal(1, clients.TotalOpened);
        }

        clients.AssertNoLeaks();
    }

    private static StackRadio Station(ILink link, params ReadOnlySpan<string> addresses)
    {
        StackRadio radio = new();
        StackInterface home = radio.AddInterface(link);
        foreach (string address in addresses)
        {
            IPAddress parsed = IPAddress.Parse(address);
            home.AddAddress(parsed, parsed.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 24 : 64, skipDuplicateAddressDetection: true);
        }

        return radio;
    }
}
