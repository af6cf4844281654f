#!/bin/bash
# .NET 10.0 on Linux, HttpListener: "http://*:PORT/" and "http://localhost:PORT/" listen on IPv4 alone
#
# Guess: "*" stands for every host name and address, "localhost" for this host, as with Kestrel's URLs: both are reached by [::1], and localhost
# also by a request for 127.0.0.1. "http://[::1]:PORT/" is a prefix for one address.
# Observed: a connection to [::1] is refused for both. With the prefix localhost a request with Host: 127.0.0.1 is answered 404, as the prefix is
# compared with the Host header. An IPv6 address as a prefix fails: "Invalid port in prefix".
# Why it matters: browsers and curl try [::1] first for localhost, and a device's IPv6 address for its mDNS name: each request pays a refused
# connection, and hosts with IPv6 only never connect. Use Kestrel.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;
using System.Net.Sockets;

static async Task<string> Ask(string host, IPAddress address, int port)
{
    using HttpClient client = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, token) =>
        {
            Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address, port, token);
            return new NetworkStream(socket, true);
        },
    });
    try
    {
        return $"{(int)(await client.GetAsync($"http://{host}:{port}/")).StatusCode}";
    }
    catch (HttpRequestException e) when (e.InnerException is SocketException refused)
    {
        return $"{refused.SocketErrorCode}";
    }
}
foreach (string name in new[] { "*", "localhost", "[::1]" })
{
    TcpListener free = new(IPAddress.Loopback, 0);
    free.Start();
    int port = ((IPEndPoint)free.LocalEndpoint).Port;
    free.Stop();
    HttpListener server = new();
    server.Prefixes.Add($"http://{name}:{port}/");
    try
    {
        server.Start();
    }
    catch (HttpListenerException e)
    {
        Console.WriteLine(e.Message);
        break;
    }
    _ = Task.Run(async () =>
    {
        while (true)
        {
            (await server.GetContextAsync()).Response.Close();
        }
    });
    Console.WriteLine($"{await Ask("localhost", IPAddress.Loopback, port)} {await Ask("127.0.0.1", IPAddress.Loopback, port)} {await Ask("localhost", IPAddress.IPv6Loopback, port)}");
}
CSHARP
)
expect "localhost and 127.0.0.1 over IPv4, localhost over IPv6, for *, for localhost; [::1]" "$out" '200 200 ConnectionRefused
200 404 ConnectionRefused
Invalid port in prefix.'
