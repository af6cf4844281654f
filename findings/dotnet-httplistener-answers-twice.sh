#!/bin/bash
# .NET 10.0 on Linux, HttpListener: a request with a host that no prefix names gets two responses
#
# Guess: 404, and the connection is kept or closed.
# Observed: 404 with Content-Length: 30 and without Connection: close, and right behind it a whole response 200 without a body; then the
# connection is closed.
# Why it matters: a client that keeps connections has a response left over: it reports garbage, drops the connection, or, when its next
# request is already sent, takes the 200 for the answer to that. http://localhost and http://127.0.0.1 are two hosts. Use the prefix http://*.
source "$(dirname "$0")/support/lib.sh"
out=$(PORT=$(free_port) csharp <<'CSHARP'
using System.Net;
using System.Net.Sockets;
using System.Text;

int port = int.Parse(Environment.GetEnvironmentVariable("PORT"));
using HttpListener listener = new();
listener.Prefixes.Add($"http://127.0.0.1:{port}/");
listener.Start();
using TcpClient client = new("127.0.0.1", port) { ReceiveTimeout = 10_000 };
NetworkStream stream = client.GetStream();
stream.Write(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"));
string answer = new StreamReader(stream, Encoding.ASCII).ReadToEnd();
foreach (string response in answer.Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries))
{
    Console.WriteLine($"{response[..3]}, Connection: close {response.Contains("Connection: close")}");
}
CSHARP
)
expect "responses to one request" "$out" $'404, Connection: close False\n200, Connection: close True'
