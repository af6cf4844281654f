#!/bin/bash
# Microsoft.AspNetCore.SignalR.Client 10.0.15 (NuGet): HttpMessageHandlerFactory does not make the WebSocket's connection
#
# Guess: a hub connection whose handler factory sets a ConnectCallback makes all of its connections with that callback: the proxy, the
# socket pool or the pinned address that the callback stands for.
# Observed: the callback makes the connection of the negotiation; the WebSocket, which carries everything after it, is a ClientWebSocket
# without the handler and connects by itself. With SkipNegotiation the factory is not even called.
# Why it matters: traffic that was meant for one interface or tunnel takes the default route, without an error. WebSocketFactory is the
# other half.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp Microsoft.AspNetCore.SignalR.Client@10.0.15 Microsoft.AspNetCore.App <<'CSHARP'
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

WebApplicationBuilder builder = WebApplication.CreateBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddSignalR();
await using WebApplication app = builder.Build();
app.MapHub<Echo>("/hub");
await app.StartAsync();
string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>().Addresses.First();
foreach (bool skips in new[] { false, true })
{
    int factories = 0, connections = 0;
    await using (HubConnection hub = new HubConnectionBuilder().WithUrl($"{address}/hub", options =>
    {
        options.Transports = HttpTransportType.WebSockets;
        options.SkipNegotiation = skips;
        options.HttpMessageHandlerFactory = _ =>
        {
            factories++;
            return new SocketsHttpHandler
            {
                ConnectCallback = async (context, cancellation) =>
                {
                    connections++;
                    Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            };
        };
    }).Build())
    {
        await hub.StartAsync();
        string answer = await hub.InvokeAsync<string>("Say", "hello");
        Console.WriteLine($"{answer}: factory {factories}, callback {connections}");
    }
}

public sealed class Echo : Hub
{
    public string Say(string text) => text;
}
CSHARP
)
expect "with a negotiation, without one" "$out" "hello: factory 1, callback 1
hello: factory 0, callback 0"
