#!/bin/bash
# .NET 10.0 on Linux, HttpListener: of two lines of one header only the last is there
#
# Guess: "Via: a" and "Via: b" are one field with the values a and b (RFC 9110, 5.2): Headers["Via"] is "a,b", and GetValues gives both, as in
# Kestrel and in HttpClient.
# Observed: Headers["Via"] is "b", GetValues gives one value, and so it is for X-Forwarded-For.
# Why it matters: proxies and clients may write a list as several lines. The address of the client, a directive or a token of such a list is lost
# without a trace. Use Kestrel, or a proxy in front that joins lines.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;
using System.Net.Sockets;

TcpListener free = new(IPAddress.Loopback, 0);
free.Start();
int port = ((IPEndPoint)free.LocalEndpoint).Port;
free.Stop();
using HttpListener server = new();
server.Prefixes.Add($"http://127.0.0.1:{port}/");
server.Start();
Task<HttpListenerContext> asked = server.GetContextAsync();
using TcpClient client = new("127.0.0.1", port);
client.GetStream().Write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nVia: 1.1 a\r\nVia: 1.1 b\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2\r\n\r\n"u8);
HttpListenerRequest request = (await asked).Request;
foreach (string name in new[] { "Via", "X-Forwarded-For" })
{
    Console.WriteLine($"{request.Headers[name]} ({request.Headers.GetValues(name).Length})");
}
CSHARP
)
expect "Headers[name] and the number of values of two lines" "$out" $'1.1 b (1)\n192.0.2.2 (1)'
