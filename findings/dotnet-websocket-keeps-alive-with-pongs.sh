#!/bin/bash
# .NET 10.0, ClientWebSocket: KeepAliveInterval sends Pong frames, which nobody answers
#
# Guess: keep-alive sends a Ping at each interval, and the peer's Pong shows that it is there (RFC 6455, 5.5.2).
# Observed: with KeepAliveInterval alone the frame is a Pong (opcode 10). With KeepAliveTimeout too it is a Ping (opcode 9).
# Why it matters: a server that counts Pings hears none, and a connection whose peer lost its power stays open until TCP gives up, 15 minutes
# later. Set KeepAliveTimeout; it is infinite unless set.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

static async Task<int> FirstOpcode(Action<ClientWebSocketOptions> configure)
{
    using TcpListener listener = new(IPAddress.Loopback, 0);
    listener.Start();
    using ClientWebSocket client = new();
    configure(client.Options);
    Task connecting = client.ConnectAsync(new Uri($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), default);
    using TcpClient server = await listener.AcceptTcpClientAsync();
    NetworkStream stream = server.GetStream();
    using StreamReader reader = new(stream, Encoding.ASCII, false, 1, true);
    string key = "";
    while (await reader.ReadLineAsync() is { Length: > 0 } line)
    {
        key = line.StartsWith("Sec-WebSocket-Key: ") ? line[19..] : key;
    }
    string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
    await stream.WriteAsync(Encoding.ASCII.GetBytes(
        $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
    await connecting;
    byte[] frame = new byte[2];
    await stream.ReadExactlyAsync(frame).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
    return frame[0] & 15;
}
Console.WriteLine(await FirstOpcode(options => options.KeepAliveInterval = TimeSpan.FromMilliseconds(100)));
Console.WriteLine(await FirstOpcode(options =>
{
    options.KeepAliveInterval = TimeSpan.FromMilliseconds(100);
    options.KeepAliveTimeout = TimeSpan.FromSeconds(30);
}));
CSHARP
)
expect "opcode with an interval alone; with a time-out too" "$out" $'10\n9'
