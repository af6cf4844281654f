#!/bin/bash
# ASP.NET Core 10.0 (Kestrel, its own socket transport): a graceful stop over HTTP/2 cuts responses that are under way
#
# Guess: StopAsync waits for the requests that are under way (30 s by default), so each of their bodies arrives whole.
# Observed: StopAsync returns in time, the server has written every body to its end, and some clients still get an exception: Kestrel
# closes the connection right after its last frame, while WINDOW_UPDATE frames of the client are on their way. TCP answers unread
# bytes with a reset (RFC 9293, 3.6.1), and the reset discards what the client had not read yet.
# Why it matters: rolling updates of gRPC and HTTP/2 services lose large answers though nothing timed out. A client must retry.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp Microsoft.AspNetCore.App <<'CSHARP'
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

int cut = 0, bodies = 0, unfinished = 0;
byte[] block = new byte[65536];
for (int run = 0; run < 120 && cut == 0; run++)
{
    WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
    builder.Logging.ClearProviders();
    builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
    await using WebApplication app = builder.Build();
    int written = 0;
    app.MapGet("/{blocks:int}", async (int blocks, HttpContext context) =>
    {
        context.Response.ContentLength = (long)blocks * block.Length;
        for (int i = 0; i < blocks; i++) { await context.Response.Body.WriteAsync(block); }
        Interlocked.Increment(ref written);
    });
    await app.StartAsync();
    string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>().Addresses.First();
    using HttpClient client = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    HttpResponseMessage[] begun = await Task.WhenAll(Enumerable.Range(0, 16).Select(
        i => client.GetAsync($"{address}/{16 + 9 * i}", HttpCompletionOption.ResponseHeadersRead)));
    Task<bool>[] readers = [.. begun.Select(async response =>
    {
        try { return (await response.Content.ReadAsByteArrayAsync()).Length == response.Content.Headers.ContentLength; }
        catch (HttpRequestException) { return false; }
    })];
    await app.StopAsync();
    bool[] whole = await Task.WhenAll(readers);
    bodies += whole.Length;
    cut += whole.Count(one => !one);
    unfinished += 16 - written;
}
Console.WriteLine($"unfinished in the server {unfinished}, cut at a client: {cut > 0}");
Console.Error.WriteLine($"  {cut} of {bodies}");
CSHARP
)
expect "120 graceful stops at most" "$out" "unfinished in the server 0, cut at a client: True"
